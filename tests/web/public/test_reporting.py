"""Reporting wrongdoing in the browser's way: file, keep the code, be asked, read the answer."""

import io
import re
from datetime import UTC, datetime

import pytest
from flask import request
from sqlalchemy import select

from app.kernel import clock, documents
from app.kernel.audit import AuditLine
from app.kernel.documents import Document, path_of
from app.oversight.models import WrongdoingReport
from tests.builders import people
from tests.obligations import obligation

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
CONTENT = "有人在渝中区倒卖积分，每分卖两角。"
PICTURE = b"\x89PNG\r\n\x1a\n" + b"chat" * 40


@pytest.fixture(autouse=True)
def noon(tmp_path):
    documents.use_folder(tmp_path)
    with clock.frozen(NOON):
        yield NOON
    documents.use_folder(None)


def form(**changes):
    return {"about": "points", "content": CONTENT, "whom": "某群", "idempotency_key": "k1", **changes}


def filed(client, **changes):
    """File a report; return its number and its code."""
    page = client.post("/report", data=form(**changes)).text
    (number,) = re.findall(r"JB-2026-\d{5}", page)
    (code,) = re.findall(r"\b(?:[0-9A-Z]{4} ){3}[0-9A-Z]{4}\b", page)
    return number, code


@obligation("CQ-41.1", "Q-29")
def test_a_report_goes_from_a_stranger_to_the_bureau_and_its_answer_back(client, session, app):
    page = client.get("/report").text
    assert "可以匿名" in page
    number, code = filed(client, evidence=(io.BytesIO(PICTURE), "chat.png"))
    desk = app.test_client()
    people.sign_in_as(desk, people.bureau(session))

    assert CONTENT not in desk.get("/bureau/reports").text
    opened = desk.get(f"/bureau/reports/{number}").text
    assert CONTENT in opened
    assert "匿名" in opened
    (link,) = re.findall(rf"/bureau/reports/{number}/attachments/\d+", opened)
    assert desk.get(link).data == PICTURE
    desk.post(f"/bureau/reports/{number}/take")
    desk.post(f"/bureau/reports/{number}/note", data={"note": "内部：已约谈群主。"})
    desk.post(f"/bureau/reports/{number}/ask", data={"question": "请说明群名。"})
    asked = client.post("/report/status", data={"number": number, "receipt": code}).text
    client.post("/report/add", data={"number": number, "receipt": code, "note": "群名是某某。"})
    assert "群名是某某。" in desk.get(f"/bureau/reports/{number}").text
    desk.post(f"/bureau/reports/{number}/close", data={"finding": "confirmed", "answer": "已处罚，谢谢。"})
    answered = client.post("/report/status", data={"number": number, "receipt": code}).text

    assert "请说明群名。" in asked
    assert "内部" not in asked + answered
    assert "已处罚，谢谢。" in answered
    assert "属实" in answered
    events = session.scalars(select(AuditLine.event).where(AuditLine.event.like("oversight.%"))).all()
    assert events.count("oversight.report.read") == 2
    assert events.count("oversight.attachment.read") == 1


@obligation("CQ-41.1")
def test_files_of_a_report_lie_sealed_on_the_disk(client, session):
    filed(client, evidence=(io.BytesIO(PICTURE), "聊天.png"))

    held = session.scalars(select(Document)).one()

    assert PICTURE not in path_of(held.sha256).read_bytes()
    assert held.filename == "sealed"
    assert held.created_by == "anonymous:0"


@obligation("CQ-41.1", "Q-29")
def test_who_is_signed_in_is_not_kept_with_a_report(client, session, citizen):
    people.sign_in_as(client, citizen)
    logged = []
    for path, method in (("/", "GET"), ("/report", "GET"), ("/report", "POST"), ("/report/status", "POST")):
        with client:
            client.open(path, method=method, data=form())
            logged.append(request.environ.get("tanhuitong.actor"))

    number, _ = filed(client)

    assert logged == [citizen.ref, None, None, None]
    report = session.scalars(select(WrongdoingReport).where(WrongdoingReport.number == number)).one()
    lines = session.scalars(select(AuditLine).where(AuditLine.subject_id == str(report.id))).all()
    assert [line for line in lines if line.subject_kind == "wrongdoing_report"] == []


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"content": "太短"}, "10"),
        ({"about": "nothing"}, "请从列表中选择"),
        ({"evidence": (io.BytesIO(b"MZ..."), "x.exe")}, "只接受 PDF"),
    ],
)
def test_a_report_that_is_refused_keeps_what_was_typed(client, session, changes, told):
    answer = client.post("/report", data=form(whom="写在这里的名字", **changes))

    assert answer.status_code == 422
    assert told in answer.text
    assert "写在这里的名字" in answer.text
    assert session.scalars(select(WrongdoingReport)).all() == []


@obligation("CQ-41.1")
def test_reports_and_look_ups_are_limited(client, session):
    for number in range(5):
        assert client.post("/report", data=form(idempotency_key=f"k{number}")).status_code == 201
    assert client.post("/report", data=form(idempotency_key="k6")).status_code == 429
    wrong = {"number": "JB-2026-00001", "receipt": "0000 0000 0000 0000"}
    answers = [client.post("/report/status", data=wrong).status_code for _ in range(11)]
    assert answers == [404] * 10 + [429]


def test_the_code_stands_in_no_address_and_is_not_stored_by_a_browser(client):
    answer = client.post("/report", data=form())

    assert answer.headers["Cache-Control"] == "no-store"
    assert "Location" not in answer.headers
