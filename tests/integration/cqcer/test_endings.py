"""Investigations, the end of projects, and blocks on applications."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.kernel.days import CHINA, day_in_china
from app.kernel.errors import ActOutOfTurn, Forbidden
from cqcer import commands, queries
from cqcer.errors import (
    CaseNotFound,
    InvestigationUnfit,
)
from cqcer.models import ApplicationBlock
from cqcer.values import (
    CaseAct,
    InvestigationKind,
    MovementKind,
    MovementOrder,
    Purpose,
    Subject,
    UnitState,
)
from tests.integration.cqcer import registry as build
from tests.integration.cqcer import using
from tests.obligations import obligation


@pytest.fixture
def world(session):
    return using.with_bureau(session)


def confirm(session, world, movement, at=None, *, actor=None):
    return commands.confirm_movement(
        session,
        actor=actor or world.agency[1],
        movement_id=movement.id,
        at=at or world.at,
        second_factor=True,
    )


@obligation("CQ-39.1", "CQ-39.4", "Q-10", "Q-11", "Q-54")
def test_a_revoked_projects_owner_is_blocked_for_three_years_to_the_day(session, world):
    found = using.investigated(session, world)
    proposal = commands.decide_revocation(
        session, actor=world.bureau, project_id=world.project.id, investigation_id=found.id, at=world.at
    )
    commands.confirm_ending(session, actor=world.agency[1], proposal_id=proposal.id, at=world.at)

    session.refresh(world.project)
    assert world.project.state == "revoked"
    block = session.query(ApplicationBlock).one()
    last = day_in_china(world.at).replace(year=world.at.astimezone(CHINA).year + 3)
    assert (block.organisation_id, block.last_day) == (world.owner.organisation.id, last)
    assert queries.owner_blocked_until(session, world.project, on=last) == last
    assert queries.owner_blocked_until(session, world.project, on=last + timedelta(days=1)) is None
    assert queries.tally(session).held == 1000  # its units are another matter: an order


@obligation("CQ-39.5")
def test_a_blocked_owner_cannot_even_upload_another_project(session, world):
    found = using.investigated(session, world)
    commands.decide_revocation(
        session, actor=world.bureau, project_id=world.project.id, investigation_id=found.id, at=world.at
    )
    other = commands.begin_project(
        session,
        actor=world.owner.initiator,
        title="另一个项目",
        category=build.Category.ENGINEERING,
        methodology_version_id=world.project.methodology_version_id,
        project_date=date(2020, 1, 1),
        crediting=None,
        area_code=None,
        declarations={},
        at=world.at,
    )

    report = commands.dry_run_case(
        session, subject=Subject.PROJECT, case_id=other.id, act=CaseAct.UPLOAD, at=world.at
    )
    assert 1002 in [one.code for one in report.refusals]
    with pytest.raises(DBAPIError, match="not accepted"), session.begin_nested():
        build.step(session, other, "upload", "uploaded", world.at)
    block = session.query(ApplicationBlock).one()
    with pytest.raises(DBAPIError, match="ended_with_reason"), session.begin_nested():
        session.execute(
            text("UPDATE application_block SET state = 'ended', ended_by = 'staff:1', ended_at = decided_at")
        )
    commands.end_block(session, actor=world.bureau, block_id=block.id, reason="复议撤销", at=world.at)
    build.step(session, other, "upload", "uploaded", world.at)
    with pytest.raises(ActOutOfTurn):
        commands.end_block(session, actor=world.bureau, block_id=block.id, reason="再次", at=world.at)


@obligation("Q-56", "CQ-39.4")
def test_fraud_found_before_registration_refuses_the_case_and_blocks_its_owner(session, world):
    batch, at = build.batch(session, world, first=date(2022, 9, 15), last=date(2023, 9, 14), quantity=500)
    world.at = at
    found = using.investigated(session, world)

    commands.refuse_for_fraud(
        session,
        actor=world.bureau,
        subject=Subject.BATCH,
        case_id=batch.id,
        investigation_id=found.id,
        at=at,
    )

    assert batch.state == "refused"
    assert queries.owner_blocked_until(session, world.project, on=day_in_china(at)) is not None


@obligation("CQ-39.6", "Q-09")
@pytest.mark.parametrize(("days_late", "blocked"), [(0, False), (1, True)])
def test_two_years_only_where_the_revision_was_late_and_failed_again(session, days_late, blocked):
    world = build.registry(session)
    batch, _at = _to_revision(session, world, days_late)
    reviewer = build.staff(session, world.owner.organisation.id, build.AGENCY, _at)
    build.opinion_of_expert(session, _at, batch_id=batch.id)

    commands.take_step(
        session,
        actor=reviewer,
        subject=Subject.BATCH,
        case_id=batch.id,
        act=CaseAct.FAIL_EVALUATION,
        reason="数据仍不完整",
        at=_at,
    )

    last = day_in_china(_at).replace(year=day_in_china(_at).year + 2)
    until = queries.project_blocked_until(session, world.project.id, on=last)
    assert until == (last if blocked else None)
    assert queries.project_blocked_until(session, world.project.id, on=last + timedelta(days=1)) is None
    assert queries.owner_blocked_until(session, world.project, on=last) is None  # the project alone


def _to_revision(session, world, days_late):
    """Bring a batch to its second evaluation, its revision filed so many days after its day."""
    made, at = using.batch_in_evaluation(session, world)
    due = day_in_china(at) + timedelta(days=10)
    build.step(session, made, "ask_for_revision", "revision_due", at, due_on=due)
    at += timedelta(days=10 + days_late)
    build.step(session, made, "take_revision", "second_evaluation", at)
    return made, at


@obligation("CQ-22.1", "CQ-22.4", "CQ-22.5", "Q-12")
def test_a_project_that_is_no_more_is_cancelled_on_an_investigation_and_its_units_stay(session, world):
    unconfirmed = using.investigated(session, world, InvestigationKind.PROJECT_GONE, confirmed=False)
    with pytest.raises(InvestigationUnfit):
        commands.propose_ending(
            session,
            actor=world.agency[0],
            project_id=world.project.id,
            investigation_id=unconfirmed.id,
            at=world.at,
        )
    found = using.investigated(session, world, InvestigationKind.PROJECT_GONE)
    proposal = commands.propose_ending(
        session,
        actor=world.agency[0],
        project_id=world.project.id,
        investigation_id=found.id,
        at=world.at,
    )
    with pytest.raises(Forbidden):
        commands.confirm_ending(session, actor=world.bureau, proposal_id=proposal.id, at=world.at)
    commands.confirm_ending(session, actor=world.agency[1], proposal_id=proposal.id, at=world.at)

    session.refresh(world.project)
    assert world.project.state == "cancelled"
    assert queries.tally(session).held == 1000
    with pytest.raises(ActOutOfTurn):
        commands.confirm_ending(session, actor=world.agency[1], proposal_id=proposal.id, at=world.at)


@obligation("CQ-22.3")
def test_an_owner_has_its_own_project_cancelled_and_nobody_elses(session, world):
    other = build.holder(session, world.agency[0])
    with pytest.raises(CaseNotFound):
        commands.ask_to_cancel_project(
            session,
            actor=other.initiator,
            project_id=world.project.id,
            document_id=build.paper(session),
            at=world.at,
        )
    proposal = commands.ask_to_cancel_project(
        session,
        actor=world.owner.initiator,
        project_id=world.project.id,
        document_id=build.paper(session),
        at=world.at,
    )
    commands.confirm_ending(session, actor=world.agency[1], proposal_id=proposal.id, at=world.at)

    session.refresh(world.project)
    assert world.project.state == "cancelled"


@obligation("CQ-22.1", "CQ-39.1")
def test_no_project_ends_without_its_ground_by_sql(session, world):
    for act, ground in (("cancel", None), ("cancel", "project_gone"), ("revoke", None), ("revoke", "fraud")):
        with pytest.raises(DBAPIError, match="case_proposal"), session.begin_nested():
            session.execute(
                text(
                    "INSERT INTO case_proposal (project_id, act, ground, ground_document_id, proposed_by,"
                    " proposed_at) VALUES (:p, :act, :ground, :d, 'staff:1', :at)"
                ),
                {
                    "p": world.project.id,
                    "act": act,
                    "ground": ground,
                    "d": build.paper(session),
                    "at": world.at,
                },
            )


@obligation("CQ-22.2", "Q-12")
def test_units_of_a_lost_owner_are_cancelled_on_an_investigation_that_names_no_successor(session, world):
    def lost(document_id, kind=MovementKind.CANCEL, **more):
        return MovementOrder(
            kind=kind,
            quantity=1000,
            giving_account_id=world.owner.account.id,
            purpose=Purpose.OWNER_LOST if kind is MovementKind.CANCEL else None,
            ground_document_id=document_id,
            **more,
        )

    with pytest.raises(DBAPIError, match="only an investigation"), session.begin_nested():
        commands.propose_movement(
            session, actor=world.agency[0], order=lost(build.paper(session)), key="a", at=world.at
        )
    heir = build.holder(session, world.agency[0])
    found = using.investigated(
        session, world, InvestigationKind.OWNER_LOST, successor_account_id=heir.account.id
    )
    with pytest.raises(DBAPIError, match="only an investigation"), session.begin_nested():
        commands.propose_movement(
            session, actor=world.agency[0], order=lost(found.document_id), key="b", at=world.at
        )
    made = commands.propose_movement(
        session,
        actor=world.agency[0],
        order=lost(found.document_id, MovementKind.SUCCEED, taking_account_id=heir.account.id),
        key="c",
        at=world.at,
    )
    confirm(session, world, made)

    assert queries.free_quantity(session, heir.account.id, UnitState.HELD) == 1000
    assert queries.tally(session).cancelled == 0
