"""Citizens sign in by phone and a one-time code (公众登录); the first time they read the privacy notice."""

from flask import current_app, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from app.door.access import current_actor, requires
from app.door.addresses import caller
from app.door.sessions import browser_mark, sign_in
from app.identity import commands, queries
from app.identity.errors import CodeNotValid, PrivacyNotAccepted
from app.identity.values import PRIVACY_VERSION, Caller, Purpose
from app.kernel import clock, sms
from app.kernel.actor import Actor
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.web.auth.blueprint import blp, home_of, onward, put_by, put_by_earlier, remember_next
from app.web.forms import BLANK, Form, shown_again


def phone_form(form: Form = BLANK) -> str:
    """Show the form that asks for a phone."""
    return render_template("auth/phone.html", errors=form.errors, typed=form.typed)


def code_form(form: Form = BLANK) -> str:
    """Show the form that asks for the code; only a demonstration shows the code itself."""
    return render_template(
        "auth/code.html",
        errors=form.errors,
        typed=form.typed,
        phone=(put_by_earlier("phone") or {}).get("phone", ""),
        shown=session.get("shown_code") if current_app.config["SHOWS_CODES"] else None,
    )


def privacy_form(form: Form = BLANK) -> str:
    """Show the privacy notice with a box that nobody has ticked."""
    return render_template("auth/privacy_accept.html", errors=form.errors, version=PRIVACY_VERSION)


@blp.get("/sign-in", endpoint="sign_in")
@requires(Permission.SIGN_IN)
def sign_in_page() -> str | Response:
    """Ask for a phone."""
    if current_actor().signed_in:
        return redirect(home_of(current_actor()), code=303)
    remember_next()
    return phone_form()


@blp.post("/sign-in")
@requires(Permission.SIGN_IN)
@shown_again(phone_form, field="phone")
def send_code() -> Response:
    """Send a code to the phone; the answer is the same whether somebody is registered with it."""
    hand_out_code(request.form["phone"], Purpose.SIGN_IN)
    return redirect(url_for("auth.code_page"), code=303)


@blp.get("/sign-in/code")
@requires(Permission.SIGN_IN)
def code_page() -> str | Response:
    """Ask for the code that was sent."""
    if put_by_earlier("phone") is None:
        return redirect(url_for("auth.sign_in"), code=303)
    return code_form()


@blp.post("/sign-in/code")
@requires(Permission.SIGN_IN)
@shown_again(code_form, field="code")
def give_code() -> Response:
    """Sign in with the code, by way of the privacy notice where it was not accepted yet."""
    phone = check_code(Purpose.SIGN_IN)
    with transaction() as database:
        person = queries.person_by_phone(database, phone)
        known = person is not None and person.privacy_version == PRIVACY_VERSION
        actor = queries.actor_of_person(database, person.id, at=clock.now()) if person and known else None
    if actor is None:
        put_by("proved", {"phone": phone})
        return redirect(url_for("auth.accept_privacy_page"), code=303)
    return _welcome(actor)


@blp.get("/sign-in/privacy")
@requires(Permission.SIGN_IN)
def accept_privacy_page() -> str | Response:
    """Show the privacy notice to somebody whose phone is proved."""
    if put_by_earlier("proved") is None:
        return redirect(url_for("auth.sign_in"), code=303)
    return privacy_form()


@blp.post("/sign-in/privacy")
@requires(Permission.SIGN_IN)
@shown_again(privacy_form, field="accepted")
def accept_privacy() -> Response:
    """Register somebody who read the notice and agrees."""
    proved, at = put_by_earlier("proved"), clock.now()
    if proved is None:
        raise CodeNotValid
    with transaction() as database:
        earlier = queries.person_by_phone(database, proved["phone"])
        if earlier is not None and earlier.privacy_version == PRIVACY_VERSION:
            raise CodeNotValid  # the proof was used before
        if request.form.get("accepted") != PRIVACY_VERSION:
            raise PrivacyNotAccepted
        person = commands.register_person(
            database, phone=proved["phone"], privacy_version=request.form["accepted"], at=at
        )
        actor = queries.actor_of_person(database, person.id, at=at)
    if actor is None:
        raise CodeNotValid
    return _welcome(actor)


@blp.get("/privacy")
@requires(Permission.READ_PUBLIC)
def privacy() -> str:
    """Show the privacy notice to anybody."""
    return render_template("auth/privacy.html", version=PRIVACY_VERSION)


def hand_out_code(phone: str, purpose: Purpose) -> None:
    """Send a code to a phone and keep the phone for the next step."""
    with transaction() as database:
        issued = commands.issue_code(
            database,
            phone=phone,
            purpose=purpose,
            browser=browser_mark(),
            caller=Caller(*caller()),
            at=clock.now(),
        )
    sms.sender().send(phone=issued.phone, text=sms.code_text(issued.code))
    put_by("phone", {"phone": issued.phone})
    if current_app.config["SHOWS_CODES"]:
        session["shown_code"] = issued.code


def check_code(purpose: Purpose) -> str:
    """Return the phone whose code was typed; the try is counted whatever comes of it.

    Raises:
        CodeNotValid: the code is not the one sent.
    """
    waiting = put_by_earlier("phone")
    if waiting is None:
        raise CodeNotValid
    with transaction() as database:
        verdict = commands.try_code(
            database,
            phone=waiting["phone"],
            purpose=purpose,
            browser=browser_mark(),
            code=request.form["code"],
            at=clock.now(),
        )
    verdict.check()
    session.pop("shown_code", None)
    return str(waiting["phone"])


def _welcome(actor: Actor) -> Response:
    wanted = session.get("next")
    sign_in(actor)
    if wanted:
        session["next"] = wanted
    return onward(actor)
