"""The operator's first page (今日概览): what waits, for how long, and how the points stand."""

from flask import render_template

from app.door.access import requires
from app.kernel import clock
from app.kernel.days import day_in_china
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports import operations, queues, targets
from app.web.operator.blueprint import blp

SHOWN = 5


@blp.get("")
@requires(Permission.SEE_OPERATIONS)
def home() -> str:
    """Show the queues with what has waited longest, and the pool of points against the stock."""
    at = clock.now()
    with transaction() as session:
        counts = queues.counts(session)
        scenarios = queues.waiting_scenarios(session, queues.OF_OPERATOR, at=at, limit=SHOWN)
        merchants = queues.waiting_merchants(session, at=at, limit=SHOWN)
        overdue = queues.overdue_scenarios(session, queues.OF_OPERATOR, at=at)
        pool = operations.pool(session, at=at)
        days = operations.last_days(session, at=at)
        progress = targets.progress(session, year=day_in_china(at).year)
    return render_template(
        "operator/home.html",
        at=at,
        counts=counts,
        scenarios=scenarios,
        overdue=overdue,
        merchants=merchants,
        pool=pool,
        days=days,
        progress=progress,
        year=day_in_china(at).year,
    )
