"""What the clock does in the registry: each day is kept, twice is no other than once."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.jobs import books, registry_days, registry_movements
from app.kernel.days import day_in_china, end_of_day, start_of_day
from cqcer import commands, queries
from cqcer.commands import audits
from cqcer.commands.falling_due import REVISION_LATE
from cqcer.models import BooksAudit, Movement
from cqcer.queries import cases
from cqcer.queries.second_opinion import second_opinion
from cqcer.values import CaseAct, Category, MovementKind, MovementOrder, OpinionKind, Subject, UnitState
from tests.integration.cqcer import registry as build
from tests.integration.cqcer import using
from tests.integration.cqcer.story import VALIDATED, Story
from tests.obligations import obligation

SECOND = timedelta(seconds=1)


@pytest.fixture
def story(session):
    return Story(session, Category.ENGINEERING)


@pytest.fixture
def on_notice(story):
    project = story.project()
    story.report(project, Subject.PROJECT, VALIDATED)
    return project, story.notice(project, Subject.PROJECT)


@obligation("CQ-17.6")
def test_a_notice_is_closed_when_its_last_day_is_over_and_not_before(story, session, on_notice):
    project, notice = on_notice
    end = end_of_day(notice.last_day)

    early = registry_days.run(end - SECOND)
    session.refresh(notice)
    assert (early, notice.state) == ("0 notices closed, 0 wait, 0 revisions late, 0 orders overdue", "open")
    first, again = registry_days.run(end), registry_days.run(end)
    session.refresh(notice)
    session.refresh(project)

    assert (first[:1], again[:1]) == ("1", "0")
    assert (notice.state, project.state) == ("cleared", "cleared")


@obligation("CQ-17.8")
def test_a_notice_with_an_objection_waits_for_the_answer(story, session, on_notice):
    project, notice = on_notice
    build.opinion(session, notice, OpinionKind.OBJECTION.value, story.at)

    registry_days.run(end_of_day(notice.last_day))
    session.refresh(project)

    assert project.state == "answering_objections"


@obligation("Q-03")
def test_no_notice_closes_on_a_provisional_day(session):
    story = Story(session, Category.ENGINEERING, years=range(2014, 2026))
    story.at = start_of_day(date(2025, 12, 15))
    project = story.project()
    story.report(project, Subject.PROJECT, VALIDATED)
    notice = story.notice(project, Subject.PROJECT)
    end = end_of_day(notice.last_day)

    assert registry_days.run(end) == "0 notices closed, 1 wait, 0 revisions late, 0 orders overdue"
    build.calendar(session, years=[2026])
    assert registry_days.run(end) == "1 notices closed, 0 wait, 0 revisions late, 0 orders overdue"


@obligation("CQ-20.3", "Q-09")
def test_a_revision_that_is_not_filed_by_its_day_is_taken_up_as_late(story, session, on_notice):
    project, notice = on_notice
    story.at = end_of_day(notice.last_day)
    registry_days.run(story.at)
    session.expire_all()
    commands.supplement_report(
        session, actor=story.body, subject=Subject.PROJECT, case_id=project.id, body="无", at=story.at
    )
    story.act(project, CaseAct.SUBMIT)
    story.act(project, CaseAct.PASS_REVIEW, story.officer)
    due = day_in_china(story.at) + timedelta(days=10)
    story.act(project, CaseAct.ASK_FOR_REVISION, story.officer, reason="补充", due_on=due)

    on_the_day = registry_days.run(end_of_day(due) - SECOND)
    late, again = registry_days.run(end_of_day(due)), registry_days.run(end_of_day(due))
    session.expire_all()

    assert [said.split(", ")[-2] for said in (on_the_day, late, again)] == [
        "0 revisions late",
        "1 revisions late",
        "0 revisions late",
    ]
    assert project.state == "second_evaluation"
    last = cases.steps_of_case(session, project)[-1]
    assert (last.act, last.actor) == ("take_revision", "system:0")
    assert last.reason == REVISION_LATE


@obligation("CQ-30.3")
def test_a_gift_is_carried_out_when_its_waiting_is_over(session):
    world = build.registry(session)
    at = build.issued(session, world, 100)
    other = build.holder(session, world.agency[0])
    order = MovementOrder(
        kind=MovementKind.GIFT,
        quantity=40,
        giving_account_id=world.owner.account.id,
        taking_account_id=other.account.id,
    )
    gifts = [
        commands.propose_movement(session, actor=world.owner.initiator, order=order, key=key, at=at)
        for key in ("a", "b")
    ]
    commands.confirm_movement(
        session, actor=world.owner.confirmer, movement_id=gifts[0].id, at=at, second_factor=True
    )
    until = gifts[0].waits_until
    assert until is not None

    assert registry_movements.run(until - SECOND) == "0 executed, 0 lapsed"
    assert registry_movements.run(until) == "1 executed, 0 lapsed"
    assert registry_movements.run(until) == "0 executed, 0 lapsed"
    held = queries.free_quantity(session, other.account.id, UnitState.HELD)
    assert held == 40
    lapses = until + timedelta(days=30)
    assert registry_movements.run(lapses) == "0 executed, 1 lapsed"
    session.expire_all()
    assert [gift.state for gift in gifts] == ["executed", "lapsed"]
    assert queries.tally(session).reserved == 0


@obligation("CQ-30.3")
def test_the_books_are_audited_and_a_disagreement_is_an_alarm(session, monkeypatch):
    world = build.registry(session)
    at = build.issued(session, world, 100)

    assert "100 units" in books.run(at)

    found = second_opinion(session)
    monkeypatch.setattr(
        audits, "second_opinion", lambda _: found._replace(findings=[{"code": "tally_differs"}])
    )
    with pytest.raises(books.BooksDisagree, match="tally_differs"):
        books.run(at)
    kept = session.scalars(select(BooksAudit).order_by(BooksAudit.id.desc())).first()
    assert kept is not None
    assert not kept.agrees


@obligation("CQ-39.2", "CQ-39.3", "CQ-39.4")
def test_fraud_is_ordered_falls_due_by_the_clock_and_is_forced_for_what_is_missing(session):
    world = using.with_bureau(session)
    found = using.investigated(session, world)
    due = day_in_china(world.at) + timedelta(days=30)
    order = commands.issue_order(
        session,
        actor=world.bureau,
        number="渝环责〔2025〕9号",
        investigation_id=found.id,
        quantity=300,
        due_on=due,
        document_id=build.paper(session),
        at=world.at,
    )
    frozen = session.scalars(select(Movement).where(Movement.order_id == order.id)).one()
    commands.confirm_movement(session, actor=world.agency[1], movement_id=frozen.id, at=world.at)

    early = registry_days.run(end_of_day(due) - SECOND)
    late, again = registry_days.run(end_of_day(due)), registry_days.run(end_of_day(due))
    session.expire_all()
    assert [said.split(", ")[-1] for said in (early, late, again)] == [
        "0 orders overdue",
        "1 orders overdue",
        "0 orders overdue",
    ]
    assert order.state == "overdue"

    at = end_of_day(due)
    for forced in commands.force_order(session, actor=world.agency[0], order_id=order.id, key="force", at=at):
        commands.confirm_movement(session, actor=world.agency[1], movement_id=forced.id, at=at)
    session.refresh(order)
    assert (order.state, order.cancelled) == ("forced", 300)
    assert queries.tally(session).cancelled == 300
