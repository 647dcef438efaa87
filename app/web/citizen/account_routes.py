"""Applying for the carbon account and closing it (申请与注销账户), each by the citizen's own act."""

from datetime import date
from typing import Final

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.door.access import current_actor, requires, requires_fresh_factor
from app.identity import commands as identity
from app.identity.errors import ConsentMissing, ConsentOutdated, IdentityMalformed
from app.identity.values import CONSENT_VERSIONS, DocumentType, Identity, Purposes
from app.journeys import enrolment
from app.kernel import clock
from app.kernel.days import day_in_china
from app.kernel.errors import Refusal
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports import holders, profiles
from app.web.citizen.blueprint import blp
from app.web.citizen.refusing import answered_by
from app.web.citizen.wishes import number_of
from app.web.forms import BLANK, Form, shown_again
from app.web.presentation.language import gettext
from points import queries

AT_CONSENT: Final = {ConsentMissing.code: "consent", ConsentOutdated.code: "consent"}


def apply_page(form: Form) -> str:
    """Show what is asked next on the way to an account."""
    today = day_in_china(clock.now())
    with transaction() as session:
        shown = profiles.profile(session, current_actor())
    return render_template(
        "citizen/apply.html",
        shown=shown,
        step=profiles.next_step(shown, today=today),
        today=today,
        consent_version=CONSENT_VERSIONS[Purposes.IDENTITY],
        document_types=[kind.value for kind in DocumentType],
        errors=form.errors,
        typed=form.typed,
    )


@blp.get("/apply")
@requires(Permission.APPLY_FOR_ACCOUNT)
def apply() -> str:
    """Ask for identity, for a guardian, or for the last word, whichever comes next."""
    return apply_page(BLANK)


@blp.post("/apply/identity", endpoint="apply_identity")
@requires(Permission.APPLY_FOR_ACCOUNT)
@shown_again(apply_page, field="number", where=AT_CONSENT)
def give_identity() -> Response:
    """Keep who the citizen is, as their papers say."""
    with transaction() as session:
        enrolment.identify(
            session,
            actor=current_actor(),
            identity=_identity(),
            consent_version=request.form.get("consent"),
            at=clock.now(),
        )
    return redirect(url_for("citizen.apply"), code=303)


@blp.post("/apply/guardian", endpoint="apply_guardian")
@requires(Permission.APPLY_FOR_ACCOUNT)
@shown_again(apply_page, field="guardian_phone")
def name_guardian() -> Response:
    """Ask the holder of a phone to consent; whether there is one is not said."""
    with transaction() as session:
        identity.name_guardian(
            session, actor=current_actor(), phone=request.form["guardian_phone"], at=clock.now()
        )
    flash(gettext("已请监护人同意。监护人用这个手机号登录后，可以在“我的”里同意。"), "success")
    return redirect(url_for("citizen.apply"), code=303)


@blp.post("/apply/open", endpoint="apply_open")
@requires(Permission.APPLY_FOR_ACCOUNT)
@shown_again(apply_page, field="open")
def open_account() -> Response:
    """Open the account on the citizen's own application."""
    with transaction() as session:
        enrolment.open_account(session, actor=current_actor(), at=clock.now())
    flash(gettext("碳账户已开通。先授权一个场景吧。"), "success")
    return redirect(url_for("citizen.home"), code=303)


def closing_page(refusal: Refusal | None = None) -> str:
    """Say what closing the account means, with the figures of this moment."""
    today = day_in_china(clock.now())
    with transaction() as session:
        holder = holders.holder(session, current_actor(), today=today)
        closing = queries.closing(session, holder.account_id, today)
    return render_template("citizen/close.html", today=today, holder=holder, closing=closing, refusal=refusal)


@blp.get("/close", endpoint="close")
@requires(Permission.CLOSE_OWN_ACCOUNT)
@requires_fresh_factor
def ask_close() -> str:
    """First step: say what lapses and what stays."""
    return closing_page()


@blp.get("/close/confirm", endpoint="close_confirm")
@requires(Permission.CLOSE_OWN_ACCOUNT)
@requires_fresh_factor
def ask_close_again() -> str:
    """Second step: ask once more, with what lapses beside the button."""
    today = day_in_china(clock.now())
    with transaction() as session:
        holder = holders.holder(session, current_actor(), today=today)
        closing = queries.closing(session, holder.account_id, today)
    return render_template("citizen/close_confirm.html", holder=holder, closing=closing)


@blp.post("/close", endpoint="close_now")
@requires(Permission.CLOSE_OWN_ACCOUNT)
@requires_fresh_factor
@answered_by(closing_page)
def close() -> Response:
    """Close the account; what still lies in it lapses, as it was said."""
    with transaction() as session:
        enrolment.close_account(
            session,
            actor=current_actor(),
            warned_of=number_of(request.form["warned_of"]) or 0,
            withdraw_open=request.form.get("withdraw_open") == "yes",
            at=clock.now(),
        )
    flash(gettext("账户已注销，全部授权已撤回。账本仍可查看。"), "success")
    return redirect(url_for("citizen.profile"), code=303)


def _identity() -> Identity:
    """Read the identity that was typed; what cannot be read is refused with its field."""
    kind, born_on = request.form["document_type"], _day(request.form["born_on"])
    breaches = {} if kind in set(DocumentType) else {"document_type": "unknown"}
    if born_on is None:
        raise IdentityMalformed(**breaches, born_on="malformed")
    if breaches:
        raise IdentityMalformed(**breaches)
    return Identity(request.form["name"], DocumentType(kind), request.form["number"], born_on)


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None
