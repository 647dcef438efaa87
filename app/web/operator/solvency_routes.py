"""How far the shelf covers the points that people hold (积分兑付能力), and when these would expire."""

from decimal import Decimal

from flask import Response, render_template

from app.door.access import current_actor, requires
from app.kernel import audit, clock
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports import solvency as report
from app.web.desk.downloads import Table, handed_out
from app.web.operator.blueprint import blp
from app.web.presentation.language import gettext


@blp.get("/solvency")
@requires(Permission.SEE_OPERATIONS)
def solvency() -> str:
    """Show outstanding points against the stock, and expected expiry month by month."""
    at = clock.now()
    with transaction() as session:
        found = report.picture(session, at=at)
    return render_template("operator/solvency.html", at=at, found=found, pace_days=report.PACE_DAYS)


@blp.get("/solvency.<any(csv, xlsx):form>")
@requires(Permission.SEE_OPERATIONS)
def solvency_file(form: str) -> Response:
    """Hand out what would expire in each month."""
    at = clock.now()
    with transaction() as session:
        found = report.picture(session, at=at)
        audit.record(
            session,
            actor=current_actor(),
            event="operations.solvency.export",
            subject=("point_lot", ""),
            at=at,
            form=form,
        )
    rows = [(f"{first:%Y-%m}", Decimal(amount) / 100) for first, amount in found.expiring]
    table = Table(name="expected-expiry", headings=[gettext("月份"), gettext("预计失效积分")], rows=rows)
    return handed_out(table, form)
