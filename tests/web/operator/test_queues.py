"""The operator's queues with many in them, rows decided one by one and in bulk, lists taken away."""

import csv
import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.journeys import intake
from app.kernel.audit import AuditLine
from app.reports import queues, scenario_lists
from scenarios.models import HeldRow
from tests.builders import people, scenarios
from tests.builders import points as mall
from tests.fixtures.desks import BEFORE, NOON
from tests.obligations import obligation


@pytest.fixture
def desk(browser_of, officer):
    """The browser of the operator."""
    return browser_of(officer)


@pytest.fixture
def held(session, noon):
    """Four rows that wait: three of one scenario, one of another."""
    mall.rule(session, at=BEFORE)
    made = []
    for users in (["u-1", "u-1", "u-2"], ["v-1"]):
        ready = scenarios.ready(session, at=BEFORE, review_above_milli=1)
        scenarios.link(session, ready.scenario, sorted(set(users)), given_at=BEFORE)
        rows = [
            {
                "record_id": f"{ready.code}-{place}",
                "user": user,
                "occurred_at": (NOON - timedelta(days=1, minutes=place)).isoformat(),
                "quantity": place + 1,
                "unit": "ride",
            }
            for place, user in enumerate(users)
        ]
        intake.accept_rows(
            session, actor=ready.host, scenario_code=ready.code, key=ready.code, at=NOON, rows=rows
        )
        made.append(ready)
    return made


def waiting(session):
    session.expire_all()
    return session.scalars(select(HeldRow).where(HeldRow.decided_at.is_(None)).order_by(HeldRow.id)).all()


@obligation("CQ-34.3")
def test_one_row_is_decided_on_its_own_page_with_a_reason(desk, session, held):
    row = waiting(session)[0]
    path = f"/operator/held-rows/{row.id}"
    page = desk.get(path)

    silent = desk.post(path, data={"decision": "release", "remark": ""})
    done = desk.post(path, data={"decision": "release", "remark": "票务核对一致"})

    assert "该用户其他待复核" in page.text
    assert (silent.status_code, done.status_code) == (422, 303)
    assert len(waiting(session)) == 3
    assert "票务核对一致" in desk.get(path).text
    assert desk.post(path, data={"decision": "reject", "remark": "再看"}).status_code == 409
    assert desk.get("/operator/held-rows/987654321").status_code == 404


@obligation("CQ-34.3")
def test_a_row_is_shown_beside_what_its_user_did_before(desk, session, held):
    first, second = waiting(session)[:2]
    desk.post(f"/operator/held-rows/{first.id}", data={"decision": "release", "remark": "核实"})

    page = desk.get(f"/operator/held-rows/{second.id}")

    assert first.source_id in page.text
    assert "该用户最近接收的行为" in page.text


@obligation("CQ-34.3")
def test_all_rows_of_one_scenario_are_decided_at_once_and_no_others(desk, session, held):
    first, other = held
    page = desk.get(f"/operator/held-rows?scenario={first.code}")
    assert "全部 3 行" in page.text
    assert f"{other.code}-0" not in page.text

    done = desk.post(
        f"/operator/held-rows?scenario={first.code}",
        data={"every": "on", "decision": "reject", "remark": "整批误传"},
    )
    blind = desk.post("/operator/held-rows", data={"every": "on", "decision": "reject", "remark": "全部"})

    assert (done.status_code, blind.status_code) == (303, 422)
    assert [row.source_id for row in waiting(session)] == [f"{other.code}-0"]


def test_the_queue_is_read_page_by_page_and_its_overdue_are_counted_whole(session, officer, noon):
    scenarios.norm(session, at=BEFORE)
    scenarios.uncapped(session, "bicycle.ride", at=BEFORE)
    host = people.host(session, at=BEFORE)
    made = [
        scenarios.applied(session, host, at=NOON - timedelta(days=days)).id
        for days in (40, 40, 30, 23, 20, 3, 0)
    ]

    seen, after = [], None
    while page := queues.waiting_scenarios(session, queues.OF_OPERATOR, at=NOON, after=after, limit=2):
        seen += page
        after = page[-1].scenario.id

    assert [each.scenario.id for each in seen] == made
    overdue = sum(each.term.left < 0 for each in seen)
    assert queues.overdue_scenarios(session, queues.OF_OPERATOR, at=NOON) == overdue
    assert 0 < overdue < len(made)


def test_merchants_wait_page_by_page_too(session, officer, noon):
    from points import commands

    made = []
    for number in range(3):
        manager = people.merchant(session, at=BEFORE)
        particulars = mall.particulars(name=f"茶社{number}")
        made.append(commands.apply_as_merchant(session, actor=manager, particulars=particulars, at=BEFORE).id)

    first = queues.waiting_merchants(session, at=NOON, limit=2)
    rest = queues.waiting_merchants(session, at=NOON, after=first[-1].merchant.id, limit=2)

    assert [each.merchant.id for each in (*first, *rest)] == made


@obligation("CQ-37.2")
@pytest.mark.parametrize("name", ["scenarios", "merchants", "shelf"])
def test_a_list_is_taken_away_as_it_is_filtered_and_that_is_written_down(
    desk, session, shop, scenario_in, name
):
    scenario_in("listed")

    whole, none = (
        list(csv.reader(io.StringIO(desk.get(f"/operator/{name}.csv{query}").text)))
        for query in ("", "?q=没有这样的")
    )

    assert (len(whole), len(none)) == (2, 1)
    assert desk.get(f"/operator/{name}.xlsx").status_code == 200
    events = session.scalars(select(AuditLine.event).where(AuditLine.event.startswith("operations."))).all()
    assert events == [f"operations.{name}.export"] * 3


def test_lists_are_sorted_by_the_server_page_by_page(session, officer, noon):
    scenarios.norm(session, at=BEFORE)
    scenarios.uncapped(session, "bicycle.ride", at=BEFORE)
    host = people.host(session, at=BEFORE)
    names = ["c", "a", "e", "b", "d"]
    for name in names:
        scenarios.applied(session, host, at=BEFORE, name=name)

    def read(**wishes):
        seen: list[str] = []
        page = scenario_lists.every(session, scenario_lists.Asked.of(wishes), limit=2)
        while True:
            seen += [line.scenario.name for line in page.lines]
            if page.start is None:
                return seen
            asked = scenario_lists.Asked.of({**wishes, "start": str(page.start)})
            page = scenario_lists.every(session, asked, limit=2)

    assert read(sort="scenario") == sorted(names)
    assert read(sort="scenario", order="desc") == sorted(names, reverse=True)
    assert read(sort="password_hash")[:2] == ["d", "b"]  # what cannot be sorted by is no wish


def test_the_heads_of_the_tables_sort(desk, shop, scenario_in):
    scenario_in("listed")

    for path in ("/operator/shelf?sort=price", "/operator/scenarios?view=all&sort=applied&order=desc"):
        page = desk.get(path)
        assert page.status_code == 200
        assert "aria-sort=" in page.text
    assert desk.get("/operator/merchants?view=all&sort=area").status_code == 200
