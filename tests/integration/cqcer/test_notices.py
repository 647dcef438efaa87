"""Public notices: exactly twenty working days, never shorter, open to all, answered in the open."""

import json
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.kernel.actor import ANONYMOUS, SYSTEM
from app.kernel.calendar import DayKind, ProvisionalDay, import_edition, working_days_after
from app.kernel.days import end_of_day, start_of_day
from cqcer import commands
from cqcer.errors import NoticeClosed, NoticeStillOpen
from cqcer.values import OpinionKind
from tests.integration.cqcer import registry as build
from tests.obligations import obligation

HOLIDAYS = Path(__file__).parents[4] / "shared" / "data" / "holidays_cn"
SECOND = timedelta(seconds=1)


@pytest.fixture
def notice(session):
    build.calendar(session)
    agency = build.staff(session, build.people.organisation(session).id, build.AGENCY, build.NOON)
    owner = build.holder(session, agency)
    project, notice, _report = build.project_on_notice(session, owner)
    return SimpleNamespace(id=notice.id, row=notice, owner=owner, project=project)


def say(session, notice, at, kind=OpinionKind.OBJECTION):
    return commands.file_opinion(
        session, actor=ANONYMOUS, notice_id=notice.id, kind=kind, body="不具备额外性", signed=None, at=at
    )


@obligation("CQ-17.6", "Q-03", "Q-04")
def test_the_database_and_the_code_count_as_the_notices_of_the_state_do(session):
    if not HOLIDAYS.exists():
        pytest.skip("the folder of shared data is not here")
    named = {
        date.fromisoformat(day["date"]): (not day["isOffDay"], day["name"])
        for year in range(2020, 2027)
        for day in json.loads((HOLIDAYS / f"{year}.json").read_text("utf-8"))["days"]
    }
    import_edition(
        session,
        named=[
            (day, DayKind.WORKING if works else DayKind.REST, name) for day, (works, name) in named.items()
        ],
        years=range(2020, 2027),
        source="test",
        notice_number=None,
        imported_by="test",
        at=build.NOON,
    )

    def counted(start):
        day, missing = start, 20
        while missing:
            day += timedelta(days=1)
            missing -= named[day][0] if day in named else day.weekday() < 5
        return day

    rows = session.execute(
        text(
            "select d::date as start, (working_day_after(d::date, 20)).*"
            " from generate_series(date '2020-01-01', date '2026-12-31', interval '1 day') as d"
        )
    ).all()
    differing = [row for row in rows if row.last_day != counted(row.start)]
    unsettled = [row.start for row in rows if not row.settled]

    assert len(rows) == 2557
    assert differing == []
    assert all(counted(start).year == 2027 for start in unsettled)
    assert len(unsettled) > 20
    for row in rows[::11]:
        deadline = working_days_after(session, row.start, 20)
        assert (deadline.last_day, not deadline.provisional) == (row.last_day, row.settled)


@obligation("CQ-17.6", "Q-04")
def test_a_notice_runs_to_the_end_of_its_last_working_day(session, notice):
    assert notice.row.last_day == date(2025, 7, 29)  # Tuesday 1 July, four weeks
    end = end_of_day(notice.row.last_day)

    with pytest.raises(NoticeStillOpen):
        commands.close_notice(session, actor=SYSTEM, notice_id=notice.id, at=end - SECOND)
    commands.close_notice(session, actor=SYSTEM, notice_id=notice.id, at=end)

    assert notice.row.state == "cleared"
    assert notice.project.state == "cleared"


@obligation("CQ-17.7")
def test_opinions_are_taken_from_publication_to_the_last_second_and_numbered(session, notice):
    end = end_of_day(notice.row.last_day)

    with pytest.raises(NoticeClosed):
        say(session, notice, build.NOON - SECOND)
    first = say(session, notice, build.NOON, OpinionKind.COMMENT)
    last = say(session, notice, end - SECOND)
    with pytest.raises(NoticeClosed):
        say(session, notice, end)

    assert (first.number, last.number, notice.row.opinions) == (1, 2, 2)


@obligation("CQ-17.8")
def test_one_unanswered_objection_holds_the_case_without_limit(session, notice):
    owner, project = notice.owner, notice.project
    objection = say(session, notice, build.NOON)
    later = end_of_day(notice.row.last_day)
    commands.close_notice(session, actor=SYSTEM, notice_id=notice.id, at=later)
    assert (notice.row.state, project.state) == ("closed_pending_answers", "answering_objections")

    commands.answer_opinion(
        session,
        actor=owner.initiator,
        opinion_id=objection.id,
        body="额外性论证见设计文件",
        at=later + timedelta(days=400),
    )
    assert (notice.row.state, project.state) == ("cleared", "cleared")


@obligation("Q-05")
def test_a_changed_document_aborts_the_notice_and_a_new_one_runs_in_full(session, notice):
    project = notice.project
    build.step(session, project, "change_documents", "uploaded", build.NOON + timedelta(days=20))
    session.refresh(notice.row)
    assert notice.row.state == "aborted"

    again = build.open_notice(session, project, start_of_day(date(2025, 7, 25)))

    assert again.last_day == date(2025, 8, 22)
    with pytest.raises(NoticeClosed):
        say(session, notice, build.NOON + timedelta(days=21))


@obligation("Q-03")
def test_no_notice_closes_on_a_provisional_day_and_only_a_newer_calendar_moves_it(session):
    build.calendar(session, years=range(2014, 2026))
    agency = build.staff(session, build.people.organisation(session).id, build.AGENCY, build.NOON)
    owner = build.holder(session, agency)
    at = start_of_day(date(2025, 12, 15))
    _project, notice, _report = build.project_on_notice(session, owner, at=at)
    assert notice.last_day == date(2026, 1, 12)
    with pytest.raises(ProvisionalDay):
        commands.close_notice(session, actor=SYSTEM, notice_id=notice.id, at=end_of_day(notice.last_day))

    import_edition(
        session,
        named=[(date(2026, 1, 1), DayKind.REST, "元旦"), (date(2026, 1, 2), DayKind.REST, "元旦")],
        years=[2026],
        source="test",
        notice_number="国办发明电〔2025〕1号",
        imported_by="test",
        at=at,
    )
    with pytest.raises(NoticeStillOpen):
        commands.close_notice(session, actor=SYSTEM, notice_id=notice.id, at=end_of_day(notice.last_day))
    moved = commands.recompute_notice(
        session,
        actor=agency,
        proposed_by="staff:1",
        notice_id=notice.id,
        public_note="2026 年节假日安排公布，公示截止日顺延",
        at=at,
    )

    assert (moved.from_day, moved.to_day) == (date(2026, 1, 12), date(2026, 1, 14))
    commands.close_notice(session, actor=SYSTEM, notice_id=notice.id, at=end_of_day(date(2026, 1, 14)))
    assert notice.state == "cleared"


@obligation("CQ-17.6")
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE public_notice SET state = 'cleared', closed_at = opened_at, cleared_at = opened_at",
        "UPDATE public_notice SET state = 'aborted' WHERE id = :id",
        "UPDATE public_notice SET opened_on = opened_on - 60 WHERE id = :id",
        "UPDATE public_notice SET last_day = opened_on WHERE id = :id",
        "DELETE FROM public_notice WHERE id = :id",
        "INSERT INTO public_notice (project_id, working_days) SELECT project_id, 19 FROM public_notice",
    ],
)
def test_nobody_shortens_a_notice_by_sql(session, notice, sql):
    opened = notice.row.last_day
    with pytest.raises(DBAPIError) as caught:
        session.execute(text(sql), {"id": notice.id})
    assert getattr(caught.value.orig, "sqlstate", "") in {"TH146", "TH147", "42501", "23514", "TH145"}
    session.rollback()
    assert opened is not None
