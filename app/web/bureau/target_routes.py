"""Yearly targets before the Bureau (年度目标任务): goals against figures, and setting a goal."""

from typing import Any, Final

from flask import render_template, request

from app.door.access import current_actor, requires
from app.identity import commands
from app.identity.values import Measure
from app.kernel import clock
from app.kernel.days import day_in_china
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports import targets as figures
from app.web.bureau.blueprint import blp
from app.web.desk.forms import Typed, kept, moved, refusal, shown_again, whole_or_none
from app.web.presentation.language import gettext

SMALLEST: Final = {Measure.REDUCTION_G: 1_000_000, Measure.POINTS_REDEEMED: 100}
"""What one of a measure is in its smallest unit: tonnes in grams, points in hundredths."""


@blp.get("/targets")
@requires(Permission.SUPERVISE)
def targets() -> str:
    """Show the goals of a year against what was reached."""
    today = day_in_china(clock.now())
    year = min(max(whole_or_none("year") or today.year, 2021), 2100)
    with transaction() as session:
        progress = figures.progress(session, year=year)
    return render_template(
        "bureau/targets.html", year=year, today=today, progress=progress, typed=kept(), refusal=refusal()
    )


@blp.post("/targets")
@requires(Permission.SET_TARGETS)
@shown_again(targets)
def set_target() -> Any:
    """Set a goal, or a new version of it."""
    typed = Typed(request.form)
    year = typed.whole("year", least=2021, most=2100)
    measure = typed.choice("measure", Measure)
    goal = typed.whole("goal", least=0, most=10**12)
    note = typed.text("note", most=1_000, required=False)
    typed.check()
    with transaction() as session:
        commands.set_target(
            session,
            actor=current_actor(),
            year=year,
            measure=measure,
            goal=goal * SMALLEST.get(measure, 1),
            note=note or None,
            at=clock.now(),
        )
    return moved("bureau.targets", gettext("已设定目标。"), year=year)
