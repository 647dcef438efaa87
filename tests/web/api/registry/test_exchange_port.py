"""The exchange posts its trades through the API: checked, all or nothing, and once."""

import pytest

from app.identity.values import Institution
from app.kernel import clock
from tests.builders import parties, people
from tests.integration.cqcer.test_trading import Market
from tests.obligations import obligation

ROOT = "/api/v1/registry/exchange"


@pytest.fixture
def port(app, session):
    """A market, and a browser of somebody of the exchange."""
    market = Market(session)
    parties.institution(session, Institution.EXCHANGE, at=market.at)
    officer, stranger = parties.exchange(session, at=market.at), parties.owner(session, at=market.at)
    session.commit()

    def post(path, sent, *, key="k", by=officer):
        with clock.frozen(market.at):
            browser = app.test_client()
            people.sign_in_as(browser, by)
            answer = browser.post(f"{ROOT}/{path}", json=sent, headers={"Idempotency-Key": key})
        session.expire_all()
        return answer

    return market, post, stranger


def told(market, reference="T-1", quantity=100, **other):
    return {
        "reference": reference,
        "product": "CQCER",
        "method": "agreement_transfer",
        "seller": "S-1",
        "buyer": "B-1",
        "quantity_t": quantity,
        "price_fen": 3500,
        "traded_at": market.at.isoformat(timespec="seconds"),
    } | other


@obligation("CQ-6.6", "CQ-30.1")
def test_trades_are_delivered_once_and_only_by_the_exchange(port):
    market, post, stranger = port
    sent = {"trades": [told(market), told(market, "T-2", 50)]}

    first, again = post("trades", sent), post("trades", sent)
    other = post("trades", {"trades": [told(market, quantity=1)]})
    refused = post("trades", sent, by=stranger)

    assert [one["quantity_t"] for one in first.json["items"]] == [100, 50], first.text
    assert first.json == again.json
    assert market.held(market.buyer) == 150
    assert (other.status_code, other.json["code"]) == (409, "idempotency.key_reused")
    assert (refused.status_code, refused.json["code"]) == (403, "permission.denied")


@obligation("CQ-23.1", "CQ-25.2", "CQ-8.2")
@pytest.mark.parametrize(
    "wrong", [{"product": "POINTS"}, {"method": "lottery"}, {"seller": "X-9"}, {"quantity_t": 10_000}]
)
def test_one_wrong_trade_delivers_none(port, wrong):
    market, post, _stranger = port

    answer = post("trades", {"trades": [told(market), told(market, "T-2") | wrong]})

    assert answer.status_code in {404, 422}, answer.text
    assert market.held(market.buyer) == 0


@obligation("CQ-8.2", "CQ-25.1")
def test_a_trading_account_rests_on_a_holding_account(port):
    _market, post, _stranger = port

    answer = post(
        "trading-accounts",
        {"number": "N-1", "holding_account": "00000000000000", "participant": "enterprise"},
    )

    assert (answer.status_code, answer.json["code"]) == (404, "holding_account.not_found")
