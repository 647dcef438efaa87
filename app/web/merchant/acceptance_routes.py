"""What was settled (受理记录): day by day with totals, and as a file to reconcile with."""

from datetime import date, timedelta
from typing import Final

from flask import Response, render_template, request

from app.door.access import current_actor, requires
from app.kernel import clock
from app.kernel.days import day_in_china
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports import merchant_desk
from app.web.desk.forms import whole_or_none
from app.web.merchant.blueprint import blp
from points import queries

LONGEST: Final = timedelta(days=366)
USUAL: Final = timedelta(days=29)


@blp.get("/acceptances")
@requires(Permission.SETTLE_REDEMPTIONS)
def acceptances() -> str:
    """Show what was settled from one day to another, with the totals of each day."""
    since, until = _days()
    with transaction() as session:
        merchant = queries.merchant_of(session, current_actor().organisation_id)
        whole = merchant_desk.totals(session, merchant.id, since=since, until=until)
        days = merchant_desk.by_day(session, merchant.id, since=since, until=until)
        page = merchant_desk.settled(
            session, merchant.id, since=since, until=until, before=whole_or_none("before")
        )
    return render_template(
        "merchant/acceptances.html",
        merchant=merchant,
        since=since,
        until=until,
        today=day_in_china(clock.now()),
        whole=whole,
        days=days,
        page=page,
    )


@blp.get("/acceptances.csv")
@requires(Permission.SETTLE_REDEMPTIONS)
def acceptances_csv() -> Response:
    """Hand out what was settled as a file."""
    since, until = _days()
    organisation_id = current_actor().organisation_id
    with transaction() as session:
        merchant_id = queries.merchant_of(session, organisation_id).id
    lines = merchant_desk.csv_lines(transaction, merchant_id, since=since, until=until)
    name = f"acceptances-{since:%Y%m%d}-{until:%Y%m%d}.csv"
    return Response(
        lines,
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _days() -> tuple[date, date]:
    """Return the days asked for, in order and not more than a year; the last thirty where none are."""
    today = day_in_china(clock.now())
    until = _day("until") or today
    since = _day("since") or until - USUAL
    if since > until:
        since, until = until, since
    return max(since, until - LONGEST), until


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
