"""One's own sign-ins (我的登录): devices, sign-out, a fresh factor, password, phone."""

from flask import current_app, flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from app.door.access import current_actor, requires, requires_fresh_factor
from app.door.sessions import sign_out, web_session
from app.identity import commands, queries
from app.identity.errors import PersonNotFound, StaffNotFound
from app.identity.values import Principal, Purpose
from app.kernel import clock
from app.kernel.actor import ActorKind
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.web.auth.blueprint import blp, home_of, put_by_earlier
from app.web.auth.citizen_routes import check_code, hand_out_code
from app.web.auth.devices import device_name
from app.web.forms import BLANK, Form, shown_again
from app.web.presentation.addresses import local_path
from app.web.presentation.language import gettext


def verify_form(form: Form = BLANK) -> str:
    """Ask for a factor before a sensitive act."""
    return render_template(
        "auth/verify.html",
        errors=form.errors,
        is_citizen=current_actor().kind is ActorKind.CITIZEN,
        sent=put_by_earlier("phone") is not None,
        next=local_path(request.values.get("next")),
        shown=session.get("shown_code") if current_app.config["SHOWS_CODES"] else None,
    )


def password_form(form: Form = BLANK) -> str:
    """Ask for the present and the new password."""
    return render_template("auth/password.html", errors=form.errors, home_url=home_of(current_actor()))


def new_phone_form(form: Form = BLANK) -> str:
    """Ask for the new phone."""
    return render_template("auth/new_phone.html", errors=form.errors, typed=form.typed)


def new_phone_code_form(form: Form = BLANK) -> str:
    """Ask for the code that was sent to the new phone."""
    return render_template(
        "auth/new_phone_code.html",
        errors=form.errors,
        phone=(put_by_earlier("phone") or {}).get("phone", ""),
        shown=session.get("shown_code") if current_app.config["SHOWS_CODES"] else None,
    )


@blp.post("/sign-out")
@requires(Permission.USE_OWN_SESSION)
def leave() -> Response:
    """End the session of this browser."""
    was_citizen = current_actor().kind is ActorKind.CITIZEN
    sign_out()
    flash(gettext("已退出登录"), "success")
    answer = redirect(url_for("auth.sign_in" if was_citizen else "auth.staff_sign_in"), code=303)
    if was_citizen:
        answer.headers["Clear-Site-Data"] = '"cache", "storage"'  # the offline copy goes with its holder
    return answer


@blp.get("/account/devices")
@requires(Permission.USE_OWN_SESSION)
def devices() -> str:
    """Show where the actor is signed in."""
    actor = current_actor()
    with transaction() as database:
        found = queries.devices_of(database, Principal.of(actor), at=clock.now())
        return render_template(
            "auth/devices.html",
            devices=found,
            named={each.public_id: device_name(each.user_agent) for each in found},
            present=web_session().public_id,
            home_url=home_of(actor),
            is_citizen=actor.kind is ActorKind.CITIZEN,
        )


@blp.post("/account/devices/<public_id>/end")
@requires(Permission.USE_OWN_SESSION)
def end_device(public_id: str) -> Response:
    """End one of the actor's sessions."""
    with transaction() as database:
        commands.end_own_session(database, actor=current_actor(), public_id=public_id, at=clock.now())
    flash(gettext("该设备已退出登录"), "success")
    return redirect(url_for("auth.devices"), code=303)


@blp.post("/account/devices/end-others")
@requires(Permission.USE_OWN_SESSION)
def end_others() -> Response:
    """End all sessions of the actor but this one."""
    with transaction() as database:
        commands.end_all_sessions(
            database,
            principal=Principal.of(current_actor()),
            at=clock.now(),
            but_public_id=web_session().public_id,
        )
    flash(gettext("其他设备已全部退出登录"), "success")
    return redirect(url_for("auth.devices"), code=303)


@blp.get("/account/verify")
@requires(Permission.USE_OWN_SESSION)
def verify() -> str:
    """Ask for a factor."""
    return verify_form()


@blp.post("/account/verify/code")
@requires(Permission.USE_OWN_SESSION)
@shown_again(verify_form, field="code")
def send_verify_code() -> Response:
    """Send a code to the citizen's own phone."""
    with transaction() as database:
        phone = queries.person_card(database, current_actor().person_id or 0).phone
    hand_out_code(phone, Purpose.STEP_UP)
    return redirect(url_for("auth.verify", next=local_path(request.form.get("next"))), code=303)


@blp.post("/account/verify")
@requires(Permission.USE_OWN_SESSION)
@shown_again(verify_form, field="code")
def give_factor() -> Response:
    """Note that a factor was given now, and go on."""
    actor = current_actor()
    if actor.kind is ActorKind.CITIZEN:
        check_code(Purpose.STEP_UP)
        session.pop("phone", None)
    else:
        with transaction() as database:
            verdict = commands.try_second_factor(
                database, actor=actor, code=request.form["code"], at=clock.now()
            )
        verdict.check()
    web_session().refresh()
    wanted = local_path(request.form.get("next"))
    return redirect(wanted if wanted != "/" else home_of(actor), code=303)


@blp.get("/account/password")
@requires(Permission.USE_OWN_SESSION)
def password_page() -> str:
    """Ask staff for the present and the new password; citizens have none."""
    if current_actor().kind is not ActorKind.STAFF:
        raise StaffNotFound
    return password_form()


@blp.post("/account/password")
@requires(Permission.USE_OWN_SESSION)
@shown_again(password_form, field="present", where={"staff.password_weak": "wanted"})
def change_password() -> Response:
    """Change the password and end all other sessions."""
    with transaction() as database:
        verdict = commands.change_password(
            database,
            actor=current_actor(),
            present=request.form["present"],
            wanted=request.form["wanted"],
            at=clock.now(),
            but_public_id=web_session().public_id,
        )
    verdict.check()
    flash(gettext("密码已更改，其他设备已退出登录"), "success")
    return redirect(url_for("auth.devices"), code=303)


@blp.get("/account/phone")
@requires(Permission.USE_OWN_SESSION)
@requires_fresh_factor
def new_phone_page() -> str:
    """Ask a citizen for the new phone; staff have none."""
    if current_actor().kind is not ActorKind.CITIZEN:
        raise PersonNotFound
    return new_phone_form()


@blp.post("/account/phone")
@requires(Permission.USE_OWN_SESSION)
@requires_fresh_factor
@shown_again(new_phone_form, field="phone")
def send_new_phone_code() -> Response:
    """Send a code to the new phone."""
    hand_out_code(request.form["phone"], Purpose.CHANGE_PHONE)
    return redirect(url_for("auth.new_phone_code_page"), code=303)


@blp.get("/account/phone/code")
@requires(Permission.USE_OWN_SESSION)
@requires_fresh_factor
def new_phone_code_page() -> str:
    """Ask for the code that was sent to the new phone."""
    return new_phone_code_form()


@blp.post("/account/phone/code")
@requires(Permission.USE_OWN_SESSION)
@requires_fresh_factor
@shown_again(new_phone_code_form, field="code")
def change_phone() -> Response:
    """Change the phone: other sessions end, the old number is told."""
    phone = check_code(Purpose.CHANGE_PHONE)
    session.pop("phone", None)
    with transaction() as database:
        commands.change_phone(
            database,
            actor=current_actor(),
            phone=phone,
            at=clock.now(),
            but_public_id=web_session().public_id,
        )
    flash(gettext("手机号已更换，其他设备已退出登录"), "success")
    return redirect(url_for("auth.devices"), code=303)
