"""Corrections of one's own points (更正与异议): what is meant, why, and how to object."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.door.access import current_actor, requires
from app.kernel import clock
from app.kernel.days import day_in_china
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports import corrections as shown_corrections
from app.reports import holders
from app.web.citizen.blueprint import blp
from app.web.forms import BLANK, Form, shown_again
from app.web.presentation.language import gettext
from points import commands, queries


def correction_page(form: Form, correction_id: int) -> str:
    """Show one correction, with the form to object while there is time."""
    at = clock.now()
    with transaction() as session:
        holder = holders.holder(session, current_actor(), today=day_in_china(at))
        shown = shown_corrections.one(session, correction_id, account_id=holder.account_id)
    return render_template(
        "citizen/correction.html", at=at, shown=shown, errors=form.errors, typed=form.typed
    )


@blp.get("/corrections")
@requires(Permission.READ_OWN_ACCOUNT)
def corrections() -> str:
    """Show the corrections that the citizen was told of."""
    today = day_in_china(clock.now())
    with transaction() as session:
        holder = holders.holder(session, current_actor(), today=today)
        found = queries.corrections_of(session, holder.account_id)
    return render_template("citizen/corrections.html", today=today, corrections=found)


@blp.get("/corrections/<int:correction_id>")
@requires(Permission.READ_OWN_ACCOUNT)
def correction(correction_id: int) -> str:
    """Show one correction."""
    return correction_page(BLANK, correction_id)


@blp.post("/corrections/<int:correction_id>/object", endpoint="correction_object")
@requires(Permission.OBJECT_TO_CORRECTION)
@shown_again(correction_page, field="objection")
def object_to(correction_id: int) -> Response:
    """Object to a correction."""
    with transaction() as session:
        commands.object_to_correction(
            session,
            actor=current_actor(),
            correction_id=correction_id,
            objection=request.form["objection"],
            at=clock.now(),
        )
    flash(gettext("异议已收到。答复之前不会更正您的积分。"), "success")
    return redirect(url_for("citizen.correction", correction_id=correction_id), code=303)
