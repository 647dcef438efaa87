"""Expiry: decided by the day, written by a sweep that may be late, told beforehand."""

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

LAST = date(2031, 3, 9)
LAST_SECOND = datetime(2031, 3, 9, 15, 59, 59, tzinfo=UTC)
MIDNIGHT = datetime(2031, 3, 9, 16, 0, 0, tzinfo=UTC)


def notices(session):
    found = session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.template == "points.expiry_notice")
        .order_by(OutboxMessage.id)
    )
    return [(message.channel, message.payload["days"], message.payload["points"]) for message in found]


def tell(session, at, **how):
    for days in commands.NOTICE_DAYS:
        after: int | None = 0
        while after is not None:
            after = commands.give_expiry_notices(session, days=days, at=at, after=after, **how)


@obligation("CQ-34.9", "CQ-X.9", "T-08")
def test_nothing_expires_in_the_last_second_of_the_last_day(session, rich):
    assert commands.expire_due(session, actor=SYSTEM, at=LAST_SECOND).lots == 0
    assert queries.balance(session, rich.id, day_in_china(LAST_SECOND)).available == 100_00


@obligation("CQ-34.9", "CQ-X.9", "T-08")
def test_everything_of_a_lot_expires_from_midnight_on_in_one_entry(session, ready, rich):
    build.earn(session, ready, rich.id, 5, 7)

    swept = commands.expire_due(session, actor=SYSTEM, at=MIDNIGHT)

    assert (swept.lots, swept.points, swept.accounts) == (1, 100_12, 1)
    line = queries.statement(session, rich.id).items[0]
    assert (line.kind, line.amount, line.balance_after) == (Kind.EXPIRE, 100_12, 0)


@obligation("CQ-34.9", "T-08")
def test_a_sweep_leaves_the_lots_whose_day_has_not_come(session, ready, rich):
    build.earn(session, ready, rich.id, 7, at=NOON + timedelta(days=1))

    swept = commands.expire_due(session, actor=SYSTEM, at=MIDNIGHT)

    assert (swept.lots, swept.points) == (1, 100_00)
    assert queries.spendable(session, rich.id, day_in_china(MIDNIGHT)) == 7


@obligation("CQ-34.9")
def test_a_second_sweep_finds_nothing(session, rich):
    commands.expire_due(session, actor=SYSTEM, at=MIDNIGHT)

    assert commands.expire_due(session, actor=SYSTEM, at=MIDNIGHT).lots == 0


@obligation("CQ-34.9")
def test_a_sweep_goes_on_in_parts(session, ready):
    for _ in range(5):
        build.earn(session, ready, build.holder(session).id, 5)

    parts = [commands.expire_due(session, actor=SYSTEM, at=MIDNIGHT, limit=2).lots for _ in range(4)]

    assert parts == [2, 2, 1, 0]


@obligation("CQ-34.9")
def test_whether_or_not_the_sweep_ran_the_figures_are_the_same(session, rich):
    before = queries.balance(session, rich.id, day_in_china(MIDNIGHT))
    commands.expire_due(session, actor=SYSTEM, at=MIDNIGHT)
    after = queries.balance(session, rich.id, day_in_china(MIDNIGHT))

    assert (before.available, before.expired) == (after.available, after.expired) == (0, 100_00)


def test_the_calendar_shows_what_expires_when(session, ready, holder):
    build.earn(session, ready, holder.id, 5)
    build.earn(session, ready, holder.id, 6, at=NOON + timedelta(days=1))

    def calendar(day):
        return [(one.last_valid_on, one.points) for one in queries.expiry_calendar(session, holder.id, day)]

    assert calendar(LAST) == [(LAST, 5), (LAST + timedelta(days=1), 6)]
    assert calendar(LAST + timedelta(days=1)) == [(LAST + timedelta(days=1), 6)]


@obligation("CQ-34.9")
@pytest.mark.parametrize(
    ("days_before", "told"),
    [
        (31, []),
        (30, [("in_app", 30, 100_00)]),
        (27, [("in_app", 30, 100_00)]),
        (26, []),
        (8, []),
        (7, [("in_app", 7, 100_00), ("sms", 7, 100_00)]),
        (4, [("in_app", 7, 100_00), ("sms", 7, 100_00)]),
        (3, []),
    ],
)
def test_holders_are_told_30_and_7_days_before_with_three_days_to_catch_up(session, rich, days_before, told):
    tell(session, MIDNIGHT - timedelta(hours=12) - timedelta(days=days_before))

    assert notices(session) == told


@obligation("CQ-34.9")
def test_each_notice_is_given_once(session, ready, rich):
    build.earn(session, ready, rich.id, 5, at=NOON + timedelta(days=1))

    for days_before in range(40, -1, -1):
        tell(session, MIDNIGHT - timedelta(hours=12) - timedelta(days=days_before))

    assert sorted(notices(session)) == sorted(
        (channel, days, points)
        for channel, days in (("in_app", 30), ("in_app", 7), ("sms", 7))
        for points in (100_00, 5)
    )


def test_nobody_is_told_of_what_they_have_spent(session, rich, shop):
    at = MIDNIGHT - timedelta(hours=12) - timedelta(days=30)
    offer = build.offer(session, shop, price=100_00, at=at)
    commands.redeem(session, actor=rich.actor, offer_id=offer.id, key="k", at=at)

    tell(session, at)

    assert notices(session) == []


def test_notices_go_on_in_parts(session, ready):
    for _ in range(5):
        build.earn(session, ready, build.holder(session).id, 5)

    tell(session, MIDNIGHT - timedelta(hours=12) - timedelta(days=30), limit=2)

    assert len(notices(session)) == 5
