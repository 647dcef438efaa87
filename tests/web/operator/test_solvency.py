"""Outstanding points against the stock, and when they would expire (积分兑付)."""

import csv
import io
from datetime import date

import pytest

from app.reports import solvency
from points import commands, queries
from tests.fixtures.desks import NOON
from tests.obligations import obligation


@pytest.fixture
def desk(browser_of, officer):
    """The browser of the operator."""
    return browser_of(officer)


@obligation("CQ-6.10")
def test_the_shelf_is_set_against_what_people_hold(session, voucher, shop):
    found = solvency.picture(session, at=NOON)

    left = shop.offer.stock - 1
    assert (found.pool.outstanding, found.pool.reserved, found.pool.stock) == (9000, 5000, left * 5000)
    assert [(each.pieces, each.worth) for each in found.categories] == [(left, left * 5000)]
    assert (found.holders, found.reachable) == (1, 0)  # 40 points do not reach a benefit for 50
    assert found.months_of_stock is None


@obligation("CQ-34.9")
def test_what_would_expire_is_told_month_by_month_and_in_sum_is_what_is_available(session, voucher):
    found = solvency.picture(session, at=NOON)
    lot = queries.lots_of(session, voucher.account_id)[0]

    months = dict(found.expiring)

    assert sum(months.values()) == found.pool.available == 4000
    assert months[lot.last_valid_on.replace(day=1)] == 4000
    assert min(months) == date(2026, 11, 1)
    assert sum(dict(found.years).values()) == dict(found.years)[lot.last_valid_on.year] == 4000


def test_the_pace_tells_for_how_long_the_shelf_lasts(session, voucher, shop):
    commands.accept_voucher(session, actor=shop.clerk, voucher=voucher.code, key="k", at=NOON)

    found = solvency.picture(session, at=NOON)

    assert (found.issued, found.redeemed) == (9000, 5000)
    assert found.months_of_stock == found.pool.stock * 90 // (5000 * 30)


def test_a_blocked_offer_is_no_stock(desk, session, voucher, shop, officer):
    commands.block_offer(session, actor=officer, offer_id=shop.offer.id, reason="核查", at=NOON)

    page = desk.get("/operator/solvency")

    assert "货架上没有可兑的权益" in page.text
    assert "还差 90 分的权益" in page.text


def test_the_page_and_its_file_tell_the_same(desk, voucher):
    page, file = desk.get("/operator/solvency"), desk.get("/operator/solvency.csv")

    rows = list(csv.reader(io.StringIO(file.text)))[1:]
    assert page.status_code == 200
    assert sum(float(row[1]) for row in rows) == 40
    assert "流通积分" in page.text
