"""Caps by person and day, by count and by grams, whatever the order of the rows."""

from collections import defaultdict
from datetime import datetime, timedelta
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from app.kernel.days import CHINA, day_in_china
from scenarios import methods, profiles
from tests.builders import scenarios as builders
from tests.integration.intake.conftest import GIVEN, NOW, World
from tests.obligations import obligation

MORNING = datetime(2026, 5, 30, 8, 0, tzinfo=CHINA)


def ride(world, minutes, **changes):
    return world.row(occurred_at=(MORNING + timedelta(minutes=minutes)).isoformat(), **changes)


def said(result):
    return [(row.outcome, row.reason) for row in result.rows]


@obligation("CQ-31.3")
def test_the_count_of_a_day_takes_the_first_in_time(session):
    world = World(session, cap_count=2).link("ann", "bob")

    result = world.send(*(ride(world, minutes) for minutes in (30, 10, 20)), ride(world, 40, user="bob"))

    assert said(result) == [
        ("capped", "count"),
        ("accepted", "whole"),
        ("accepted", "whole"),
        ("accepted", "whole"),
    ]


def test_what_is_in_already_counts_even_when_it_is_later_in_the_day(session):
    world = World(session, cap_count=2).link("ann")
    world.send(ride(world, 500), ride(world, 600))

    assert said(world.send(ride(world, 1))) == [("capped", "count")]


def test_the_day_ends_at_midnight_in_shanghai(session):
    world = World(session, cap_count=1).link("ann")
    times = ("2026-05-30T23:59:59+08:00", "2026-05-30T16:00:00Z", "2026-05-31T23:59:59+08:00")

    result = world.send(*(world.row(occurred_at=at) for at in times))

    assert [row.outcome for row in result.rows] == ["accepted", "accepted", "capped"]


@obligation("CQ-31.3")
def test_the_grams_of_a_day_cut_the_last_and_cap_what_follows(session):
    world = World(session, method_code="bicycle.km", cap_grams=100).link("ann")
    each = world.send(ride(world, 0, quantity=1, unit="km", user="ann")).reduction_g
    assert 0 < each < 100
    rest = 100 - each
    often = rest // each + 2

    result = world.send(*(ride(world, n, quantity=1, unit="km") for n in range(1, often + 1)))

    assert result.reduction_g == rest
    cut = rest % each
    expected = [("accepted", "whole")] * (rest // each) + ([("accepted", "grams")] if cut else [])
    assert said(result)[: len(expected)] == expected
    assert set(said(result)[len(expected) :]) == {("capped", "grams")}
    kept = session.execute(
        text("select sum(reduction_g), count(*) filter (where cap = 'grams') from behaviour")
    ).one()
    assert tuple(kept) == (100, 1 if cut else 0)
    assert world.available("ann") == 100


@pytest.mark.parametrize(
    ("missing", "expected"),
    [
        (0, [("accepted", "whole")] * 2 + [("capped", "grams")]),
        (1, [("accepted", "whole"), ("accepted", "grams"), ("capped", "grams")]),
    ],
)
def test_exactly_the_grams_of_the_day_are_whole(session, missing, expected):
    each = methods.by_code("ebike.km").versions[-1].calculator()(1000)
    world = World(session, method_code="ebike.km", cap_grams=2 * each - missing).link("ann")

    result = world.send(*(ride(world, n, quantity=1, unit="km") for n in range(3)))

    assert said(result) == expected
    assert result.reduction_g == 2 * each - missing


def test_a_cap_holds_across_the_scenarios_of_one_method(session):
    world = World(session, cap_count=1).link("ann")
    other = builders.listed(session, world.made.host, at=GIVEN, methods=("bicycle.ride",))
    session.execute(
        text("""
            insert into authorisation (account_id, scenario_id, host_user, data_kinds, text_version, given_at)
            values (:account, :scenario, 'ann', '["trip_time"]', '1', :at)
        """),
        {"account": world.accounts["ann"], "scenario": other.id, "at": GIVEN},
    )
    world.send(ride(world, 0))
    world.made = builders.Ready(world.made.host, other)

    assert said(world.send(ride(world, 1))) == [("capped", "count")]


def test_a_yearly_count_follows_the_daily_one(session):
    world = World(
        session, method_code="phone.second_hand", cap_count=1, cap_count_year=2, review_above_milli=None
    )
    world.link("ann")
    rows = [
        world.row(occurred_at=f"2026-05-{day}T{hour}:00:00+08:00", unit="piece")
        for day, hour in (("10", "08"), ("10", "09"), ("11", "08"), ("12", "08"))
    ]

    result = world.send(*rows)

    assert said(result) == [
        ("accepted", "whole"),
        ("capped", "count"),
        ("accepted", "whole"),
        ("capped", "count_year"),
    ]
    assert said(world.send(world.row(occurred_at="2026-05-20T08:00:00+08:00", unit="piece"))) == [
        ("capped", "count_year")
    ]


RIDES = st.lists(
    st.tuples(
        st.sampled_from(["ann", "bob", "stranger"]),
        st.integers(0, 2 * 24 * 60),  # minutes after the morning
        st.integers(0, 30),  # whole km
        st.integers(0, 12),  # number of the record
    ),
    min_size=1,
    max_size=14,
)


def expected_of(rows, *, cap_count, cap_grams, grams_of):
    """Return count of outcomes and grams by a slow and plain reckoning of one upload."""
    records = defaultdict(list)
    for row in rows:
        records[row[3]].append(row)
    outcomes: dict[str, int] = defaultdict(int)
    days = defaultdict(list)
    for number, same in records.items():
        same.sort(key=partial(_rank, number))
        first = same[0]
        others = {row for row in same if row != first}
        outcomes["conflict"] += len(others)
        outcomes["duplicate"] += len(same) - 1 - len(others)
        user, minutes, km, _ = first
        if km == 0:
            outcomes["zero"] += 1
        elif user == "stranger":
            outcomes["unauthorised"] += 1
        else:
            at = MORNING + timedelta(minutes=minutes)
            days[user, day_in_china(at)].append((at, profiles.record_key(f"n{number}"), grams_of(km)))
    total = 0
    for behaviours in days.values():
        left, taken = cap_grams, 0
        for _, _, grams in sorted(behaviours):
            if taken >= cap_count or left <= 0:
                outcomes["capped"] += 1
                continue
            taken += 1
            total += min(grams, left)
            left -= min(grams, left)
            outcomes["accepted"] += 1
    return {outcome: count for outcome, count in outcomes.items() if count}, total


def _rank(number, row):
    user, minutes, km, _ = row
    at = (MORNING + timedelta(minutes=minutes)).astimezone(NOW.tzinfo)
    (read,) = profiles.read_objects(
        [
            {
                "record_id": f"n{number}",
                "user": user,
                "occurred_at": at.isoformat(),
                "quantity": km,
                "unit": "km",
            }
        ],
        profiles.canonical_profile(methods.Unit.KM),
    )
    return read.problem is not None, at, profiles.content_hash(read.content)


@obligation("CQ-31.3")
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(rows=RIDES, random=st.randoms(use_true_random=False))
def test_the_result_of_an_upload_does_not_depend_on_the_order_of_its_rows(
    session, capped_world, rows, random
):
    def result_of(order):
        undone = session.begin_nested()
        result = capped_world.send(
            *(
                {
                    "record_id": f"n{number}",
                    "user": user,
                    "occurred_at": (MORNING + timedelta(minutes=minutes)).isoformat(),
                    "quantity": km,
                    "unit": "km",
                }
                for user, minutes, km, number in order
            ),
            at=datetime(2026, 6, 2, tzinfo=CHINA),
        )
        undone.rollback()
        return result.outcomes, result.reduction_g

    shuffled = list(rows)
    random.shuffle(shuffled)

    grams_of = methods.by_code("bicycle.km").versions[-1].calculator()
    expected = expected_of(rows, cap_count=2, cap_grams=900, grams_of=lambda km: grams_of(km * 1000))
    assert result_of(rows) == expected
    assert result_of(shuffled) == expected


@pytest.fixture
def capped_world(session):
    return World(session, method_code="bicycle.km", cap_count=2, cap_grams=900, review_above_milli=None).link(
        "ann", "bob"
    )
