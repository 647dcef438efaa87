"""The Bureau's first page (今日概览) and the operating figures (运营数据)."""

from flask import render_template

from app.door.access import requires
from app.identity import queries as identity
from app.kernel import clock
from app.kernel.days import day_in_china
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports import monthly_figures, public_figures, queues, targets
from app.web.bureau.blueprint import blp

SHOWN = 8


@blp.get("")
@requires(Permission.SUPERVISE)
def home() -> str:
    """Show what must be decided, the operator's appointment and the year's targets against figures."""
    at = clock.now()
    today = day_in_china(at)
    with transaction() as session:
        waiting = queues.waiting_scenarios(session, queues.OF_BUREAU, at=at)
        appointment = identity.appointment_on(session, today)
        operator = identity.current_operator(session, at=at)
        progress = targets.progress(session, year=today.year)
        figures = public_figures.figures(session)
    return render_template(
        "bureau/home.html",
        at=at,
        today=today,
        waiting=waiting[:SHOWN],
        waiting_in_all=len(waiting),
        overdue=sum(each.term.left < 0 for each in waiting),
        appointment=appointment,
        operator=operator,
        progress=progress,
        figures=figures,
    )


@blp.get("/figures")
@requires(Permission.SUPERVISE)
def figures() -> str:
    """Show what was saved, issued, redeemed and expired, in sum and by month."""
    at = clock.now()
    with transaction() as session:
        found = public_figures.figures(session)
        months = monthly_figures.by_month(session, last=day_in_china(at))
    return render_template("bureau/figures.html", at=at, figures=found, months=months)
