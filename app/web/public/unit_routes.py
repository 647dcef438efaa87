"""Units for everybody (减排量公开): any single number, and what was cancelled, for whom and what for."""

from datetime import date

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.door.access import requires
from app.kernel import clock
from app.kernel.days import day_in_china
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports.registry import cancellation_pages, open_units, unit_pages
from app.web.public.blueprint import blp
from cqcer import serials
from cqcer.values import Purpose

FIRST_YEAR = 2024


@blp.get("/units")
@requires(Permission.READ_PUBLIC)
def units() -> str | Response:
    """Look a number or a serial up, and show how many units are in which state and that the books agree."""
    asked = (request.args.get("q") or "").strip()
    at = clock.now()
    if asked:
        with transaction() as session:
            if asked.isdigit():
                number = open_units.unit(session, int(asked[:18]), at=at).number
            else:
                number = open_units.unit_of_serial(session, serials.read(asked), at=at).number
        return redirect(url_for("public.unit", number=number))
    with transaction() as session:
        found = unit_pages.all_units(session)
    return render_template("public/units.html", found=found)


@blp.get("/units/<int:number>")
@requires(Permission.READ_PUBLIC)
def unit(number: int) -> str:
    """Show one number: where it comes from, its state, and everything that was done with it."""
    with transaction() as session:
        found = unit_pages.one_unit(session, number, at=clock.now())
    return render_template("public/unit.html", found=found)


@blp.get("/cancellations")
@requires(Permission.READ_PUBLIC)
def cancellations() -> str:
    """List what was cancelled, the latest first, by purpose and year."""
    today = day_in_china(clock.now())
    asked = cancellation_pages.Asked.of(request.args)
    with transaction() as session:
        found = cancellation_pages.page(session, asked)
        ended = cancellation_pages.ended_projects(session) if asked.page == 1 else []
    years = range(today.year, FIRST_YEAR - 1, -1) if today >= date(FIRST_YEAR, 1, 1) else ()
    return render_template(
        "public/cancellations.html",
        asked=asked,
        found=found,
        ended=ended,
        purposes=list(Purpose),
        years=list(years),
    )
