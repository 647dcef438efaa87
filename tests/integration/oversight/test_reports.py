"""Reports of wrongdoing: sealed in the database, moved by steps alone, each reading on record."""

from datetime import UTC, datetime

import psycopg
import pytest
from sqlalchemy import select, text

from app.kernel.actor import ANONYMOUS
from app.kernel.audit import AuditLine
from app.kernel.errors import ActOutOfTurn, Forbidden, Unauthenticated
from app.oversight import commands, queries, states
from app.oversight.errors import NoteMissing, ReportIncomplete, ReportNotFound
from app.oversight.states import NEXT, Act, State
from app.oversight.values import About, Finding, Told
from tests.obligations import obligation

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
SECRET = "有人在渝中区倒卖积分，每分卖两角。"
TOLD = Told(about=About.POINTS, whom="某二手群", content=SECRET, contact="139 0000 0000")


def filed(session, key="k1", told=TOLD):
    return commands.file_report(session, told=told, attached=(), key=key, at=NOON)


def handled(session, actor, report, act, **said):
    return commands.handle_report(session, actor=actor, number=report.number, act=act, at=NOON, **said)


@obligation("CQ-41.1", "Q-29")
def test_nothing_of_a_report_stands_in_the_database_in_clear(session):
    report, receipt = filed(session)
    commands.add_to_report(session, number=report.number, receipt=receipt, note=SECRET, at=NOON)

    rows = session.execute(
        text(
            "select to_jsonb(r)::text from wrongdoing_report r union all"
            " select to_jsonb(s)::text from report_step s"
        )
    ).scalars()
    raw = "".join(rows)

    for told in (SECRET, "某二手群", "139 0000 0000", receipt, "k1"):
        assert told not in raw
        assert told.encode().hex() not in raw
    assert [step.actor for step in queries.for_the_reporter(session, report)] == [ANONYMOUS.ref] * 2


@obligation("CQ-41.1")
def test_the_same_form_again_is_the_same_report(session):
    first, receipt = filed(session)
    again, same_receipt = filed(session)
    other, other_receipt = filed(session, key="k2")

    assert (first.id, receipt) == (again.id, same_receipt)
    assert other.number != first.number
    assert other_receipt != receipt


@obligation("CQ-41.1", "Q-29")
def test_number_and_code_together_open_what_the_reporter_may_see(session, bureau):
    report, receipt = filed(session)
    handled(session, bureau, report, Act.TAKE)
    handled(session, bureau, report, Act.NOTE, note="内部：已约谈群主。")
    handled(session, bureau, report, Act.ASK, note="请提供聊天截图。")
    typed = f" {receipt[:4]}-{receipt[4:].lower()} "

    found = queries.by_receipt(session, report.number.lower(), typed)

    assert [step.act for step in queries.for_the_reporter(session, found)] == ["file", "take", "ask"]
    other, _ = filed(session, key="k2")
    for number, code in ((report.number, receipt[:-1]), (other.number, receipt), ("JB-2026-99999", receipt)):
        with pytest.raises(ReportNotFound):
            queries.by_receipt(session, number, code)


@obligation("CQ-41.1", "T-65")
def test_each_reading_is_on_record_and_for_handlers_alone(session, bureau, operator, administrator):
    report, _ = filed(session)

    for _ in range(2):
        assert commands.read_report(session, actor=bureau, number=report.number, at=NOON).content == SECRET
    for other in (operator, administrator, ANONYMOUS):
        with pytest.raises((Forbidden, Unauthenticated)):
            commands.read_report(session, actor=other, number=report.number, at=NOON)

    lines = session.scalars(select(AuditLine).where(AuditLine.event == "oversight.report.read")).all()
    assert [(line.actor, line.subject_id) for line in lines] == [(bureau.ref, str(report.id))] * 2


@obligation("CQ-41.1")
def test_every_act_in_every_state_leads_on_or_is_refused(session, bureau):
    for state in State:
        for act in (Act.ADD, Act.TAKE, Act.NOTE, Act.ASK, Act.CLOSE):
            if (state, act) in NEXT:
                assert states.after(state, act) is NEXT[state, act]
            else:
                with pytest.raises(ActOutOfTurn):
                    states.after(state, act)

    report, receipt = filed(session)
    handled(session, bureau, report, Act.TAKE)
    handled(session, bureau, report, Act.CLOSE, note="查无此事。", finding=Finding.NOT_CONFIRMED)

    assert report.state == "closed"
    assert queries.for_the_reporter(session, report)[-1].note == "查无此事。"
    with pytest.raises(ActOutOfTurn):
        commands.add_to_report(session, number=report.number, receipt=receipt, note="还有一件事", at=NOON)


@pytest.mark.parametrize(("length", "taken"), [(9, False), (10, True), (5_000, True), (5_001, False)])
def test_a_report_says_enough_and_not_too_much(session, length, taken):
    told = Told(about=About.OTHER, whom="", content="字" * length, contact="")

    if taken:
        assert filed(session, told=told)[0].contact_sealed is None
    else:
        with pytest.raises(ReportIncomplete):
            filed(session, told=told)


def test_a_note_is_written_in_words(session, bureau):
    report, _ = filed(session)
    handled(session, bureau, report, Act.TAKE)

    with pytest.raises(NoteMissing):
        handled(session, bureau, report, Act.NOTE, note=" 四个字啊 ")


REPORT = (
    "insert into wrongdoing_report (number, key_hash, receipt_hash, about, whom_sealed, content_sealed,"
    " state, received_at) values ('JB-1', sha256('a'), sha256('b'), 'other', '', '', %s, now()) returning id"
)
STEP = (
    "insert into report_step (report_id, act, from_state, to_state, actor, note_sealed, finding, at)"
    " values (%s, %s, %s, %s, 'x', 'x', %s, now())"
)
ATTACKS = {
    "a report that begins as closed": (
        {"tht_app": "TH145", "tht_owner": "TH145"},
        lambda c, r: c.execute(REPORT, ("closed",)),
    ),
    "closing before anybody took it up": (
        {"tht_app": "TH145", "tht_owner": "TH145"},
        lambda c, r: c.execute(STEP, (r, "close", "received", "closed", "confirmed")),
    ),
    "closing without a finding": (
        {"tht_app": "23514", "tht_owner": "23514"},
        lambda c, r: [
            c.execute(STEP, (r, "take", "received", "in_handling", None)),
            c.execute(STEP, (r, "close", "in_handling", "closed", None)),
        ],
    ),
    "a step from a state that is past": (
        {"tht_app": "TH145", "tht_owner": "TH145"},
        lambda c, r: [c.execute(STEP, (r, "take", "received", "in_handling", None)) for _ in range(2)],
    ),
    "closing by hand": (
        {"tht_app": "TH146", "tht_owner": "TH146"},
        lambda c, r: c.execute("update wrongdoing_report set state = 'closed' where id = %s", (r,)),
    ),
    "another content": (
        {"tht_app": "42501", "tht_owner": "TH146"},
        lambda c, r: c.execute("update wrongdoing_report set content_sealed = 'x' where id = %s", (r,)),
    ),
    "making a report go away": (
        {"tht_app": "42501", "tht_owner": "TH146"},
        lambda c, r: c.execute("delete from wrongdoing_report where id = %s", (r,)),
    ),
    "rewriting the handling": (
        {"tht_app": "42501", "tht_owner": "TH002"},
        lambda c, r: c.execute("update report_step set actor = 'y'"),
    ),
}


@obligation("CQ-41.1")
@pytest.mark.parametrize("role", ["tht_app", "tht_owner"])
def test_the_database_keeps_reports_by_itself(database, role):
    wrong = {}
    for way, (codes, act) in ATTACKS.items():
        with psycopg.connect(database.app if role == "tht_app" else database.owner) as connection:
            found: str | None = "nothing was refused"
            try:
                (report,) = connection.execute(REPORT, ("received",)).fetchall()[0]
                connection.execute(STEP, (report, "file", None, "received", None))
                act(connection, report)
            except psycopg.Error as refused:
                found = refused.sqlstate
            connection.rollback()
        if found != codes[role]:
            wrong[way] = found

    assert wrong == {}


@obligation("CQ-41.1")
@pytest.mark.parametrize("table", ["wrongdoing_report", "report_step", "report_attachment"])
def test_readers_of_figures_do_not_see_reports(database, table):
    with (
        psycopg.connect(database.read) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(f"select * from {table}")
