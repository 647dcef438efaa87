"""What was settled: searched, summed by month, day, benefit and person, and taken away."""

import zipfile
from io import BytesIO

import pytest

from points import commands
from points.serials import grouped
from tests.fixtures.desks import NOON, open_shop


@pytest.fixture
def counter(browser_of, shop):
    """The browser at the counter, where a clerk is signed in."""
    return browser_of(shop.clerk)


@pytest.fixture
def accepted(session, shop, voucher):
    """The voucher, accepted at noon by the clerk."""
    return commands.accept_voucher(session, actor=shop.clerk, voucher=voucher.code, key="a", at=NOON)


def test_records_are_searched_by_result_benefit_and_code(counter, shop, accepted):
    code = grouped(accepted.code)
    found = {
        query: code in counter.get(f"/merchant/acceptances?{query}").text
        for query in (
            "state=fulfilled",
            "state=refused",
            f"offer={shop.offer.id}",
            "offer=987654321",
            f"code={accepted.code[:4].lower()}",
            "code=ZZZZ",
            "order=asc",
            f"before={accepted.id}",
        )
    }

    assert found == {
        "state=fulfilled": True,
        "state=refused": False,
        f"offer={shop.offer.id}": True,
        "offer=987654321": False,
        f"code={accepted.code[:4].lower()}": True,
        "code=ZZZZ": False,
        "order=asc": True,
        f"before={accepted.id}": False,
    }


def test_the_file_holds_what_the_page_was_asked_for(counter, accepted):
    everything = counter.get("/merchant/acceptances.csv?since=2026-11-20&until=2026-11-20")
    refused = counter.get("/merchant/acceptances.csv?since=2026-11-20&until=2026-11-20&state=refused")
    book = counter.get("/merchant/acceptances.xlsx?since=2026-11-20&until=2026-11-20")

    assert f"{grouped(accepted.code)}," in everything.text
    assert "2026-11-20T12:00:00+08:00" in everything.text
    assert len(refused.text.splitlines()) == 1
    cells = zipfile.ZipFile(BytesIO(book.data)).read("xl/worksheets/sheet1.xml").decode()
    assert grouped(accepted.code) in cells


def test_a_statement_sums_a_month_by_day_benefit_and_person(counter, shop, accepted):
    months = counter.get("/merchant/statements")
    month = counter.get("/merchant/statements/2026-11")
    day = counter.get("/merchant/statements/2026-11-20")
    quiet = counter.get("/merchant/statements/2026-10")

    assert "/merchant/statements/2026-11" in months.text
    for part in ("50", shop.offer.title, "工作人员", "/merchant/statements/2026-11-20", "期间尚未结束"):
        assert part in month.text
    assert shop.offer.title in day.text
    assert "按日合计" not in day.text
    assert "这段时间没有受理" in quiet.text
    assert "期间尚未结束" not in quiet.text


def test_the_days_of_a_month_are_taken_away(counter, accepted):
    file = counter.get("/merchant/statements/2026-11/days.csv")
    book = counter.get("/merchant/statements/2026-11/days.xlsx")

    assert file.text.splitlines()[1] == "2026-11-20,1,50,0"
    assert book.data[:2] == b"PK"
    assert counter.get("/merchant/statements/2026-11-20/days.csv").status_code == 404


@pytest.mark.parametrize("name", ["2026-12", "2026-11-21", "2026-13", "nonsense", "20261101", "1999-12"])
def test_there_is_no_statement_of_the_time_to_come_or_of_no_time(counter, name):
    page = counter.get(f"/merchant/statements/{name}")

    assert page.status_code == 404
    assert "period.unknown" in page.text


def test_another_shops_records_are_not_among_ones_own(browser_of, session, accepted):
    next_door = browser_of(open_shop(session, "隔壁茶馆").manager)

    assert grouped(accepted.code) not in next_door.get("/merchant/acceptances").text
    assert len(next_door.get("/merchant/acceptances.csv").text.splitlines()) == 1
    assert "这段时间没有受理" in next_door.get("/merchant/statements/2026-11").text
