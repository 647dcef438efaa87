"""Issuing: points for behaviours by the rule of the day, once, in one chain for each account."""

from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest
from sqlalchemy import text

from app.kernel.days import day_in_china
from points import commands, queries
from points.values import Kind
from tests.builders import points as build
from tests.builders.points import NOON, Done
from tests.obligations import obligation

TODAY = day_in_china(NOON)


@obligation("CQ-34.3", "CQ-34.4", "Q-50")
def test_each_behaviour_has_one_issue_that_names_what_it_rests_on(session, ready, rule, holder):
    behaviours = build.earn(session, ready, holder.id, 110, 1, day=TODAY - timedelta(days=3))

    lines = list(reversed(queries.statement(session, holder.id).items))

    assert [line.behaviour_id for line in lines] == behaviours
    assert [(line.kind, line.amount, line.balance_after) for line in lines] == [
        (Kind.ISSUE, 110, 110),
        (Kind.ISSUE, 1, 111),
    ]
    assert {line.rule_version for line in lines} == {rule.version}
    assert {line.behaviour_day for line in lines} == {TODAY - timedelta(days=3)}
    assert {(line.lot_issued_on, line.lot_last_valid_on) for line in lines} == {(TODAY, date(2031, 3, 9))}
    assert all(line.method_version_id for line in lines)


@obligation("CQ-34.4")
def test_a_days_points_lie_in_one_lot_and_every_day_has_its_own(session, ready, holder):
    build.earn(session, ready, holder.id, 10, 20)
    build.earn(session, ready, holder.id, 30)
    build.earn(session, ready, holder.id, 40, at=NOON + timedelta(days=1))

    lots = queries.lots_of(session, holder.id)

    assert [(lot.issued_on, lot.issued, lot.available) for lot in lots] == [
        (TODAY, 60, 60),
        (TODAY + timedelta(days=1), 40, 40),
    ]


@obligation("T-28")
def test_numbers_and_commitments_go_on_without_a_gap_over_many_loads(session, ready, holder):
    for _ in range(3):
        build.earn(session, ready, holder.id, 10, 20)

    lines = list(reversed(queries.statement(session, holder.id).items))
    receipts = [queries.receipt(session, holder.id, line.seq) for line in lines]

    assert [line.seq for line in lines] == [1, 2, 3, 4, 5, 6]
    assert receipts[0].prev_commitment == ""
    assert [later.prev_commitment for later in receipts[1:]] == [
        earlier.commitment for earlier in receipts[:-1]
    ]
    assert queries.balance(session, holder.id, TODAY).head == receipts[-1].commitment


@obligation("CQ-34.4")
def test_many_accounts_are_issued_to_in_one_go(session, ready):
    holders = [build.holder(session) for _ in range(5)]
    done = [Done(one.id, TODAY, 7 * (place + 1)) for place, one in enumerate(holders * 3)]
    build.behave(session, ready, done, at=NOON)

    issued = build.issue(session, at=NOON)

    assert (issued.entries, issued.accounts) == (15, 5)
    assert issued.reduction_g == issued.points == sum(one.grams for one in done)
    for one in holders:
        assert queries.spendable(session, one.id, TODAY) == sum(
            each.grams for each in done if each.account_id == one.id
        )


@obligation("Q-50")
def test_less_than_a_hundredth_is_issued_as_nothing_and_still_on_record(session, ready, holder):
    build.rule(session, grams_per_point=10_000, valid_from=TODAY + timedelta(days=1))

    build.earn(session, ready, holder.id, 99, at=NOON + timedelta(days=1))

    (line,) = queries.statement(session, holder.id).items
    assert (line.amount, line.reduction_g) == (0, 99)
    assert queries.lots_of(session, holder.id)[0].is_open is False


@obligation("CQ-34.3")
def test_nothing_accepted_is_nothing_issued(session, ready, holder):
    build.behave(session, ready, [], at=NOON)

    issued = build.issue(session, at=NOON)

    assert (issued.entries, issued.points) == (0, 0)


@obligation("T-01", "CQ-34.4")
def test_a_behaviour_is_issued_once_for_ever(session, ready, holder):
    build.behave(session, ready, [Done(holder.id, TODAY, 10)], at=NOON)
    build.issue(session, at=NOON)

    with pytest.raises(psycopg.Error, match="behaviour_issue_pkey"), session.begin_nested():
        build.issue(session, at=NOON)


@obligation("CQ-34.4", "T-06")
@pytest.mark.parametrize("column", ["grams", "method_version_id", "day", "account_id"])
def test_an_issue_that_says_other_than_its_behaviour_is_refused(session, ready, holder, column):
    other = build.holder(session)
    build.behave(session, ready, [Done(holder.id, TODAY, 10), Done(other.id, TODAY, 10)], at=NOON)
    change = {"day": "day - 1", "account_id": str(other.id)}.get(column, f"{column} + 1")
    session.execute(text(f"update accepted set {column} = {change} where account_id = {holder.id}"))

    with pytest.raises(psycopg.Error, match="points come only from a behaviour"), session.begin_nested():
        build.issue(session, at=NOON)


@obligation("Q-20", "Q-22")
@pytest.mark.parametrize(
    ("issued_on", "last"),
    [
        (date(2028, 2, 28), date(2033, 2, 27)),
        (date(2028, 2, 29), date(2033, 2, 28)),
        (date(2028, 3, 1), date(2033, 2, 28)),
    ],
)
def test_a_leap_days_lot_ends_on_the_28th(session, ready, holder, issued_on, last):
    at = datetime(issued_on.year, issued_on.month, issued_on.day, 4, tzinfo=UTC)

    build.earn(session, ready, holder.id, 10, at=at)

    assert queries.lots_of(session, holder.id)[0].last_valid_on == last


@obligation("Q-01", "Q-20")
def test_the_day_of_issue_is_the_day_in_china(session, ready, holder):
    build.earn(session, ready, holder.id, 10, at=datetime(2026, 3, 10, 15, 59, 59, tzinfo=UTC))
    build.earn(session, ready, holder.id, 10, at=datetime(2026, 3, 10, 16, 0, 0, tzinfo=UTC), day=TODAY)

    assert [lot.issued_on for lot in queries.lots_of(session, holder.id)] == [
        date(2026, 3, 10),
        date(2026, 3, 11),
    ]


@obligation("T-16")
def test_accounts_are_locked_by_a_table_and_those_that_may_not_receive_are_named(session, ready, holder):
    applied = build.person(session)
    waiting = commands.apply_for_account(session, actor=applied, person_id=applied.person_id, at=NOON)
    session.execute(text("create temporary table wanted (account_id bigint) on commit drop"))
    session.execute(
        text("insert into wanted values (:one), (:two), (:one)"), {"one": holder.id, "two": waiting.id}
    )

    assert commands.lock_accounts_in(session, "wanted") == {waiting.id}
