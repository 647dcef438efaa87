"""Accounts: one for each holder, opened and closed by the holder alone."""

from datetime import timedelta

import pytest

from app.kernel.actor import ANONYMOUS, SYSTEM
from app.kernel.errors import ActOutOfTurn, Forbidden, Unauthenticated
from app.kernel.permissions import Role
from points import commands, queries, serials
from points.errors import (
    AccountExists,
    AccountNotFound,
    AccountNotOpen,
    ClosingChanged,
    ReasonMissing,
    ReservationsOpen,
)
from points.values import Kind
from tests.builders import points as build
from tests.builders.points import NOON
from tests.obligations import obligation


def kinds(session, account_id):
    return [line.kind for line in reversed(queries.statement(session, account_id).items)]


@obligation("CQ-8.1", "Q-26")
def test_a_holder_has_one_account_for_ever(session, holder):
    with pytest.raises(AccountExists):
        commands.apply_for_account(session, actor=holder.actor, person_id=holder.actor.person_id, at=NOON)

    commands.close_account(session, actor=holder.actor, warned_of=0, at=NOON)
    with pytest.raises(AccountExists):
        commands.apply_for_account(session, actor=holder.actor, person_id=holder.actor.person_id, at=NOON)


@obligation("CQ-8.1")
def test_an_account_has_a_number_with_check_digits_and_a_pseudonym_of_its_own(session):
    one, other = build.holder(session), build.holder(session)

    assert serials.account_number_is_valid(one.account.number)
    assert one.account.number != other.account.number
    assert one.account.pseudonym != other.account.pseudonym
    assert queries.account_by_number(session, one.account.number).id == one.id


@obligation("CQ-8.1")
def test_nobody_else_opens_an_account(session):
    with pytest.raises(Unauthenticated):
        commands.apply_for_account(session, actor=ANONYMOUS, person_id=1, at=NOON)
    with pytest.raises(Forbidden):
        commands.apply_for_account(session, actor=build.operator(), person_id=1, at=NOON)


@obligation("CQ-8.1")
def test_the_steps_of_an_account_are_kept(session, holder):
    reviewer = build.operator(Role.OPERATOR_REVIEWER)

    commands.restrict_account(session, actor=reviewer, account_id=holder.id, reason="核查", at=NOON)
    commands.unrestrict_account(session, actor=reviewer, account_id=holder.id, reason="已核实", at=NOON)

    steps = [
        (step.act, step.from_state, step.to_state) for step in queries.account_history(session, holder.id)
    ]
    assert steps == [
        ("apply", None, "applied"),
        ("activate", "applied", "active"),
        ("restrict", "active", "restricted"),
        ("unrestrict", "restricted", "active"),
    ]


@obligation("CQ-34.10")
def test_a_restriction_touches_no_points(session, ready, rich, shop):
    reviewer = build.operator(Role.OPERATOR_REVIEWER)
    offer = build.offer(session, shop)
    before = queries.balance(session, rich.id, NOON.date())

    commands.restrict_account(session, actor=reviewer, account_id=rich.id, reason="核查", at=NOON)

    assert queries.balance(session, rich.id, NOON.date()) == before
    build.earn(session, ready, rich.id, 5_00)
    commands.redeem(session, actor=rich.actor, offer_id=offer.id, key="k", at=NOON)
    assert queries.balance(session, rich.id, NOON.date()).available == 55_00


@obligation("Q-26")
def test_nobody_spends_from_a_frozen_account_and_its_points_run_to_their_last_day(session, rich, shop):
    reviewer = build.operator(Role.OPERATOR_REVIEWER)
    offer = build.offer(session, shop)
    commands.freeze_account(session, actor=reviewer, account_id=rich.id, reason="死亡证明", at=NOON)

    with pytest.raises(AccountNotOpen):
        commands.redeem(session, actor=rich.actor, offer_id=offer.id, key="k", at=NOON)
    with pytest.raises(ActOutOfTurn):
        commands.close_account(session, actor=rich.actor, warned_of=100_00, at=NOON)

    later = NOON + timedelta(days=5 * 366)
    commands.expire_due(session, actor=SYSTEM, at=later)
    assert kinds(session, rich.id) == [Kind.ISSUE, Kind.EXPIRE]


@obligation("CQ-34.10")
def test_a_restriction_needs_the_right_and_a_reason(session, holder):
    with pytest.raises(Forbidden):
        commands.restrict_account(
            session, actor=build.operator(), account_id=holder.id, reason="核查", at=NOON
        )
    with pytest.raises(ReasonMissing):
        commands.freeze_account(
            session, actor=build.operator(Role.OPERATOR_REVIEWER), account_id=holder.id, reason=" ", at=NOON
        )


@obligation("Q-26")
def test_closing_lapses_exactly_what_the_holder_was_told(session, rich):
    told = queries.closing(session, rich.id, NOON.date())

    closed = commands.close_account(session, actor=rich.actor, warned_of=told.lapses, at=NOON)

    assert told.lapses == 100_00
    assert closed.state == "closed"
    assert kinds(session, rich.id) == [Kind.ISSUE, Kind.CLOSE]
    balance = queries.balance(session, rich.id, NOON.date())
    assert (balance.available, balance.closed) == (0, 100_00)


@obligation("Q-26")
def test_closing_with_another_figure_than_was_told_is_refused(session, ready, rich):
    build.earn(session, ready, rich.id, 1)

    with pytest.raises(ClosingChanged) as refusal:
        commands.close_account(session, actor=rich.actor, warned_of=100_00, at=NOON)

    assert refusal.value.details == {"lapses": 100_01, "warned_of": 100_00}
    assert queries.account(session, rich.id).state == "active"


@obligation("Q-26")
def test_open_vouchers_are_settled_first_or_withdrawn_with_the_account(session, rich, shop):
    offer = build.offer(session, shop)
    redemption = commands.redeem(session, actor=rich.actor, offer_id=offer.id, key="k", at=NOON)
    told = queries.closing(session, rich.id, NOON.date())

    with pytest.raises(ReservationsOpen):
        commands.close_account(session, actor=rich.actor, warned_of=told.lapses, at=NOON)
    commands.close_account(session, actor=rich.actor, warned_of=told.lapses, withdraw_open=True, at=NOON)

    assert (told.lapses, told.reserved, told.open_redemptions) == (100_00, 50_00, (redemption.id,))
    assert queries.redemption(session, redemption.id).state == "withdrawn"
    assert kinds(session, rich.id) == [Kind.ISSUE, Kind.RESERVE, Kind.RELEASE, Kind.CLOSE]
    assert queries.offer(session, offer.id).left == 10


@obligation("Q-26", "CQ-34.9")
def test_closing_after_a_last_day_expires_what_is_over_and_closes_the_rest(session, ready, holder):
    build.rule(session, months=1, valid_from=NOON.date() + timedelta(days=1))
    build.earn(session, ready, holder.id, 70)
    build.earn(session, ready, holder.id, 30, at=NOON + timedelta(days=1))
    later = NOON + timedelta(days=60)
    told = queries.closing(session, holder.id, later.date())

    commands.close_account(session, actor=holder.actor, warned_of=told.lapses, at=later)

    assert told.lapses == 70
    assert sorted(kinds(session, holder.id)) == sorted([Kind.ISSUE, Kind.ISSUE, Kind.EXPIRE, Kind.CLOSE])


@obligation("CQ-34.10")
def test_nobody_but_the_holder_closes_an_account(session, rich):
    for actor in (build.operator(), build.operator(Role.OPERATOR_REVIEWER), build.acting(Role.ADMINISTRATOR)):
        with pytest.raises(Forbidden):
            commands.close_account(session, actor=actor, warned_of=100_00, at=NOON)
    with pytest.raises(AccountNotFound):
        commands.close_account(session, actor=build.person(session), warned_of=100_00, at=NOON)


@obligation("Q-26")
def test_a_closed_account_does_nothing_more(session, ready, rich, shop):
    offer = build.offer(session, shop)
    commands.close_account(session, actor=rich.actor, warned_of=100_00, at=NOON)

    with pytest.raises(AccountNotOpen):
        commands.redeem(session, actor=rich.actor, offer_id=offer.id, key="k", at=NOON)
    with pytest.raises(ActOutOfTurn):
        commands.close_account(session, actor=rich.actor, warned_of=0, at=NOON)
    build.behave(session, ready, [build.Done(rich.id, NOON.date(), 5)], at=NOON)
    assert commands.lock_accounts_in(session, "accepted") == {rich.id}


@obligation("Q-36")
def test_an_organisations_account_receives_no_points(session, shop):
    account = commands.apply_for_account(
        session, actor=shop.manager, organisation_id=shop.manager.organisation_id, at=NOON
    )
    commands.activate_account(session, actor=SYSTEM, account_id=account.id, at=NOON)

    session.connection().exec_driver_sql("create temporary table wanted (account_id bigint) on commit drop")
    session.connection().exec_driver_sql(f"insert into wanted values ({account.id})")

    assert commands.lock_accounts_in(session, "wanted") == {account.id}
    closed = commands.close_organisation_account(
        session, actor=shop.manager, organisation_id=shop.manager.organisation_id, at=NOON
    )
    assert closed.state == "closed"
