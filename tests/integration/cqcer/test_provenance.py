"""Behaviours that back a batch of the inclusion category are tied to it and to no other."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.journeys import provenance
from app.kernel import clock
from app.kernel.actor import SYSTEM
from app.kernel.permissions import Role
from cqcer import commands
from cqcer.errors import BehavioursTied, CaseNotFound, MethodologyCountsNone, PeriodOutside
from cqcer.queries.provenance import backed_batch, ties_of_batch
from cqcer.values import CaseAct, Category, Period, Subject
from points import commands as points_commands
from scenarios.errors import ScenarioNotFound
from tests.builders import people, points, scenarios
from tests.integration.cqcer import registry as build
from tests.integration.cqcer.story import VALIDATED, VERIFIED, Story
from tests.obligations import obligation

EARLY = datetime(2021, 9, 1, 4, tzinfo=UTC)
YEAR = Period(date(2021, 9, 15), date(2022, 9, 14))
NEXT = Period(date(2022, 9, 15), date(2023, 9, 14))
TONNE = 1_000_000


@pytest.fixture
def story(session):
    return Story(session, Category.INCLUSION)


@pytest.fixture
def riding(session, story):
    """A scenario of the owner's, and a citizen who rode five tonnes in the first year and two in the next."""
    host = people.host(session, at=EARLY, place=story.owner.organisation)
    scenarios.uncapped(session, "bicycle.ride", at=EARLY)
    scenario = scenarios.listed(session, host, at=EARLY, methods=("bicycle.ride",))
    points.rule(session, at=EARLY)
    actor = people.citizen(session, at=EARLY)
    account = points_commands.apply_for_account(session, actor=actor, person_id=actor.person_id, at=EARLY)
    points_commands.activate_account(session, actor=SYSTEM, account_id=account.id, at=EARLY)
    ready = scenarios.Ready(host, scenario)
    points.earn(session, ready, account.id, 2 * TONNE, 3 * TONNE, day=date(2022, 1, 10), at=build.NOON)
    points.earn(session, ready, account.id, 2 * TONNE, day=date(2022, 10, 1), at=build.NOON)
    return scenario


def begun(story, quantity=5, more=("behaviours",)):
    methodology = build.methodology(story.session, Category.INCLUSION, more=more)
    project = story.project(methodology_version_id=methodology.id)
    story.report(project, Subject.PROJECT, VALIDATED)
    story.through_notice(project, Subject.PROJECT)
    story.to_letter(project, Subject.PROJECT)
    return story.batch(story.register(project, Subject.PROJECT), quantity)


def tie(story, batch, scenario, period=YEAR, actor=None):
    return provenance.tie_behaviours(
        story.session,
        actor=actor or story.owner.initiator,
        batch_id=batch.id,
        scenario_code=scenario.code,
        period=period,
        at=story.at,
    )


@obligation("CQ-X.10", "Q-27")
def test_a_tie_names_a_scenario_and_days_and_the_database_counts(story, session, riding):
    batch = begun(story)

    tied, again = tie(story, batch, riding), tie(story, batch, riding)

    assert tied.id == again.id
    assert (tied.behaviours, tied.reduction_g) == (2, 5 * TONNE)
    assert [one.id for one in ties_of_batch(session, batch.id)] == [tied.id]
    assert backed_batch(session, riding.id, YEAR.first) == batch.id
    assert backed_batch(session, riding.id, YEAR.first - timedelta(days=1)) is None


@obligation("CQ-X.10", "CQ-42.10")
def test_no_behaviour_backs_two_batches_by_code_or_by_sql(story, session, riding):
    project = begun(story)
    tie(story, project, riding)
    second = begun(story)

    with pytest.raises(BehavioursTied):
        tie(story, second, riding, Period(YEAR.last, YEAR.last))
    with pytest.raises(DBAPIError, match="no_behaviour_twice"), session.begin_nested():
        session.execute(
            text("""
                insert into batch_provenance (batch_id, scenario_id, first_day, last_day, tied_by, tied_at)
                values (:batch, :scenario, '2022-01-10', '2022-01-10', 'x', now())
            """),
            {"batch": second.id, "scenario": riding.id},
        )


@obligation("CQ-X.10")
@pytest.mark.parametrize(
    "attack",
    [
        "update batch_provenance set reduction_g = reduction_g + 1",
        "update batch_provenance set released_at = now()",
        "delete from batch_provenance",
    ],
)
def test_what_backs_a_batch_is_written_once(story, session, riding, attack):
    tie(story, begun(story), riding)

    with pytest.raises(DBAPIError, match="permission denied"), session.begin_nested():
        session.execute(text(attack))


@obligation("CQ-X.10")
def test_a_batch_that_ends_unregistered_lets_its_behaviours_go(story, session, riding):
    batch = begun(story)
    tie(story, batch, riding)

    story.act(batch, CaseAct.WITHDRAW)

    assert ties_of_batch(session, batch.id) == []
    assert tie(story, begun(story), riding).behaviours == 2


@obligation("Q-27")
def test_a_methodology_that_counts_no_behaviours_and_foreign_days_and_scenarios_are_refused(
    story, session, riding
):
    silent, batch = begun(story, more=()), begun(story)
    stranger = build.holder(session, story.officer)

    with pytest.raises(MethodologyCountsNone):
        tie(story, silent, riding)
    with pytest.raises(PeriodOutside):
        tie(story, batch, riding, NEXT)
    with pytest.raises(ScenarioNotFound):
        tie(story, batch, riding, actor=stranger.initiator)
    with pytest.raises(CaseNotFound):
        commands.tie_behaviours(
            session,
            actor=stranger.initiator,
            batch_id=batch.id,
            scenario_id=riding.id,
            period=YEAR,
            at=story.at,
        )
    with pytest.raises(DBAPIError, match="by its methodology"), session.begin_nested():
        session.execute(
            text("""
                insert into batch_provenance (batch_id, scenario_id, first_day, last_day, tied_by, tied_at)
                values (:batch, :scenario, '2021-09-15', '2022-09-14', 'x', now())
            """),
            {"batch": silent.id, "scenario": riding.id},
        )


@obligation("CQ-X.10", "CQ-42.12")
@pytest.mark.parametrize(("tonnes", "issued"), [(5, True), (6, False)])
def test_no_more_is_issued_than_the_behaviours_reduced(story, session, riding, tonnes, issued):
    batch = begun(story, quantity=tonnes)
    tie(story, batch, riding)
    story.report(batch, Subject.BATCH, VERIFIED, verified=tonnes)
    story.through_notice(batch, Subject.BATCH)
    story.to_letter(batch, Subject.BATCH, quantity=tonnes)

    if issued:
        assert story.register(batch, Subject.BATCH).state == "registered"
        return
    with pytest.raises(DBAPIError, match="no more is issued"):
        story.register(batch, Subject.BATCH)


@obligation("Q-27")
def test_owners_tie_behaviours_through_the_api_and_the_file_of_the_batch_shows_it(
    app, story, session, riding
):
    batch = begun(story)
    owner = people.staff(session, Role.OWNER_STAFF, story.owner.organisation, at=story.at)
    session.commit()
    client, root = app.test_client(), "/api/v1/registry/me"
    sent = {"scenario": riding.code, "period": {"first": "2021-09-15", "last": "2022-09-14"}}

    with clock.frozen(story.at):
        people.sign_in_as(client, owner)
        made = client.post(
            f"{root}/batches/{batch.id}/behaviours", json=sent, headers={"Idempotency-Key": "k"}
        )
        file = client.get(f"{root}/cases/batch/{batch.id}").json

    assert (made.status_code, made.json["behaviours"]) == (201, 2), made.text
    assert file["backed_by"] == [made.json]
