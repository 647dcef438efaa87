"""What becomes of one row: every outcome with its reason, on each side of each boundary."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from app.identity.queries import actor_of_person
from app.journeys import intake
from app.kernel.actor import SYSTEM
from app.kernel.errors import Forbidden
from app.kernel.idempotency import KeyReused
from points import commands as points
from scenarios import commands, methods
from scenarios.errors import MethodUnknown, NoRows, NotThisHost, ScenarioNotListed, TooManyRows
from tests.builders import people
from tests.builders import scenarios as builders
from tests.integration.intake.conftest import GIVEN, NOW, World
from tests.obligations import obligation

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)


def said(outcome):
    return outcome.outcome, outcome.reason


@obligation("CQ-34.1", "CQ-34.4", "CQ-31.3")
def test_an_authorised_ride_becomes_grams_and_points(world):
    result = world.send(world.row())

    (row,) = result.rows
    assert said(row) == ("accepted", "whole")
    assert row.reduction_g > 0
    assert result.outcomes == {"accepted": 1}
    assert (result.reduction_g, result.points) == (row.reduction_g, row.reduction_g)
    assert world.available("ann") == row.reduction_g
    kept = world.session.execute(text("select * from behaviour")).mappings().one()
    assert kept["account_id"] == world.accounts["ann"]
    assert (kept["quantity_milli"], kept["computed_g"], kept["cap"]) == (1000, row.reduction_g, None)
    assert kept["received_at"] == NOW


@obligation("CQ-34.1")
@pytest.mark.parametrize(
    ("offset", "expected"),
    [
        (-SECOND, ("unauthorised", "before_authorisation")),
        (timedelta(0), ("accepted", "whole")),
        (SECOND, ("accepted", "whole")),
    ],
)
def test_a_behaviour_counts_from_the_second_of_its_authorisation(session, offset, expected):
    given = NOW - DAY
    world = World(session).link("ann", given_at=given)

    assert said(world.one(occurred_at=(given + offset).isoformat())) == expected


@obligation("CQ-34.1", "Q-40")
def test_after_withdrawal_nothing_is_taken_not_even_of_before(session, world):
    withdraw(session, world, "ann")

    for hours in (1, 100):
        at = (NOW - timedelta(hours=hours)).isoformat()
        assert said(world.one(occurred_at=at)) == ("unauthorised", "withdrawn")


@obligation("Q-40")
def test_points_issued_before_withdrawal_stay(session, world):
    earned = world.one().reduction_g

    withdraw(session, world, "ann")

    assert world.available("ann") == earned


def withdraw(session, world, user):
    session.execute(
        text("update authorisation set withdrawn_at = :at where account_id = :account"),
        {"at": NOW - SECOND, "account": world.accounts[user]},
    )


@obligation("CQ-34.1")
def test_nothing_of_a_stranger_is_kept_but_number_id_and_outcome(world):
    assert said(world.one(user="stranger", record_id="x-1")) == ("unauthorised", "no_link")

    assert world.count("behaviour") == 0
    kept = world.session.execute(text("select row_no, source_id, outcome, reason from intake_outcome")).all()
    assert [tuple(row) for row in kept] == [(1, "x-1", "unauthorised", "no_link")]
    key = world.session.execute(text("select content_hash, behaviour_id, day, verdict from intake_key")).one()
    assert tuple(key) == (b"", None, None, "unauthorised")


@obligation("Q-57")
def test_an_authorisation_that_lacks_a_kind_of_data_is_none(session, world):
    # as the owner might widen a scenario: the authorisations of before do not cover it
    session.execute(
        text("""
            insert into authorisation (account_id, scenario_id, host_user, data_kinds, text_version, given_at)
            values (:account, :scenario, 'narrow', '["place"]', '1', :at)
        """),
        {"account": world.accounts["bob"], "scenario": world.made.scenario.id, "at": GIVEN},
    )

    assert said(world.one(user="narrow")) == ("unauthorised", "data_kinds")


@obligation("CQ-34.4")
def test_a_closed_account_earns_nothing(session, world):
    person_id = session.scalar(
        text("select person_id from carbon_account where id = :id"), {"id": world.accounts["ann"]}
    )
    citizen = actor_of_person(session, person_id, at=NOW)
    assert citizen is not None
    points.close_account(session, actor=citizen, warned_of=0, at=NOW)

    assert said(world.one()) == ("unauthorised", "account_closed")


@obligation("Q-31")
@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (30 * DAY, ("accepted", "whole")),
        (30 * DAY + SECOND, ("late", "too_late")),
        (timedelta(0), ("accepted", "whole")),
        (-SECOND, ("future", "after_receipt")),
    ],
)
def test_a_row_is_neither_late_nor_from_the_future(session, age, expected):
    world = World(session).link("ann", given_at=NOW - 60 * DAY)

    assert said(world.one(occurred_at=(NOW - age).isoformat())) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"quantity": 0}, ("zero", "zero_quantity")),
        ({"quantity": -1}, ("invalid", "negative")),
        ({"quantity": "1e400"}, ("invalid", "quantity")),
        ({"quantity": "many"}, ("invalid", "quantity")),
        ({"quantity": None}, ("invalid", "unfinished")),
        ({"quantity": 10**15}, ("invalid", "absurd")),
        ({"unit": "furlong"}, ("invalid", "unit")),
        ({"user": ""}, ("invalid", "no_user")),
        ({"user": "a\x00b"}, ("invalid", "user")),
        ({"record_id": ""}, ("invalid", "no_record_id")),
        ({"record_id": "x" * 201}, ("invalid", "record_id")),
        ({"occurred_at": "yesterday"}, ("invalid", "time")),
        ({"occurred_at": "2026-02-29T00:00:00"}, ("invalid", "time")),
    ],
)
def test_a_row_that_cannot_be_a_behaviour_says_why(world, changes, expected):
    assert said(world.one(**changes)) == expected


@pytest.mark.parametrize("row", [None, 7, "text", [], ["a"]])
def test_what_is_no_object_is_one_invalid_row(world, row):
    result = world.send(world.row(), row)

    assert [said(each) for each in result.rows] == [("accepted", "whole"), ("invalid", "not_an_object")]


def test_a_text_that_looks_like_a_formula_is_text(world):
    row = world.one(record_id="=HYPERLINK(1)")

    assert (row.source_id, row.outcome) == ("=HYPERLINK(1)", "accepted")


def test_backslashes_and_quotes_come_through_as_they_are(world):
    row = world.one(record_id="a\\tb\"c'd\\N", quantity=1)

    assert (row.source_id, row.outcome) == ("a\\tb\"c'd\\N", "accepted")


@obligation("Q-38")
def test_a_quantity_below_one_gram_earns_nothing(session):
    world = World(session, method_code="walking.steps").link("ann")

    assert said(world.one(quantity=1, unit="step")) == ("zero", "below_one_gram")


@obligation("Q-38")
def test_less_electricity_saved_than_none_is_an_honest_nothing(session):
    world = World(session, method_code="electricity.saved").link("ann")

    assert said(world.one(quantity="-3.5", unit="kWh")) == ("zero", "negative_quantity")


@obligation("CQ-31.3", "Q-38")
def test_the_version_of_the_behaviour_s_day_in_china_counts(session):
    world = World(session).link("ann")
    first_day = NOW.date()
    before_midnight = f"{first_day - DAY}T23:59:59+08:00"

    assert said(world.one(occurred_at=before_midnight)) == ("accepted", "whole")
    assert world.count("behaviour", f"day = '{first_day - DAY}'") == 1


@obligation("Q-38")
def test_without_a_version_in_force_there_is_no_method(session):
    world = World(session, valid_from=date(2026, 6, 1)).link("ann")

    assert said(world.one(occurred_at="2026-05-31T23:59:59+08:00")) == ("no_method", "not_in_force")
    assert said(world.one(occurred_at="2026-06-01T00:00:00+08:00")) == ("accepted", "whole")


@pytest.mark.parametrize(
    ("quantity", "expected"),
    [(500, ("accepted", "whole")), ("500.001", ("invalid", "absurd"))],
)
def test_a_quantity_up_to_the_greatest_is_taken(session, quantity, expected):
    world = World(session, method_code="charging.kwh", max_quantity_milli=500_000).link("ann")

    assert said(world.one(quantity=quantity, unit="kWh")) == expected


def test_the_greatest_quantity_is_that_of_the_day_s_version(session):
    change = date(2026, 5, 31)
    bicycle = methods.by_code("bicycle.km")
    versions = (
        replace(bicycle.versions[0], version=8, valid_from=builders.EARLY, valid_until=change,
                max_quantity_milli=9_000, review_above_milli=None, cap_grams=None),
        replace(bicycle.versions[0], version=9, valid_from=change,
                max_quantity_milli=90_000, review_above_milli=None, cap_grams=None),
    )  # fmt: skip
    published = {"bicycle.km": replace(bicycle, versions=versions)}
    commands.publish_methods(session, actor=SYSTEM, at=GIVEN, published=published)
    builders.conversion_rule(session, at=GIVEN)
    host = people.host(session, at=GIVEN)
    made = builders.listed(session, host, at=GIVEN, methods=("bicycle.km",))
    builders.link(session, made, ["ann"], given_at=GIVEN)
    rows = [
        {"record_id": at, "user": "ann", "occurred_at": at, "quantity": 10, "unit": "km"}
        for at in ("2026-05-30T23:59:59+08:00", "2026-05-31T00:00:00+08:00")
    ]

    result = intake.accept_rows(session, actor=host, scenario_code=made.code, rows=rows, at=NOW)

    assert [said(row) for row in result.rows] == [("invalid", "absurd"), ("accepted", "whole")]


def test_the_same_record_again_is_a_duplicate_and_another_content_a_conflict(world):
    row = world.row()
    world.send(row)

    again, other = world.send(row).rows[0], world.send({**row, "quantity": 2}).rows[0]

    assert said(again) == ("duplicate", "accepted_before")
    assert said(other) == ("conflict", "accepted_before")
    assert said(world.send({**row, "quantity": 2}).rows[0]) == ("duplicate", "accepted_before")
    assert said(world.send({**row, "quantity": 3}).rows[0]) == ("conflict", "accepted_before")
    assert world.count("behaviour") == 1


def test_a_refusal_stays_refused(world):
    stranger, late = world.row(user="stranger"), world.row(occurred_at="2026-04-01T00:00:00Z")
    first = world.send(stranger, late)
    assert [row.outcome for row in first.rows] == ["unauthorised", "late"]
    world.link("stranger")

    again = world.send(stranger, late)

    assert [said(row) for row in again.rows] == [
        ("duplicate", "unauthorised_before"),
        ("duplicate", "late_before"),
    ]


def test_an_unreadable_row_may_be_mended_under_its_id(world):
    row = world.row(quantity="one")
    assert said(world.send(row).rows[0]) == ("invalid", "quantity")
    assert said(world.send(row).rows[0]) == ("duplicate", "invalid_before")

    assert said(world.send({**row, "quantity": 1}).rows[0]) == ("accepted", "whole")


def test_two_rows_with_one_id_in_one_request(world):
    first, same, other = (
        world.row(record_id="a"),
        world.row(record_id="a"),
        world.row(record_id="a", quantity=3),
    )

    result = world.send(first, same, other)

    assert sorted(row.outcome for row in result.rows) == ["accepted", "conflict", "duplicate"]
    assert {row.reason for row in result.rows} == {"whole", "in_this_upload"}


def test_ids_belong_to_their_scenario(session, world):
    other = World.__new__(World)
    other.__dict__.update(world.__dict__)
    other.made = builders.Ready(
        world.made.host, builders.listed(session, world.made.host, at=GIVEN, methods=("bicycle.ride",))
    )
    builders.link(session, other.made.scenario, ["ann"], given_at=GIVEN)
    row = world.row()

    assert [world.send(row).rows[0].outcome, other.send(row).rows[0].outcome] == ["accepted", "accepted"]


@obligation("CQ-34.2")
@pytest.mark.parametrize("act", [commands.suspend, commands.delist])
def test_only_a_listed_scenario_sends(session, world, act):
    act(session, actor=SYSTEM, scenario_id=world.made.scenario.id, reason="查", at=NOW)

    with pytest.raises(ScenarioNotListed):
        world.send(world.row())

    assert world.count("upload") == 0


@obligation("CQ-34.2")
def test_only_the_host_sends(session, world):
    for actor, refusal in [
        (people.host(session, at=GIVEN), NotThisHost),
        (people.operator(session, at=GIVEN), Forbidden),
    ]:
        with pytest.raises(refusal):
            intake.accept_rows(
                session, actor=actor, scenario_code=world.made.code, rows=[world.row()], at=NOW
            )


def test_a_key_for_another_scenario_sends_nothing_here(session, world):
    machine, _ = people.machine(session, world.made.host, at=GIVEN, scenario_id=world.made.scenario.id + 0)
    with pytest.raises(NotThisHost):
        intake.accept_rows(
            session,
            actor=replace(machine, scenario_id=world.made.scenario.id + 1),
            scenario_code=world.made.code,
            rows=[world.row()],
            at=NOW,
        )
    taken = intake.accept_rows(
        session, actor=machine, scenario_code=world.made.code, rows=[world.row()], at=NOW
    )
    assert taken.outcomes == {"accepted": 1}


def test_a_request_carries_one_to_a_thousand_rows(world):
    with pytest.raises(NoRows):
        world.send()
    with pytest.raises(TooManyRows):
        world.send(*[world.row()] * 1001)

    result = world.send(*[world.row() for _ in range(1000)])

    assert result.outcomes == {"accepted": 1000}
    assert [row.row_no for row in result.rows] == list(range(1, 1001))


def test_a_key_of_the_door_repeats_the_answer(world):
    row, other = world.row(), world.row()
    first = world.send(row, key="k1")

    assert world.send(row, key="k1") == first
    with pytest.raises(KeyReused):
        world.send(other, key="k1")
    assert world.count("upload") == 1


def test_a_method_that_the_scenario_does_not_use_is_refused(world):
    with pytest.raises(MethodUnknown):
        world.send(world.row(), method="bus.ride")


def test_rows_are_the_sum_of_outcomes(world):
    result = world.send(world.row(), world.row(quantity=0), world.row(user="stranger"), {})

    assert sum(result.outcomes.values()) == 4
    upload = world.session.execute(text("select rows, decided, state, buckets_done from upload")).one()
    assert tuple(upload) == (4, 4, "done", 1)


@obligation("CQ-34.1")
def test_in_a_sandbox_everything_is_decided_and_nothing_stays(session):
    world = World(session, sandbox=True).link("ann")
    row = world.row()

    first, again = world.send(row, world.row(quantity=0)), world.send(row)

    assert (first.outcomes, again.outcomes) == ({"accepted": 1, "zero": 1}, {"accepted": 1})
    assert first.reduction_g > 0
    assert first.points == 0
    for table in ("behaviour", "intake_key", "point_entry"):
        assert world.count(table) == 0
    assert world.available("ann") == 0
