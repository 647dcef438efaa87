"""Staff sign in by login, password and second factor (单位用户登录), then choose for whom they act."""

from flask import current_app, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from app.door.access import current_actor, requires
from app.door.addresses import caller
from app.door.sessions import sign_in, web_session
from app.identity import commands, queries
from app.identity.errors import OrganisationNotFound, SignInFailed
from app.identity.methods import second_factors
from app.identity.values import Caller
from app.kernel import clock
from app.kernel.actor import ActorKind
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.web.auth.blueprint import blp, home_of, onward, put_by, put_by_earlier, remember_next
from app.web.forms import BLANK, Form, shown_again
from app.web.presentation.qr_codes import qr_svg


def staff_form(form: Form = BLANK) -> str:
    """Show the form for staff; only a demonstration shows a second factor."""
    secret = current_app.config["DEMO_TOTP_SECRET"]
    return render_template(
        "auth/staff.html",
        errors=form.errors,
        typed={"login": form.typed.get("login", "")},
        shown=second_factors.code_at(secret, clock.now()) if secret else None,
    )


def enrol_form(form: Form = BLANK) -> str:
    """Show the secret for an authenticator app and ask for its first code."""
    waiting = put_by_earlier("enrolling") or {}
    secret = waiting.get("secret", "")
    return render_template(
        "auth/second_factor.html",
        errors=form.errors,
        secret=secret,
        picture=qr_svg(second_factors.address_for_apps(secret, login=waiting.get("login", "")), label="TOTP")
        if secret
        else "",
    )


@blp.get("/staff/sign-in")
@requires(Permission.SIGN_IN)
def staff_sign_in() -> str | Response:
    """Ask for login, password and second factor."""
    if current_actor().signed_in:
        return redirect(home_of(current_actor()), code=303)
    remember_next()
    return staff_form()


@blp.post("/staff/sign-in")
@requires(Permission.SIGN_IN)
@shown_again(staff_form, field="login")
def give_factors() -> Response:
    """Sign in; somebody without a second factor sets one up first."""
    at = clock.now()
    with transaction() as database:
        verdict = commands.try_staff_sign_in(
            database,
            login=request.form["login"],
            password=request.form["password"],
            code=request.form.get("code", ""),
            caller=Caller(*caller()),
            at=at,
        )
    staff_id = verdict.check()
    if verdict.must_enrol:
        with transaction() as database:
            secret = commands.begin_second_factor(database, staff_id=staff_id)
        put_by("enrolling", {"staff_id": staff_id, "secret": secret, "login": request.form["login"]})
        return redirect(url_for("auth.enrol_page"), code=303)
    return _welcome(staff_id)


@blp.get("/staff/second-factor")
@requires(Permission.SIGN_IN)
def enrol_page() -> str | Response:
    """Show how to set up the second factor."""
    if put_by_earlier("enrolling") is None:
        return redirect(url_for("auth.staff_sign_in"), code=303)
    return enrol_form()


@blp.post("/staff/second-factor")
@requires(Permission.SIGN_IN)
@shown_again(enrol_form, field="code")
def enrol() -> Response:
    """Take the second factor into use by its first code, and sign in."""
    waiting = put_by_earlier("enrolling")
    if waiting is None:
        raise SignInFailed
    with transaction() as database:
        verdict = commands.confirm_second_factor(
            database, staff_id=waiting["staff_id"], code=request.form["code"], at=clock.now()
        )
    return _welcome(verdict.check())


@blp.get("/staff/organisation")
@requires(Permission.USE_OWN_SESSION)
def choose_organisation_page() -> str | Response:
    """Ask for whom a staff user acts, where they work for several."""
    actor = current_actor()
    if actor.kind is not ActorKind.STAFF:
        return redirect(home_of(actor), code=303)
    with transaction() as database:
        places = queries.workplaces_of(database, actor.staff_id or 0, at=clock.now())
        return render_template("auth/organisation.html", places=places, chosen=actor.organisation_id)


@blp.post("/staff/organisation")
@requires(Permission.USE_OWN_SESSION)
def choose_organisation() -> Response:
    """Act for this organisation from now on."""
    actor, at = current_actor(), clock.now()
    wanted = request.form.get("organisation_id", type=int)
    with transaction() as database:
        places = {
            place.organisation.id for place in queries.workplaces_of(database, actor.staff_id or 0, at=at)
        }
        if wanted not in places:
            raise OrganisationNotFound
        chosen = queries.actor_of_staff(database, actor.staff_id or 0, organisation_id=wanted, at=at)
    web_session().choose_organisation(wanted)
    return onward(chosen or actor)


def _welcome(staff_id: int) -> Response:
    """Sign a staff user in, for their one organisation or for the one they will choose."""
    wanted = session.get("next")
    with transaction() as database:
        actor = queries.actor_of_staff(database, staff_id, at=clock.now())
        places = queries.workplaces_of(database, staff_id, at=clock.now())
    if actor is None:
        raise SignInFailed
    sign_in(actor, organisation_id=actor.organisation_id)
    if wanted:
        session["next"] = wanted
    if len(places) > 1:
        return redirect(url_for("auth.choose_organisation_page"), code=303)
    return onward(actor)
