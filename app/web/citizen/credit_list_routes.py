"""Being on the list for credit institutions (信用名单), or not: offered while the Bureau has it on."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.door.access import current_actor, requires
from app.identity import commands as identity
from app.identity import queries as people
from app.identity.values import CONSENT_VERSIONS, Purposes
from app.kernel import clock
from app.kernel.errors import Refusal
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports import holders
from app.web.citizen.blueprint import blp
from app.web.citizen.refusing import answered_by
from app.web.presentation.language import gettext


def credit_list_page(refusal: Refusal | None = None) -> str:
    """Show what being listed means, and whether one is."""
    with transaction() as session:
        person = holders.person(session, current_actor())
        on = people.credit_list_on(session)
        joined = people.consents_of(session, person.id).get(Purposes.CREDIT_LIST)
    return render_template(
        "citizen/credit_list.html",
        on=on,
        joined=joined,
        consent_version=CONSENT_VERSIONS[Purposes.CREDIT_LIST],
        refusal=refusal,
    )


@blp.get("/credit-list", endpoint="credit_list")
@requires(Permission.READ_OWN_ACCOUNT)
def show_credit_list() -> str:
    """Show what being listed means, and whether one is."""
    return credit_list_page()


@blp.post("/credit-list/join", endpoint="credit_list_join")
@requires(Permission.USE_OWN_SESSION)
@answered_by(credit_list_page)
def join_credit_list() -> Response:
    """Consent to be listed."""
    if not request.form.get("consent"):
        flash(gettext("没有勾选同意，所以没有列入。"), "warning")
        return redirect(url_for("citizen.credit_list"), code=303)
    with transaction() as session:
        identity.give_consent(
            session,
            actor=current_actor(),
            purpose=Purposes.CREDIT_LIST,
            text_version=request.form["consent"],
            at=clock.now(),
        )
    flash(gettext("已同意列入信用名单。"), "success")
    return redirect(url_for("citizen.credit_list"), code=303)


@blp.post("/credit-list/leave", endpoint="credit_list_leave")
@requires(Permission.USE_OWN_SESSION)
def leave_credit_list() -> Response:
    """Withdraw the consent; one is off the list at once."""
    with transaction() as session:
        identity.withdraw_own_consent(
            session, actor=current_actor(), purpose=Purposes.CREDIT_LIST, at=clock.now()
        )
    flash(gettext("已撤回，您立即不在名单上。"), "success")
    return redirect(url_for("citizen.credit_list"), code=303)
