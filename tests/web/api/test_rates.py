"""How often the API may be asked: each asker by itself, wrong keys the less, single acts least of all."""

from datetime import timedelta

import pytest

from app.door import rates
from app.kernel import clock
from app.kernel.limits import Limit
from points import commands
from tests.builders import people, points
from tests.obligations import obligation
from tests.web.api.conftest import BEFORE, NOON, bearer, rich

SCENARIOS = "/api/v1/scenarios"


@pytest.fixture
def three_a_minute(monkeypatch):
    """Let everybody ask three times a minute."""
    monkeypatch.setattr(rates, "PER_ASKER", (Limit(3, 60),))


def asked(client, times, path=SCENARIOS, **options):
    """Return the statuses of as many requests."""
    return [client.get(path, **options).status_code for _ in range(times)]


@obligation("T-51")
def test_the_request_too_many_is_refused_with_the_time_to_wait(client, session, noon, three_a_minute):
    before = asked(client, 3)
    refused = client.get(SCENARIOS)

    assert before == [200, 200, 200]
    assert (refused.status_code, refused.json["code"]) == (429, "rate.limited")
    assert refused.content_type == "application/problem+json"
    assert refused.headers["Retry-After"] == "60"
    with clock.frozen(NOON + timedelta(seconds=59)):
        assert asked(client, 1) == [429]
    with clock.frozen(NOON + timedelta(seconds=60)):
        assert asked(client, 4) == [200, 200, 200, 429]


@obligation("T-51")
def test_each_asker_is_counted_alone(client, session, host_side, merchant_side, three_a_minute):
    session.commit()

    one = asked(client, 4, headers=host_side.key)
    other = asked(client, 3, headers=merchant_side.key)
    stranger = asked(client, 3)
    neighbour = asked(client, 3, environ_overrides={"REMOTE_ADDR": "198.51.100.7"})

    assert one == [200, 200, 200, 429]
    assert other == stranger == neighbour == [200, 200, 200]


@obligation("T-51")
def test_what_is_refused_or_not_there_counts_too(client, session, host_side, three_a_minute):
    session.commit()

    refused = asked(client, 2, "/api/v1/me/account", headers=host_side.key)
    absent = asked(client, 1, "/api/v1/nothing", headers=host_side.key)

    assert (refused, absent) == ([403, 403], [404])
    assert asked(client, 1, headers=host_side.key) == [429]


@obligation("T-50")
def test_who_tries_keys_that_are_none_is_slowed_by_address(client, session, noon, monkeypatch):
    monkeypatch.setattr(rates, "WRONG_KEYS", (Limit(2, 60),))

    tried = [
        client.get(SCENARIOS, headers={"Authorization": f"Bearer tht_{number}"}).status_code
        for number in range(3)
    ]

    assert tried == [401, 401, 429]
    assert asked(client, 1) == [200]


def test_neither_pages_nor_the_document_are_counted_with_the_api(client, session, noon, three_a_minute):
    assert asked(client, 5, "/healthz") == [200] * 5
    assert asked(client, 5, "/api/v1/openapi.json") == [200] * 5


@obligation("T-51")
def test_redeeming_has_a_limit_over_api_and_pages_together(
    citizen_client, session, host_side, citizen_side, merchant_side
):
    rich(session, host_side, citizen_side, 90_00)
    order = {"offer_id": merchant_side.offer.id, "price_hundredths": 50_00}

    key = {"Idempotency-Key": "r1"}

    statuses = [
        citizen_client.post("/api/v1/me/redemptions", json=order, headers=key).status_code for _ in range(19)
    ]
    pages = [
        citizen_client.post(
            f"/me/mall/{merchant_side.offer.id}/redeem", data={"idempotency_key": "r1", "price": "5000"}
        )
        for _ in range(2)
    ]

    assert set(statuses) == {201}
    assert [page.status_code for page in pages] == [303, 429]
    assert "操作过于频繁" in pages[1].text


@obligation("T-51", "T-15")
def test_who_guesses_codes_at_a_till_is_slowed(client, session, merchant_side, monkeypatch):
    clerk = people.merchant(session, at=BEFORE)
    made = commands.apply_as_merchant(session, actor=clerk, particulars=points.particulars(), at=BEFORE)
    commands.admit_merchant(session, actor=points.operator(), merchant_id=made.id, at=BEFORE)
    key = bearer(session, clerk)
    session.commit()
    sent = {"voucher": "0000-0000-0000"}

    statuses = [
        client.post(
            "/api/v1/redemptions/accept", json=sent, headers={**key, "Idempotency-Key": str(number)}
        ).status_code
        for number in range(rates.SETTLING[0].times + 1)
    ]

    assert set(statuses[:-1]) == {404}
    assert statuses[-1] == 429
