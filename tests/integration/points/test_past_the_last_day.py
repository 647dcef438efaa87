"""A lot whose last day comes while its points are reserved."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from app.kernel.actor import SYSTEM
from app.kernel.days import day_in_china
from app.kernel.outbox import OutboxMessage
from points import commands, queries
from points.values import Kind
from tests.builders import points as build
from tests.builders.points import NOON
from tests.obligations import obligation

AT = datetime(2026, 4, 9, 4, tzinfo=UTC)  # the day before the lot's last
LATER = datetime(2026, 4, 12, 4, tzinfo=UTC)


def figures(session, account_id, at):
    balance = queries.balance(session, account_id, day_in_china(at))
    return balance.available, balance.reserved, balance.cancelled, balance.expired


def kinds(session, account_id):
    return [line.kind for line in reversed(queries.statement(session, account_id).items)]


@pytest.fixture
def late(session, ready, holder, shop):
    """One lot of a month with 60 points, 40 of them reserved the day before it ends."""
    build.rule(session, months=1, valid_from=date(2026, 3, 11))
    build.earn(session, ready, holder.id, 60_00, at=NOON + timedelta(days=1))
    offer = build.offer(session, shop, price=40_00, at=AT)
    return commands.redeem(session, actor=holder.actor, offer_id=offer.id, key="k", at=AT)


@obligation("Q-23")
def test_a_reservation_is_honoured_past_the_lots_last_day(session, holder, shop, late):
    code = build.typed(session, holder, late.id)

    commands.accept_voucher(session, actor=shop.clerk, voucher=code, key="a", at=LATER)

    assert figures(session, holder.id, LATER) == (0, 0, 40_00, 20_00)


@obligation("Q-23", "CQ-34.9")
def test_what_comes_back_late_expires_in_the_same_breath_and_the_holder_is_told(session, holder, shop, late):
    code = build.typed(session, holder, late.id)

    commands.refuse_voucher(session, actor=shop.clerk, voucher=code, reason="停业", key="r", at=LATER)

    assert kinds(session, holder.id) == [Kind.ISSUE, Kind.RESERVE, Kind.RELEASE, Kind.EXPIRE]
    (lot,) = queries.lots_of(session, holder.id)
    assert (lot.available, lot.reserved, lot.expired) == (0, 0, 60_00)
    told = session.scalars(
        select(OutboxMessage).where(OutboxMessage.recipient == f"person:{holder.actor.person_id}")
    ).one()
    assert (told.template, told.payload["expired"]) == ("redemption.refused", 40_00)


@obligation("Q-23")
def test_the_sweep_before_and_the_release_after_write_one_expiry_each(session, holder, late):
    commands.expire_due(session, actor=SYSTEM, at=LATER)
    commands.withdraw_redemption(session, actor=holder.actor, redemption_id=late.id, at=LATER)

    lines = list(reversed(queries.statement(session, holder.id).items))
    assert [(line.kind, line.amount) for line in lines] == [
        (Kind.ISSUE, 60_00),
        (Kind.RESERVE, 40_00),
        (Kind.EXPIRE, 20_00),
        (Kind.RELEASE, 40_00),
        (Kind.EXPIRE, 40_00),
    ]


@obligation("Q-23")
@pytest.mark.parametrize(
    ("at", "expired"),
    [
        (datetime(2026, 4, 10, 15, 59, 59, tzinfo=UTC), 0),
        (datetime(2026, 4, 10, 16, 0, 0, tzinfo=UTC), 60_00),
    ],
)
def test_midnight_in_china_decides_whether_it_comes_back(session, holder, late, at, expired):
    commands.withdraw_redemption(session, actor=holder.actor, redemption_id=late.id, at=at)

    assert figures(session, holder.id, at)[3] == expired


@obligation("Q-23", "CQ-34.9")
def test_withdrawing_when_the_time_is_over_is_a_lapse(session, holder, late):
    settled = commands.withdraw_redemption(
        session, actor=holder.actor, redemption_id=late.id, at=late.reserved_until
    )

    assert settled.state == "timed_out"
