"""Statements (对账单) of a month or of a day: what was accepted, by day, by benefit and by who did it."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from flask import Response, render_template

from app.door.access import current_actor, requires
from app.kernel import clock
from app.kernel.days import day_in_china
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.kernel.units import HUNDREDTHS
from app.reports import merchant_records
from app.reports.merchant_records import Day
from app.web.desk.downloads import Cell, Table, handed_out
from app.web.desk.periods import month_of, period_named
from app.web.merchant.blueprint import blp
from app.web.presentation.language import gettext
from points import queries

MONTHS: Final = 24


@blp.get("/statements")
@requires(Permission.SETTLE_REDEMPTIONS)
def statements() -> str:
    """List the months of the last two years in which something was settled."""
    today = day_in_china(clock.now())
    with transaction() as session:
        merchant = queries.merchant_of(session, current_actor().organisation_id)
        months = merchant_records.by_month(session, merchant.id, since=_two_years_before(today), until=today)
    return render_template("merchant/statements.html", merchant=merchant, months=months, today=today)


@blp.get("/statements/<name>")
@requires(Permission.SETTLE_REDEMPTIONS)
def statement(name: str) -> str:
    """Show the statement of a month or of a day."""
    at = clock.now()
    today = day_in_china(at)
    period = period_named(name, today=today)
    with transaction() as session:
        merchant = queries.merchant_of(session, current_actor().organisation_id)
        asked = {"since": period.since, "until": period.until}
        whole = merchant_records.totals(session, merchant.id, **asked)
        days = [] if period.is_day else merchant_records.by_day(session, merchant.id, **asked)
        benefits = merchant_records.by_benefit(session, merchant.id, **asked)
        people = merchant_records.by_person(session, merchant.id, **asked)
    return render_template(
        "merchant/statement.html",
        merchant=merchant,
        period=period,
        month=month_of(period.since),
        at=at,
        today=today,
        whole=whole,
        days=days,
        benefits=benefits,
        people=people,
    )


@blp.get("/statements/<name>/days.<any(csv, xlsx):form>")
@requires(Permission.SETTLE_REDEMPTIONS)
def statement_file(name: str, form: str) -> Response:
    """Hand out the totals of each day of a month."""
    period = period_named(name, today=day_in_china(clock.now()), days=False)
    with transaction() as session:
        merchant = queries.merchant_of(session, current_actor().organisation_id)
        days = merchant_records.by_day(session, merchant.id, since=period.since, until=period.until)
    table = Table(
        name=f"statement-{period.name}",
        headings=[gettext("日期"), gettext("已受理"), gettext("核销积分"), gettext("未受理")],
        rows=_rows(days),
    )
    return handed_out(table, form)


def _rows(days: Sequence[Day]) -> list[list[Cell]]:
    return [
        [each.day, each.totals.accepted, Decimal(each.totals.points) / HUNDREDTHS, each.totals.refused]
        for each in reversed(days)
    ]


def _two_years_before(today: date) -> date:
    number = today.year * 12 + today.month - MONTHS
    return date(number // 12, number % 12 + 1, 1)
