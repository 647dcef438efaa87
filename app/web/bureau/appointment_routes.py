"""The operator's appointment before the Bureau (运营主体委托): all of them, and recording the next one."""

from typing import Any

from flask import render_template, request

from app.door.access import current_actor, requires, requires_fresh_factor
from app.identity import commands, queries
from app.identity.errors import OrganisationNotFound
from app.kernel import clock
from app.kernel.days import day_in_china
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.web.bureau.blueprint import blp
from app.web.desk.forms import Typed, kept, moved, refusal, shown_again
from app.web.presentation.language import gettext


@blp.get("/appointments")
@requires(Permission.SUPERVISE)
def appointments() -> str:
    """Show every appointment of an operator, the latest first."""
    with transaction() as session:
        found = queries.appointments(session)
    return render_template("bureau/appointments.html", appointments=found, today=day_in_china(clock.now()))


@blp.get("/appointments/new")
@requires(Permission.APPOINT_OPERATOR)
@requires_fresh_factor
def new_appointment() -> str:
    """Show the form of an appointment."""
    with transaction() as session:
        places = [each for each in queries.organisations(session) if each.authority is None]
    return render_template(
        "bureau/appointment_form.html", organisations=places, typed=kept(), refusal=refusal()
    )


@blp.post("/appointments")
@requires(Permission.APPOINT_OPERATOR)
@requires_fresh_factor
@shown_again(new_appointment, also=(OrganisationNotFound,))
def appoint_operator() -> Any:
    """Record an appointment after open selection."""
    typed = Typed(request.form)
    organisation_id = typed.whole("organisation_id", least=1, most=10**18)
    reference = typed.text("selection_reference")
    starts_on, ends_on = typed.day("starts_on"), typed.day("ends_on")
    typed.check()
    with transaction() as session:
        commands.appoint_operator(
            session,
            actor=current_actor(),
            organisation_id=organisation_id,
            selection_reference=reference,
            starts_on=starts_on,
            ends_on=ends_on,
            at=clock.now(),
        )
    return moved("bureau.appointments", gettext("已登记委托，权限只在委托期内有效。"))


@blp.get("/appointments/<int:appointment_id>")
@requires(Permission.APPOINT_OPERATOR)
@requires_fresh_factor
def appointment(appointment_id: int) -> str:
    """Show an appointment with the form that ends it early."""
    with transaction() as session:
        found = queries.appointment(session, appointment_id)
        place = queries.organisation(session, found.organisation_id)
    return render_template(
        "bureau/appointment.html",
        appointment=found,
        place=place,
        today=day_in_china(clock.now()),
        typed=kept(),
        refusal=refusal(),
    )


@blp.post("/appointments/<int:appointment_id>/end")
@requires(Permission.APPOINT_OPERATOR)
@requires_fresh_factor
@shown_again(appointment)
def end_appointment(appointment_id: int) -> Any:
    """Bring the last day of an appointment forward, with a reason."""
    typed = Typed(request.form)
    last_day = typed.day("last_day")
    reason = typed.text("reason", most=1_000)
    typed.check()
    with transaction() as session:
        commands.end_appointment(
            session,
            actor=current_actor(),
            appointment_id=appointment_id,
            last_day=last_day,
            reason=reason,
            at=clock.now(),
        )
    return moved("bureau.appointments", gettext("已提前终止委托，最后一天之后权限停用。"))
