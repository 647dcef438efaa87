"""The exchange's port: what it posts is checked, delivered all or nothing, and reconciled."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.kernel.days import day_in_china
from app.kernel.errors import ActOutOfTurn, Forbidden
from app.kernel.idempotency import KeyReused
from app.kernel.permissions import ANYONE
from cqcer import commands, queries
from cqcer.errors import (
    ChecksFailed,
    HoldingAccountNotFound,
    TradePosted,
    TradingAccountExists,
    TradingAccountUnfit,
)
from cqcer.models import ExchangeReconciliation
from cqcer.values import MovementKind, MovementOrder, Participant, PostedTrade, UnitState
from tests.integration.cqcer import registry as build
from tests.integration.cqcer import using
from tests.obligations import obligation


class Market:
    """A seller with 600 units in trading, a buyer, and the exchange."""

    def __init__(self, session):
        self.session = session
        self.world = using.with_bureau(session)
        self.at = self.world.at
        self.exchange = build.staff(
            session, self.world.owner.organisation.id, ANYONE | {build.P.RUN_THE_EXCHANGE}, self.at
        )
        self.buyer = build.holder(session, self.world.agency[0])
        for number, holder in (("S-1", self.world.owner), ("B-1", self.buyer)):
            self.open(number, holder)
        self.deposit(600)

    def open(self, number, holder, participant=Participant.ENTERPRISE):
        return commands.open_trading_account(
            self.session,
            actor=self.exchange,
            number=number,
            account_number=holder.account.number,
            participant=participant,
            at=self.at,
        )

    def deposit(self, quantity):
        owner = self.world.owner
        made = commands.propose_movement(
            self.session,
            actor=owner.initiator,
            order=MovementOrder(
                kind=MovementKind.DEPOSIT, quantity=quantity, giving_account_id=owner.account.id
            ),
            key=f"d{quantity}",
            at=self.at,
        )
        commands.confirm_movement(
            self.session, actor=owner.confirmer, movement_id=made.id, at=self.at, second_factor=True
        )

    def trade(self, reference="T-1", quantity=100, **other):
        told = {
            "reference": reference,
            "product": "CQCER",
            "method": "agreement_transfer",
            "seller": "S-1",
            "buyer": "B-1",
            "quantity": quantity,
            "price_fen": 3500,
            "traded_at": self.at,
        }
        return PostedTrade(**told | other)

    def post(self, *trades, key="k"):
        return commands.post_trades(self.session, actor=self.exchange, trades=trades, key=key, at=self.at)

    def held(self, holder, state=UnitState.HELD):
        return queries.free_quantity(self.session, holder.account.id, state)


@pytest.fixture
def market(session):
    return Market(session)


def codes(refusal):
    return [one["code"] for one in refusal.value.details["checks"]]


@obligation("CQ-6.6", "CQ-8.2", "CQ-25.2", "CQ-30.1", "Q-33")
def test_a_posted_trade_is_delivered_in_full_and_posted_again_is_the_same(market):
    made = market.post(market.trade(), market.trade("T-2", 50))

    assert [one.reference for one in made] == ["T-1", "T-2"]
    assert market.held(market.buyer) == 150
    assert market.held(market.world.owner, UnitState.IN_TRADING) == 450
    assert [one.id for one in market.post(market.trade(), market.trade("T-2", 50))] == [
        one.id for one in made
    ]
    assert market.held(market.buyer) == 150
    with pytest.raises(KeyReused):
        market.post(market.trade(quantity=101))
    with pytest.raises(TradePosted):
        market.post(market.trade(), key="other")


@obligation("CQ-6.6", "CQ-30.1")
def test_one_wrong_trade_keeps_the_whole_posting_out(market):
    with pytest.raises(ChecksFailed) as refusal, market.session.begin_nested():
        market.post(market.trade(), market.trade("T-2", 501))

    assert (codes(refusal), refusal.value.details["reference"]) == ([6007], "T-2")
    assert market.held(market.buyer) == 0
    assert queries.trades_of(market.session, ["T-1"]) == []


@obligation("CQ-8.2", "CQ-23.1", "CQ-25.2", "CQ-25.3", "CQ-6.6")
def test_product_method_participants_and_quantity_are_checked(market):
    wrong = (
        ({"product": "points"}, [6001, 6007]),
        ({"product": "CCER"}, [6001, 6007]),
        ({"method": "over_the_counter"}, [6002]),
        ({"seller": "S-9"}, [6003]),
        ({"buyer": "B-9"}, [6004]),
        ({"buyer": "S-1"}, [6005]),
        ({"quantity": 0}, [6006]),
        ({"quantity": 601}, [6007]),
        ({"traded_at": market.at + timedelta(seconds=1)}, [6008]),
    )
    for place, (other, expected) in enumerate(wrong):
        with pytest.raises(ChecksFailed) as refusal, market.session.begin_nested():
            market.post(market.trade(**other), key=f"w{place}")
        assert codes(refusal) == expected, other
    commands.set_trading_account(
        market.session, actor=market.exchange, number="B-1", state="restricted", at=market.at
    )
    with pytest.raises(ChecksFailed) as refusal, market.session.begin_nested():
        market.post(market.trade(), key="r")
    assert codes(refusal) == [6004]


@obligation("CQ-8.2", "CQ-25.1")
def test_a_trading_account_needs_a_holding_account_and_is_one_alone(market):
    with pytest.raises(TradingAccountExists):
        market.open("S-2", market.world.owner)
    third = build.holder(market.session, market.world.agency[0])
    with pytest.raises(TradingAccountUnfit):
        market.open("I-1", third, Participant.INDIVIDUAL)
    closed = commands.set_trading_account(
        market.session, actor=market.exchange, number="B-1", state="closed", at=market.at
    )
    assert closed.closed_at == market.at
    with pytest.raises(TradingAccountUnfit):
        commands.set_trading_account(
            market.session, actor=market.exchange, number="B-1", state="active", at=market.at
        )
    with pytest.raises(HoldingAccountNotFound):
        commands.open_trading_account(
            market.session,
            actor=market.exchange,
            number="X",
            account_number="00000000000000",
            participant=Participant.ENTERPRISE,
            at=market.at,
        )
    with pytest.raises(Forbidden):
        commands.post_trades(
            market.session, actor=market.world.agency[1], trades=[market.trade()], key="a", at=market.at
        )


@obligation("CQ-25.2", "CQ-28.1", "CQ-23.1")
def test_rules_and_products_are_data_that_the_bureau_enters(market):
    bureau = replace(market.world.bureau, permissions=ANYONE | {build.P.KEEP_LISTS_OF_UNITS})
    commands.enter_trading_rule(
        market.session,
        actor=bureau,
        methods=["agreement_transfer", "block_agreement"],
        rule_text="重庆碳市场交易细则 2025 版",
        valid_from=day_in_china(market.at),
        document_id=build.paper(market.session),
        at=market.at,
    )

    assert market.post(market.trade(method="block_agreement"))[0].method == "block_agreement"
    with pytest.raises(ChecksFailed):
        market.post(market.trade("T-2", method="open_bidding"), key="o")
    commands.list_product(
        market.session, actor=bureau, code="CCER", document_id=build.paper(market.session), at=market.at
    )
    assert queries.products(market.session) == {"CQCER", "CCER"}
    with pytest.raises(DBAPIError), market.session.begin_nested():
        commands.list_product(
            market.session, actor=bureau, code="points", document_id=build.paper(market.session), at=market.at
        )


@obligation("CQ-6.6", "CQ-8.2")
def test_by_sql_no_trade_is_delivered_that_the_exchange_did_not_post(market):
    seller, buyer = market.world.owner.account.id, market.buyer.account.id
    order = MovementOrder(
        kind=MovementKind.TRADE,
        quantity=5,
        giving_account_id=seller,
        taking_account_id=buyer,
        from_state=UnitState.IN_TRADING,
    )
    made = commands.propose_movement(
        market.session, actor=market.world.agency[0], order=order, key="t", at=market.at
    )
    with pytest.raises(DBAPIError, match="result says"), market.session.begin_nested():
        commands.confirm_movement(
            market.session, actor=market.world.agency[1], movement_id=made.id, at=market.at
        )
    market.post(market.trade())
    with pytest.raises(DBAPIError), market.session.begin_nested():
        market.session.execute(text("UPDATE trade_result SET quantity = 1"))
    third = build.holder(market.session, market.world.agency[0])
    with pytest.raises(ChecksFailed) as refusal:
        commands.propose_movement(
            market.session,
            actor=third.initiator,
            order=MovementOrder(kind=MovementKind.DEPOSIT, quantity=1, giving_account_id=third.account.id),
            key="d",
            at=market.at,
        )
    assert codes(refusal) == [4002, 4021]


@obligation("CQ-6.5", "CQ-30.2", "Q-53")
def test_where_figures_differ_the_registrys_hold_and_nothing_is_traded_until_both_settle_it(market):
    def compare(**positions):
        return commands.reconcile(
            market.session,
            actor=market.exchange,
            day=day_in_china(market.at),
            positions={"S-1": 600, **positions},
            at=market.at,
        )

    assert compare().agrees
    assert not compare(**{"S-1": 601}).agrees
    assert not compare(**{"S-1": 601}).agrees  # known already: noted once
    (found,) = queries.open_discrepancies(market.session)
    assert (found.registry_t, found.exchange_t) == (600, 601)
    with pytest.raises(ChecksFailed) as refusal, market.session.begin_nested():
        market.post(market.trade())
    assert codes(refusal) == [6009]
    with pytest.raises(ChecksFailed) as refusal:
        market.deposit(10)
    assert codes(refusal) == [4022]

    settle = {"discrepancy_id": found.id, "note": "交易系统重复入账一笔", "at": market.at}
    commands.settle_discrepancy(market.session, actor=market.exchange, **settle)
    with pytest.raises(ActOutOfTurn):
        commands.settle_discrepancy(market.session, actor=market.exchange, **settle)
    with pytest.raises(ChecksFailed), market.session.begin_nested():
        market.post(market.trade())
    commands.settle_discrepancy(market.session, actor=market.world.agency[1], **settle)

    assert market.post(market.trade())[0].quantity == 100
    assert [one.agrees for one in market.session.query(ExchangeReconciliation)] == [True, False, False]
