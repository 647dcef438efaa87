"""Oneself (我的): masked identity, language and elder view, nickname and district, children, corrections."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.door.access import current_actor, requires
from app.identity import commands as identity
from app.identity import queries as people
from app.identity.errors import AreaUnknown
from app.identity.values import Principal
from app.kernel import clock
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports import catalogue, profiles
from app.web.citizen.blueprint import blp
from app.web.forms import BLANK, Form, shown_again
from app.web.presentation.language import gettext


@blp.get("/profile")
@requires(Permission.READ_OWN_ACCOUNT)
def profile() -> str:
    """Show who the citizen is here, and where everything about them is."""
    actor, at = current_actor(), clock.now()
    with transaction() as session:
        shown = profiles.profile(session, actor)
        devices = people.devices_of(session, Principal.of(actor), at=at)
    return render_template("citizen/profile.html", shown=shown, devices=len(devices))


def details_page(form: Form) -> str:
    """Show the form of what a citizen may say of themselves freely."""
    with transaction() as session:
        card = people.person_card(session, current_actor().person_id or 0)
        districts = catalogue.districts(session)
    return render_template(
        "citizen/details.html",
        errors=form.errors,
        typed=form.typed or {"nickname": card.nickname or "", "area_code": card.area_code or ""},
        districts=districts,
    )


@blp.get("/profile/details", endpoint="profile_details")
@requires(Permission.READ_OWN_ACCOUNT)
def details() -> str:
    """Ask for nickname and district."""
    return details_page(BLANK)


@blp.post("/profile/details", endpoint="profile_change")
@requires(Permission.USE_OWN_SESSION)
@shown_again(details_page, field="nickname", where={AreaUnknown.code: "area_code"})
def change() -> Response:
    """Keep nickname and district."""
    with transaction() as session:
        identity.change_own_details(
            session,
            actor=current_actor(),
            nickname=request.form["nickname"],
            area_code=request.form.get("area_code") or None,
        )
    flash(gettext("已保存"), "success")
    return redirect(url_for("citizen.profile"), code=303)


@blp.get("/wards")
@requires(Permission.APPLY_FOR_ACCOUNT)
def wards() -> str:
    """Show the children who named the citizen as their guardian."""
    with transaction() as session:
        children = [
            people.person_card(session, child.id)
            for child in people.wards_of(session, current_actor().person_id or 0)
        ]
    return render_template("citizen/wards.html", children=children)


@blp.post("/wards/<int:ward_id>/consent", endpoint="ward_consent")
@requires(Permission.APPLY_FOR_ACCOUNT)
def consent(ward_id: int) -> Response:
    """Consent to a child's account."""
    with transaction() as session:
        identity.consent_as_guardian(session, actor=current_actor(), ward_id=ward_id, at=clock.now())
    flash(gettext("已同意。孩子现在可以完成开户。"), "success")
    return redirect(url_for("citizen.wards"), code=303)


@blp.post("/wards/<int:ward_id>/withdraw", endpoint="ward_withdraw")
@requires(Permission.APPLY_FOR_ACCOUNT)
def withdraw_consent(ward_id: int) -> Response:
    """Take the consent back; what the child earned stays the child's."""
    with transaction() as session:
        identity.withdraw_consent(session, actor=current_actor(), ward_id=ward_id, at=clock.now())
    flash(gettext("已撤回同意。孩子已得的积分保留。"), "success")
    return redirect(url_for("citizen.wards"), code=303)
