"""The Bureau's supervision: figures of any period, the audit log, the report of corrections."""

import csv
import io

import openpyxl  # type: ignore[import-untyped]
import pytest
from sqlalchemy import select

from app.kernel.audit import AuditLine
from app.reports.period_figures import FIRST_DAY, Period
from points import commands, queries
from points.models import PointEntry
from tests.builders import scenarios
from tests.fixtures.desks import BEFORE, NOON
from tests.obligations import obligation


@pytest.fixture
def desk(browser_of, authority):
    """The browser of the Bureau."""
    return browser_of(authority)


def figures_of(desk, **days):
    """Return the figures of a period as its file tells them: (group, subject, figure) → value."""
    text = desk.get("/bureau/figures.csv", query_string=days).text.lstrip("\ufeff")
    return {(row[2], row[3], row[4]): row[6] for row in list(csv.reader(io.StringIO(text)))[1:]}


@obligation("CQ-4.2")
@pytest.mark.parametrize(
    ("first", "last", "grams"),
    [
        ("2026-10-05", "2026-10-07", 3510),
        ("2026-10-06", "2026-10-06", 500),
        ("2026-10-08", "2026-10-31", 0),
        ("2026-01-01", "2026-10-06", 1500),
    ],
)
def test_figures_count_exactly_the_days_of_the_period(desk, earned_in_october, first, last, grams):
    earned_in_october([1000, 500, 2010])

    told = figures_of(desk, first=first, last=last)

    assert told["合计", "", "公众减排量"] == str(grams)
    assert told["合计", "", "发放积分"] == f"{grams / 100:.2f}".rstrip("0").rstrip(".")


@obligation("CQ-4.2")
def test_what_stood_at_the_end_of_a_past_day_is_told_as_it_stood(desk, session, voucher):
    before, now = figures_of(desk, last="2026-11-19"), figures_of(desk, last="2026-11-20")

    assert (before["合计", "", "期末流通积分"], now["合计", "", "期末流通积分"]) == ("0", "90")
    assert now["合计", "", "发起兑换"] == "1"
    assert now["合计", "", "期末在架场景"] == "1"
    assert figures_of(desk, last="2026-11-09")["合计", "", "期末在架场景"] == "0"


def test_the_page_of_a_period_shows_months_and_scenarios(desk, earned_in_october):
    earned_in_october([1000])

    page = desk.get("/bureau/figures?first=2026-09-15&last=2026-11-01")

    assert page.status_code == 200
    assert all(month in page.text for month in ("2026年9月", "2026年10月", "2026年11月"))
    assert "共 48 天" in page.text


@pytest.mark.parametrize(
    ("asked", "days"),
    [
        ({}, 20),
        ({"first": "2026-11-25", "last": "2026-11-10"}, 1),
        ({"first": "x", "last": "2099-01-01"}, 20),
        ({"first": "1066-10-14"}, (NOON.date() - FIRST_DAY).days + 1),
    ],
)
def test_a_period_that_cannot_be_is_the_nearest_that_can(asked, days):
    assert Period.of(asked, today=NOON.date()).days == days


@obligation("CQ-37.2", "CQ-37.3")
def test_each_file_that_was_taken_stands_in_the_log(desk, session):
    for address in ("figures.csv", "figures.xlsx", "audit.csv", "corrections.xlsx"):
        assert desk.get(f"/bureau/{address}").status_code == 200

    events = session.scalars(
        select(AuditLine.event).where(AuditLine.event.startswith("supervision.")).order_by(AuditLine.id)
    ).all()
    assert events == [
        "supervision.figures.export",
        "supervision.figures.export",
        "supervision.audit.export",
        "supervision.corrections.export",
    ]


@obligation("CQ-37.2")
def test_the_log_is_found_by_actor_event_subject_and_day(desk, shop):
    where = {"first": "2026-11-01", "last": "2026-11-20"}

    def found(**wishes):
        text = desk.get("/bureau/audit.csv", query_string={**where, **wishes}).text
        return {row[5] for row in list(csv.reader(io.StringIO(text)))[1:]}

    manager = f"staff:{shop.manager.staff_id}"
    assert found(event="points.merchant") == {"points.merchant.apply", "points.merchant.admit"}
    assert found(actor=manager, event="points.merchant") == {"points.merchant.apply"}
    assert found(subject_kind="merchant", subject_id=str(shop.merchant.id)) >= {"points.merchant.admit"}
    assert found(actor="nobody.at.all") == set()
    assert found(event="points.merchant", last="2026-11-09") == set()


def test_the_log_is_read_page_by_page(desk, session):
    for number in range(120):
        session.add(
            AuditLine(
                at=BEFORE,
                actor="system:0",
                event="test.line.written",
                subject_kind="line",
                subject_id=str(number),
                details={"text": "=1+1"},
            )
        )
    session.flush()

    page, seen = desk.get("/bureau/audit?event=test.line"), []
    while True:
        seen += [part.split("<", 1)[0] for part in page.text.split("line ")[1:] if part[0].isdigit()]
        if 'rel="next"' not in page.text:
            break
        page = desk.get(page.text.split('rel="next" href="', 1)[1].split('"', 1)[0].replace("&amp;", "&"))

    assert seen == [str(number) for number in reversed(range(120))]


def test_taking_the_log_away_asks_for_a_fresh_factor(browser_of, authority):
    answer = browser_of(authority, fresh=False).get("/bureau/audit.csv")

    assert answer.status_code == 303
    assert "/account/verify" in answer.location


@obligation("Q-25")
def test_each_correction_is_reported_with_its_ground_its_people_and_its_evidence(
    desk, session, voucher, officer, second
):
    issue = session.scalars(
        select(PointEntry).where(PointEntry.account_id == voucher.account_id, PointEntry.kind == "issue")
    ).one()
    made = commands.propose_correction(
        session,
        actor=officer,
        account_id=issue.account_id,
        behaviour_id=issue.behaviour_id,
        behaviour_day=issue.behaviour_day,
        amount=1000,
        rule_clause=queries.rules(session)[0].text_zh,
        reason="=场景方误传",
        evidence_id=scenarios.evidence(session, at=NOON).document_id,
        at=NOON,
    )
    commands.confirm_correction(session, actor=second, correction_id=made.id, at=NOON)

    page, file = desk.get("/bureau/corrections?state=confirmed"), desk.get("/bureau/corrections.xlsx")
    one = desk.get(f"/bureau/corrections/{made.id}")

    rows = list(openpyxl.load_workbook(io.BytesIO(file.data)).active.values)
    assert f"更正 {made.id}" in page.text
    assert f"更正 {made.id}" not in desk.get("/bureau/corrections?state=executed").text
    assert (len(rows), rows[1][0], rows[1][8]) == (2, made.id, "=场景方误传")
    assert "异议期至" in one.text
    assert "撤回更正" not in one.text
