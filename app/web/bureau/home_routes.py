"""The Bureau's first page (今日概览)."""

from flask import render_template

from app.door.access import requires
from app.identity import queries as identity
from app.kernel import clock
from app.kernel.days import day_in_china
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports import public_figures, queues, targets
from app.web.bureau.blueprint import blp

SHOWN = 8


@blp.get("")
@requires(Permission.SUPERVISE)
def home() -> str:
    """Show what must be decided, the operator's appointment and the year's targets against figures."""
    at = clock.now()
    today = day_in_china(at)
    with transaction() as session:
        waiting = queues.waiting_scenarios(session, queues.OF_BUREAU, at=at, limit=SHOWN)
        counts = queues.counts(session)
        overdue = queues.overdue_scenarios(session, queues.OF_BUREAU, at=at)
        appointment = identity.appointment_on(session, today)
        operator = identity.current_operator(session, at=at)
        progress = targets.progress(session, year=today.year)
        figures = public_figures.figures(session)
    return render_template(
        "bureau/home.html",
        at=at,
        today=today,
        waiting=waiting,
        waiting_in_all=sum(counts.scenarios.get(state, 0) for state in queues.OF_BUREAU),
        overdue=overdue,
        appointment=appointment,
        operator=operator,
        progress=progress,
        figures=figures,
    )
