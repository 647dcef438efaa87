"""First sign-in of staff (激活账号): a code from the own manager, a password, then the second factor."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.door.access import requires
from app.door.addresses import caller
from app.identity import commands
from app.identity.values import Caller
from app.kernel import clock
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.web.auth.blueprint import blp, put_by
from app.web.forms import BLANK, Form, shown_again


def activation_form(form: Form = BLANK) -> str:
    """Ask for login, activation code and the new password."""
    typed = {name: form.typed.get(name, "") for name in ("login", "code")}
    return render_template("auth/activation.html", errors=form.errors, typed=typed)


@blp.get("/staff/activate")
@requires(Permission.SIGN_IN)
def activation_page() -> str:
    """Show the form with which somebody new sets a password."""
    return activation_form()


@blp.post("/staff/activate")
@requires(Permission.SIGN_IN)
@shown_again(activation_form, field="code", where={"staff.password_weak": "password"})
def activate() -> Response:
    """Set the password and go on to the second factor."""
    login = request.form["login"]
    with transaction() as database:
        verdict = commands.activate_staff(
            database,
            login=login,
            code=request.form["code"],
            password=request.form["password"],
            caller=Caller(*caller()),
            at=clock.now(),
        )
    staff_id = verdict.check()
    with transaction() as database:
        secret = commands.begin_second_factor(database, staff_id=staff_id)
    put_by("enrolling", {"staff_id": staff_id, "secret": secret, "login": login.strip().lower()})
    return redirect(url_for("auth.enrol_page"), code=303)
