"""What was settled (受理记录): searched line by line, summed by day, as a file to reconcile with."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from flask import Response, render_template, request

from app.door.access import current_actor, requires
from app.kernel import clock
from app.kernel.days import day_in_china
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.kernel.units import HUNDREDTHS
from app.reports import merchant_records
from app.reports.merchant_records import Asked, Line
from app.web.desk import words
from app.web.desk.downloads import Cell, Table, handed_out
from app.web.merchant.blueprint import blp
from app.web.presentation.language import gettext
from points import queries

LONGEST: Final = timedelta(days=366)
USUAL: Final = timedelta(days=29)


@blp.get("/acceptances")
@requires(Permission.SETTLE_REDEMPTIONS)
def acceptances() -> str:
    """Show what was settled from one day to another, with the totals of each day."""
    asked = _asked()
    with transaction() as session:
        merchant = queries.merchant_of(session, current_actor().organisation_id)
        whole = merchant_records.totals(session, merchant.id, since=asked.since, until=asked.until)
        days = merchant_records.by_day(session, merchant.id, since=asked.since, until=asked.until)
        offers = queries.offers_of(session, merchant.id)
        page = merchant_records.settled(session, merchant.id, asked)
    return render_template(
        "merchant/acceptances.html",
        merchant=merchant,
        asked=asked,
        today=day_in_china(clock.now()),
        whole=whole,
        days=days,
        offers=offers,
        page=page,
    )


@blp.get("/acceptances.<any(csv, xlsx):form>")
@requires(Permission.SETTLE_REDEMPTIONS)
def acceptances_file(form: str) -> Response:
    """Hand out what was settled, as it is filtered, as a file."""
    asked = _asked()
    with transaction() as session:
        merchant_id = queries.merchant_of(session, current_actor().organisation_id).id
    lines = merchant_records.every_settled(transaction, merchant_id, asked)
    table = Table(
        name=f"acceptances-{asked.since:%Y%m%d}-{asked.until:%Y%m%d}",
        headings=[
            gettext("兑换码"),
            gettext("权益"),
            gettext("积分"),
            gettext("状态"),
            gettext("兑换时间"),
            gettext("办理时间"),
            gettext("经办人"),
            gettext("说明"),
        ],
        rows=_rows(
            lines, {value: words.word("redemption", value).label for value in merchant_records.SETTLED}
        ),
    )
    return handed_out(table, form)


def _rows(lines: Iterator[Line], states: dict[str, str]) -> Iterator[list[Cell]]:
    for line in lines:
        yield [
            line.code,
            line.offer.title,
            Decimal(line.redemption.price) / HUNDREDTHS,
            states[line.redemption.state],
            line.redemption.created_at,
            line.redemption.settled_at,
            line.by,
            line.redemption.reason,
        ]


def _asked() -> Asked:
    """Return what is asked for: days in order and not more than a year; the last thirty where none are."""
    today = day_in_china(clock.now())
    until = _day("until") or today
    since = _day("since") or until - USUAL
    if since > until:
        since, until = until, since
    return Asked.of(request.args, since=max(since, until - LONGEST), until=until)


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
