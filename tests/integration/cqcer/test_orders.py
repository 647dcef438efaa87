"""Orders to cancel units: their term, what meets them, what is forced, what stays as a debt."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.jobs import registry_days
from app.kernel.days import day_in_china
from app.kernel.errors import ActOutOfTurn, Forbidden
from app.kernel.permissions import ANYONE
from cqcer import commands, queries
from cqcer.errors import (
    ChecksFailed,
    NothingToForce,
    SamePerson,
    TermNotOver,
    TermTooShort,
)
from cqcer.models import Movement, OrderStep
from cqcer.values import (
    MovementKind,
    MovementOrder,
    Participant,
    Purpose,
    UnitState,
)
from tests.integration.cqcer import registry as build
from tests.integration.cqcer import using
from tests.obligations import obligation

P = build.P
STEP = "INSERT INTO order_step SELECT id, 1, {}, 'staff:1', ordered_at FROM cancellation_order"


@pytest.fixture
def world(session):
    return using.with_bureau(session)


def ordered(session, world, quantity, *, days=30):
    found = using.investigated(session, world)
    return commands.issue_order(
        session,
        actor=world.bureau,
        number=f"渝环责〔2025〕{found.id}号",
        investigation_id=found.id,
        quantity=quantity,
        due_on=day_in_china(world.at) + timedelta(days=days),
        document_id=build.paper(session),
        at=world.at,
    )


def confirm(session, world, movement, at=None, *, actor=None):
    return commands.confirm_movement(
        session,
        actor=actor or world.agency[1],
        movement_id=movement.id,
        at=at or world.at,
        second_factor=True,
    )


def of_order(session, order):
    return list(session.query(Movement).where(Movement.order_id == order.id).order_by(Movement.id))


@obligation("CQ-39.2", "Q-13", "Q-54")
def test_an_order_freezes_as_many_free_units_as_it_names_and_is_met_by_its_own_cancellations(session, world):
    order = ordered(session, world, 300)
    assert queries.tally(session) == (1000, 700, 300, 0, 0, 0)  # nobody can move them from this moment
    confirm(session, world, of_order(session, order)[0])
    assert queries.tally(session).frozen == 300

    using.cancel(session, world, 50)  # for the public: not for the order
    session.refresh(order)
    assert (order.state, order.cancelled) == ("issued", 0)
    for key, quantity in (("a", 200), ("b", 100)):
        made = commands.propose_ordered(
            session, actor=world.owner.initiator, order_id=order.id, quantity=quantity, key=key, at=world.at
        )
        confirm(session, world, made, actor=world.owner.confirmer)

    session.refresh(order)
    assert (order.state, order.cancelled) == ("met", 300)
    assert queries.tally(session) == (1000, 650, 0, 0, 0, 350)
    assert [one.act for one in session.query(OrderStep)] == ["meet"]


@obligation("CQ-39.2")
def test_an_order_takes_no_more_than_it_names_and_from_nobody_else(session, world):
    order = ordered(session, world, 300)
    other = build.holder(session, world.agency[0])
    confirm(session, world, of_order(session, order)[0])
    with pytest.raises(DBAPIError, match="short of"), session.begin_nested():
        commands.propose_ordered(
            session,
            actor=world.owner.initiator,
            order_id=order.id,
            quantity=301,
            from_state=UnitState.HELD,
            key="x",
            at=world.at,
        )
    stranger = MovementOrder(
        kind=MovementKind.CANCEL,
        quantity=1,
        giving_account_id=other.account.id,
        purpose=Purpose.ORDERED,
        order_id=order.id,
        ground_document_id=order.document_id,
    )
    with pytest.raises(ChecksFailed):
        commands.propose_movement(session, actor=other.initiator, order=stranger, key="y", at=world.at)


@obligation("CQ-39.3")
def test_nothing_is_forced_before_the_term_is_over_and_then_exactly_what_is_outstanding(session, world):
    order = ordered(session, world, 300)
    confirm(session, world, of_order(session, order)[0])
    made = commands.propose_ordered(
        session, actor=world.owner.initiator, order_id=order.id, quantity=120, key="a", at=world.at
    )
    confirm(session, world, made, actor=world.owner.confirmer)
    on_the_day = world.at + timedelta(days=30)
    after = on_the_day + timedelta(days=1)
    officer, reviewer = world.agency

    with pytest.raises(TermNotOver):
        commands.force_order(session, actor=officer, order_id=order.id, key="f", at=world.at)
    with pytest.raises(TermNotOver):
        commands.pass_due_date(session, actor=officer, order_id=order.id, at=on_the_day)
    assert commands.orders_due(session, at=on_the_day) == []
    assert registry_days.run(on_the_day).endswith(" 0 orders overdue")
    assert commands.orders_due(session, at=after) == [order.id]
    assert registry_days.run(after).endswith(" 1 orders overdue")
    assert registry_days.run(after).endswith(" 0 orders overdue")
    session.refresh(order)
    with pytest.raises(ActOutOfTurn):
        commands.pass_due_date(session, actor=officer, order_id=order.id, at=after)
    forced = commands.force_order(session, actor=officer, order_id=order.id, key="f", at=after)
    with pytest.raises(SamePerson):
        confirm(session, world, forced[0], after, actor=officer)
    confirm(session, world, forced[0], after, actor=reviewer)

    session.refresh(order)
    assert [one.quantity for one in forced] == [180]
    assert (order.state, order.cancelled) == ("forced", 300)
    assert queries.tally(session) == (1000, 700, 0, 0, 0, 300)
    with pytest.raises(TermNotOver):
        commands.force_order(session, actor=officer, order_id=order.id, key="g", at=after)


@obligation("CQ-39.3", "Q-13")
def test_what_cannot_be_forced_stays_as_a_debt_that_blocks_until_it_is_met(session, world):
    order = ordered(session, world, 1500)
    confirm(session, world, of_order(session, order)[0])
    after = world.at + timedelta(days=31)
    officer = world.agency[0]
    commands.pass_due_date(session, actor=officer, order_id=order.id, at=after)
    with pytest.raises(NothingToForce):
        commands.find_shortfall(session, actor=officer, order_id=order.id, at=after)
    for made in commands.force_order(session, actor=officer, order_id=order.id, key="f", at=after):
        confirm(session, world, made, after)
    with pytest.raises(NothingToForce):
        commands.force_order(session, actor=officer, order_id=order.id, key="g", at=after)

    commands.find_shortfall(session, actor=officer, order_id=order.id, at=after)

    assert (order.state, order.outstanding) == ("shortfall", 500)
    assert queries.owner_blocked_until(session, world.project, on=after.date()) == date(9999, 12, 31)
    assert [one.id for one in queries.shortfalls_of(session, world.project)] == [order.id]


@obligation("CQ-39.3")
def test_units_in_trading_are_frozen_before_they_are_forced(session, world):
    exchange = build.staff(session, world.owner.organisation.id, ANYONE | {P.RUN_THE_EXCHANGE}, world.at)
    commands.open_trading_account(
        session,
        actor=exchange,
        number="S-1",
        account_number=world.owner.account.number,
        participant=Participant.ENTERPRISE,
        at=world.at,
    )
    made = commands.propose_movement(
        session,
        actor=world.owner.initiator,
        order=MovementOrder(
            kind=MovementKind.DEPOSIT, quantity=1000, giving_account_id=world.owner.account.id
        ),
        key="d",
        at=world.at,
    )
    confirm(session, world, made, actor=world.owner.confirmer)
    order = ordered(session, world, 100)
    frozen = of_order(session, order)
    assert [(one.kind, one.from_state, one.quantity) for one in frozen] == [("freeze", "in_trading", 100)]


BY_HAND = (
    ("UPDATE cancellation_order SET state = 'met', cancelled = quantity", "TH101"),
    ("UPDATE cancellation_order SET due_on = due_on + 100", "TH101"),
    ("DELETE FROM cancellation_order", "TH101"),
    (STEP.format("'pass_due_date', 'overdue'"), "TH175"),
    (STEP.format("'meet', 'met'"), "TH175"),
    ("UPDATE investigation SET confirmed = true", "TH002"),
)


@obligation("CQ-39.2", "CQ-39.3")
def test_orders_are_not_written_by_hand(session, world):
    ordered(session, world, 300)

    for sql, code in BY_HAND:
        with pytest.raises(DBAPIError) as caught, session.begin_nested():
            session.execute(text(sql))
        assert getattr(caught.value.orig, "sqlstate", None) in {code, "42501"}


def test_an_order_has_a_term_and_is_the_bureaus(session, world):
    with pytest.raises(TermTooShort):
        ordered(session, world, 300, days=0)
    world.bureau = world.agency[0]
    with pytest.raises(Forbidden):
        ordered(session, world, 300)
