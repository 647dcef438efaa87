"""One's address for letters (邮箱提醒): naming it, confirming it by a code, choosing kinds, removing it."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.door.access import current_actor, requires
from app.identity import commands as identity
from app.identity import queries as people
from app.identity.errors import EmailCodeWrong
from app.identity.values import OPTIONAL_KINDS
from app.kernel import clock
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports import holders
from app.web.citizen.blueprint import blp
from app.web.forms import BLANK, Form, shown_again
from app.web.presentation.language import gettext


def email_page(form: Form) -> str:
    """Show one's address and what is sent there."""
    with transaction() as session:
        person = holders.person(session, current_actor())
        own = people.own_email(session, person.id)
    return render_template("citizen/email.html", own=own, errors=form.errors, typed=form.typed)


@blp.get("/email", endpoint="email")
@requires(Permission.READ_OWN_ACCOUNT)
def show_email() -> str:
    """Show one's address for letters."""
    return email_page(BLANK)


@blp.post("/email", endpoint="email_set")
@requires(Permission.USE_OWN_SESSION)
@shown_again(email_page, field="address")
def set_email() -> Response:
    """Name an address; a code goes there."""
    with transaction() as session:
        identity.set_email(
            session, actor=current_actor(), address=request.form.get("address", ""), at=clock.now()
        )
    flash(gettext("验证码已发往这个邮箱，15 分钟内有效。"), "success")
    return redirect(url_for("citizen.email"), code=303)


@blp.post("/email/confirm", endpoint="email_confirm")
@requires(Permission.USE_OWN_SESSION)
@shown_again(email_page, field="code")
def confirm_email() -> Response:
    """Confirm the address by the code; a wrong try counts."""
    with transaction() as session:
        right = identity.try_email_code(
            session, actor=current_actor(), code=request.form.get("code", ""), at=clock.now()
        )
    if not right:
        raise EmailCodeWrong
    flash(gettext("邮箱已确认。"), "success")
    return redirect(url_for("citizen.email"), code=303)


@blp.post("/email/kinds", endpoint="email_kinds")
@requires(Permission.USE_OWN_SESSION)
def choose_letters() -> Response:
    """Keep which kinds of message come by e-mail."""
    with transaction() as session:
        identity.choose_letters(
            session,
            actor=current_actor(),
            by_email={kind for kind in OPTIONAL_KINDS if request.form.get(f"email_{kind.value}") == "yes"},
            at=clock.now(),
        )
    flash(gettext("邮件设置已保存。"), "success")
    return redirect(url_for("citizen.email"), code=303)


@blp.post("/email/remove", endpoint="email_remove")
@requires(Permission.USE_OWN_SESSION)
def remove_email() -> Response:
    """Forget the address."""
    with transaction() as session:
        identity.remove_email(session, actor=current_actor(), at=clock.now())
    flash(gettext("邮箱已删除，不再发送邮件。"), "success")
    return redirect(url_for("citizen.email"), code=303)
