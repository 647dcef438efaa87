"""Redeeming: points reserved from the right lots, one item taken, once for each key."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, text

from app.kernel.audit import AuditLine
from app.kernel.days import day_in_china, end_of_day
from app.kernel.errors import Forbidden
from app.kernel.idempotency import KeyMissing, KeyReused
from app.kernel.outbox import OutboxMessage
from app.kernel.permissions import Role
from points import commands, queries
from points.errors import (
    AccountNotFound,
    InsufficientPoints,
    LimitReached,
    MerchantNotAdmitted,
    OfferChanged,
    OfferClosed,
    OfferNotFound,
    SoldOut,
)
from points.values import Kind
from tests.builders import points as build
from tests.builders.points import NOON
from tests.obligations import obligation

TODAY = day_in_china(NOON)


def taken_from(session, redemption):
    """Return issue day and amount of each lot that a redemption took from, in order."""
    lines = queries.entries_of_redemption(session, redemption.account_id, redemption.id)
    return [(line.lot_issued_on, line.amount) for line in lines if line.kind is Kind.RESERVE]


@obligation("CQ-34.5", "Q-58")
def test_points_are_reserved_and_one_item_leaves_the_stock(session, rich, shop):
    offer = build.offer(session, shop)

    redemption = commands.redeem(session, actor=rich.actor, offer_id=offer.id, key="k1", at=NOON)

    balance = queries.balance(session, rich.id, TODAY)
    assert (balance.available, balance.reserved, balance.cancelled) == (50_00, 50_00, 0)
    assert (redemption.state, redemption.price) == ("reserved", 50_00)
    assert redemption.reserved_until == NOON + timedelta(days=7)
    assert queries.offer(session, offer.id).left == 9


@obligation("CQ-34.5")
def test_the_whole_balance_can_be_spent(session, rich, shop):
    offer = build.offer(session, shop, price=100_00)

    commands.redeem(session, actor=rich.actor, offer_id=offer.id, key="k1", at=NOON)

    assert queries.spendable(session, rich.id, TODAY) == 0


@obligation("CQ-34.5")
def test_a_hundredth_more_is_refused_and_leaves_no_trace(session, rich, shop):
    offer = build.offer(session, shop, price=100_01)

    with pytest.raises(InsufficientPoints) as refusal:
        commands.redeem(session, actor=rich.actor, offer_id=offer.id, key="k1", at=NOON)

    assert refusal.value.details == {"balance": 100_00, "cost": 100_01}
    assert [line.kind for line in queries.statement(session, rich.id).items] == [Kind.ISSUE]
    assert queries.offer(session, offer.id).left == 10


@obligation("Q-21")
def test_what_expires_first_is_spent_first_whatever_was_issued_first(session, ready, holder, shop):
    short = TODAY + timedelta(days=10)
    build.earn(session, ready, holder.id, 30_00)
    build.rule(session, months=1, valid_from=short)
    build.earn(session, ready, holder.id, 30_00, at=NOON + timedelta(days=10))
    offer = build.offer(session, shop, price=40_00)

    redemption = commands.redeem(
        session, actor=holder.actor, offer_id=offer.id, key="k", at=NOON + timedelta(days=11)
    )

    assert taken_from(session, redemption) == [(short, 30_00), (TODAY, 10_00)]


@obligation("Q-21")
def test_of_two_that_expire_together_the_earlier_issued_is_spent_first(session, ready, holder, shop):
    build.rule(session, months=1, valid_from=date(2028, 1, 29))
    for day in (29, 31, 30):
        build.earn(session, ready, holder.id, 10_00, at=datetime(2028, 1, day, 4, tzinfo=UTC))
    at = datetime(2028, 2, 1, 4, tzinfo=UTC)
    offer = build.offer(session, shop, price=25_00, at=at)

    redemption = commands.redeem(session, actor=holder.actor, offer_id=offer.id, key="k", at=at)

    assert {lot.last_valid_on for lot in queries.lots_of(session, holder.id)} == {
        date(2028, 2, 28),
        date(2028, 2, 29),
    }
    assert taken_from(session, redemption) == [
        (date(2028, 1, 29), 10_00),
        (date(2028, 1, 30), 10_00),
        (date(2028, 1, 31), 5_00),
    ]


@obligation("CQ-34.9", "Q-20")
@pytest.mark.parametrize(
    ("at", "spendable"),
    [
        (datetime(2031, 3, 9, 15, 59, 59, tzinfo=UTC), True),
        (datetime(2031, 3, 9, 16, 0, 0, tzinfo=UTC), False),
    ],
)
def test_a_lot_is_spent_to_the_last_second_of_its_last_day_in_china(session, rich, shop, at, spendable):
    """Of 9 March 2031: 23:59:59 in China and the second after it; no sweep has run."""
    offer = build.offer(session, shop, at=at)

    if spendable:
        redemption = commands.redeem(session, actor=rich.actor, offer_id=offer.id, key="k", at=at)
        assert redemption.reserved_until == datetime(2031, 3, 9, 16, tzinfo=UTC)
    else:
        with pytest.raises(InsufficientPoints) as refusal:
            commands.redeem(session, actor=rich.actor, offer_id=offer.id, key="k", at=at)
        assert refusal.value.details == {"balance": 0, "cost": 50_00}
        assert queries.balance(session, rich.id, day_in_china(at)).expired == 100_00


@obligation("Q-22", "CQ-34.9")
@pytest.mark.parametrize(
    ("at", "spendable"),
    [
        (datetime(2033, 2, 28, 15, 59, 59, tzinfo=UTC), True),
        (datetime(2033, 2, 28, 16, 0, 0, tzinfo=UTC), False),
    ],
)
def test_points_of_a_leap_day_end_on_the_28th(session, ready, holder, shop, at, spendable):
    build.earn(session, ready, holder.id, 60_00, at=datetime(2028, 2, 29, 4, tzinfo=UTC))
    offer = build.offer(session, shop, at=at)

    if spendable:
        commands.redeem(session, actor=holder.actor, offer_id=offer.id, key="k", at=at)
    else:
        with pytest.raises(InsufficientPoints):
            commands.redeem(session, actor=holder.actor, offer_id=offer.id, key="k", at=at)


@obligation("Q-23", "CQ-34.9")
def test_no_reservation_passes_the_five_years_of_its_lots(session, ready, holder, shop):
    at = datetime(2031, 3, 5, 4, tzinfo=UTC)
    build.earn(session, ready, holder.id, 30_00)
    build.earn(session, ready, holder.id, 30_00, at=NOON + timedelta(days=100))
    offer = build.offer(session, shop, price=40_00, at=at)
    told = queries.preview(session, holder.id, offer.id, at=at)

    redemption = commands.redeem(session, actor=holder.actor, offer_id=offer.id, key="k", at=at)

    assert redemption.reserved_until == told.reserved_until == end_of_day(date(2031, 3, 9))
    assert told.may_expire == 0


@obligation("Q-23")
def test_the_preview_says_what_would_be_lost_if_it_came_back_late(session, ready, holder, shop):
    build.rule(session, months=1, valid_from=TODAY + timedelta(days=1))
    build.earn(session, ready, holder.id, 30_00, at=NOON + timedelta(days=1))
    at = NOON + timedelta(days=30)
    build.earn(session, ready, holder.id, 30_00, at=at)
    offer = build.offer(session, shop, price=40_00, at=at)

    told = queries.preview(session, holder.id, offer.id, at=at)

    assert (told.price, told.may_expire) == (40_00, 30_00)
    assert [part.amount for part in told.parts] == [30_00, 10_00]


@obligation("T-09")
def test_the_same_key_is_the_same_redemption(session, rich, shop):
    offer = build.offer(session, shop)
    first = commands.redeem(session, actor=rich.actor, offer_id=offer.id, key="k1", at=NOON)

    again = commands.redeem(
        session, actor=rich.actor, offer_id=offer.id, key="k1", at=NOON + timedelta(days=40)
    )

    assert again.id == first.id
    assert queries.spendable(session, rich.id, TODAY) == 50_00
    assert queries.offer(session, offer.id).left == 9


@obligation("T-09")
def test_the_same_key_for_another_offer_is_refused(session, rich, shop):
    one, other = build.offer(session, shop, price=1), build.offer(session, shop, price=1)
    commands.redeem(session, actor=rich.actor, offer_id=one.id, key="k1", at=NOON)

    with pytest.raises(KeyReused):
        commands.redeem(session, actor=rich.actor, offer_id=other.id, key="k1", at=NOON)


@obligation("T-09")
def test_the_same_key_for_another_price_is_refused(session, rich, shop):
    offer = build.offer(session, shop, price=50_00)
    first = commands.redeem(session, actor=rich.actor, offer_id=offer.id, key="k1", price=50_00, at=NOON)

    again = commands.redeem(session, actor=rich.actor, offer_id=offer.id, key="k1", price=50_00, at=NOON)

    assert again is first
    with pytest.raises(KeyReused):
        commands.redeem(session, actor=rich.actor, offer_id=offer.id, key="k1", price=49_99, at=NOON)


@obligation("T-09")
def test_a_key_is_one_accounts_own(session, ready, rich, shop):
    other = build.holder(session)
    build.earn(session, ready, other.id, 100_00)
    offer = build.offer(session, shop)

    first = commands.redeem(session, actor=rich.actor, offer_id=offer.id, key="k1", at=NOON)
    second = commands.redeem(session, actor=other.actor, offer_id=offer.id, key="k1", at=NOON)

    assert first.id != second.id


@pytest.mark.parametrize("key", ["", "x" * 201])
def test_a_key_is_needed(session, rich, shop, key):
    offer = build.offer(session, shop)

    with pytest.raises(KeyMissing):
        commands.redeem(session, actor=rich.actor, offer_id=offer.id, key=key, at=NOON)


@obligation("CQ-34.10")
def test_nobody_redeems_another_persons_points(session, rich, shop):
    offer = build.offer(session, shop)

    for role in set(Role) - {Role.CITIZEN}:
        with pytest.raises(Forbidden):
            commands.redeem(session, actor=build.acting(role), offer_id=offer.id, key="k", at=NOON)
    with pytest.raises(AccountNotFound):
        commands.redeem(session, actor=build.person(session), offer_id=offer.id, key="k", at=NOON)
    assert queries.spendable(session, rich.id, TODAY) == 100_00


@obligation("CQ-34.5")
def test_the_last_item_is_had_and_the_next_is_refused(session, ready, rich, shop):
    other = build.holder(session)
    build.earn(session, ready, other.id, 100_00)
    offer = build.offer(session, shop, stock=1)

    commands.redeem(session, actor=rich.actor, offer_id=offer.id, key="k", at=NOON)

    with pytest.raises(SoldOut):
        commands.redeem(session, actor=other.actor, offer_id=offer.id, key="k", at=NOON)
    assert queries.spendable(session, other.id, TODAY) == 100_00
    sold_out = select(OutboxMessage).where(OutboxMessage.template == "offer.sold_out")
    assert len(session.scalars(sold_out).all()) == 1


@obligation("CQ-34.5")
def test_a_person_has_no_more_of_an_offer_than_it_allows(session, rich, shop):
    offer = build.offer(session, shop, price=1_00, per_person=2)
    first = commands.redeem(session, actor=rich.actor, offer_id=offer.id, key="k1", at=NOON)
    commands.redeem(session, actor=rich.actor, offer_id=offer.id, key="k2", at=NOON)

    with pytest.raises(LimitReached):
        commands.redeem(session, actor=rich.actor, offer_id=offer.id, key="k3", at=NOON)

    commands.withdraw_redemption(session, actor=rich.actor, redemption_id=first.id, at=NOON)
    commands.redeem(session, actor=rich.actor, offer_id=offer.id, key="k3", at=NOON)


@obligation("CQ-34.10")
def test_another_price_than_the_holder_confirmed_is_refused(session, rich, shop):
    offer = build.offer(session, shop)

    with pytest.raises(OfferChanged):
        commands.redeem(session, actor=rich.actor, offer_id=offer.id, key="k", price=49_00, at=NOON)


def test_what_is_not_on_the_shelf_cannot_be_had(session, rich, shop):
    draft = commands.create_offer(session, actor=shop.manager, terms=build.terms(), at=NOON)
    offer = build.offer(session, shop)
    commands.unshelve_offer(session, actor=shop.manager, offer_id=offer.id, at=NOON)

    for offer_id in (draft.id, offer.id):
        with pytest.raises(OfferClosed):
            commands.redeem(session, actor=rich.actor, offer_id=offer_id, key="k", at=NOON)
    with pytest.raises(OfferNotFound):
        commands.redeem(session, actor=rich.actor, offer_id=10**9, key="k", at=NOON)


@obligation("CQ-33.1")
def test_nothing_is_had_from_a_merchant_that_left_or_is_suspended(session, rich, shop):
    offer = build.offer(session, shop)
    commands.suspend_merchant(
        session, actor=build.operator(), merchant_id=shop.merchant.id, reason="核查", at=NOON
    )

    with pytest.raises(MerchantNotAdmitted):
        commands.redeem(session, actor=rich.actor, offer_id=offer.id, key="k", at=NOON)

    commands.leave_as_merchant(session, actor=shop.manager, at=NOON)
    with pytest.raises(MerchantNotAdmitted):
        commands.redeem(session, actor=rich.actor, offer_id=offer.id, key="k", at=NOON)


@obligation("CQ-34.10", "CQ-35.1")
def test_a_redemption_leaves_an_audit_line_and_an_event_for_the_merchant(session, rich, shop):
    offer = build.offer(session, shop)

    redemption = commands.redeem(session, actor=rich.actor, offer_id=offer.id, key="k", at=NOON)

    line = session.scalars(select(AuditLine).where(AuditLine.event == "points.redemption.reserve")).one()
    assert (line.actor, line.subject_id) == (rich.actor.ref, str(redemption.id))
    event = session.scalars(
        select(OutboxMessage).where(OutboxMessage.template == "redemption.reserved")
    ).one()
    assert event.recipient == f"organisation:{shop.merchant.organisation_id}"
    assert event.payload == {"redemption_id": redemption.id, "offer_id": offer.id, "state": "reserved"}


@obligation("CQ-34.5")
def test_many_small_lots_are_walked_through(session, ready, holder, shop):
    for day in range(60):
        build.earn(session, ready, holder.id, 1_00, at=NOON + timedelta(days=day))
    offer = build.offer(session, shop, price=59_50, at=NOON + timedelta(days=60))

    redemption = commands.redeem(
        session, actor=holder.actor, offer_id=offer.id, key="k", at=NOON + timedelta(days=60)
    )

    parts = taken_from(session, redemption)
    assert len(parts) == 60
    assert parts == sorted(parts)
    assert parts[-1][1] == 50
    assert session.scalar(text("select count(*) from point_lot where is_open")) == 1


@obligation("CQ-34.5")
def test_lots_that_end_on_one_day_are_all_walked_through(session, ready, holder, shop):
    """Six lots, then four that all end on 28 February: the look at eight at a time cuts between them."""
    build.rule(session, months=1, valid_from=date(2027, 1, 20))
    at = NOON
    days = [date(2027, 1, day) for day in (20, 21, 22, 23, 24, 25, 29, 30, 31)] + [date(2027, 2, 1)]
    for day in days:
        at = datetime(day.year, day.month, day.day, 4, tzinfo=UTC)
        build.earn(session, ready, holder.id, 1_00, at=at)
    offer = build.offer(session, shop, price=10_00, at=at)

    redemption = commands.redeem(session, actor=holder.actor, offer_id=offer.id, key="k", at=at)

    assert [issued_on for issued_on, _amount in taken_from(session, redemption)] == days
    ends = [lot.last_valid_on for lot in queries.lots_of(session, holder.id)]
    assert ends[-4:] == [date(2027, 2, 28)] * 4
