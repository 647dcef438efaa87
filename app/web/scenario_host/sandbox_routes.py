"""Sandboxes (沙箱): a host rehearses its files and calls with users it makes up; points never count."""

from typing import Any

from flask import render_template, request

from app.door.access import current_actor, requires
from app.journeys.scenario_registration import open_sandbox
from app.kernel import clock
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports import host_desk
from app.web.desk.forms import Typed, kept, moved, refusal, shown_again
from app.web.presentation.language import gettext
from app.web.scenario_host.blueprint import blp


@blp.get("/sandboxes/new")
@requires(Permission.MANAGE_PROFILES)
def new_sandbox() -> str:
    """Show the form of a sandbox."""
    with transaction() as session:
        methods = [(method.code, version) for method, version in host_desk.methods_to_choose(session)]
    return render_template(
        "scenario_host/sandbox_form.html", methods=methods, typed=kept(), refusal=refusal()
    )


@blp.post("/sandboxes")
@requires(Permission.MANAGE_PROFILES)
@shown_again(new_sandbox)
def create_sandbox() -> Any:
    """Open a sandbox; it takes data at once."""
    typed = Typed(request.form)
    name, code = typed.text("name", most=80), typed.text("code", most=40)
    methods = typed.several("methods")
    if not methods:
        typed.breach("methods", "at least one accounting method")
    typed.check()
    with transaction() as session:
        made = open_sandbox(
            session, actor=current_actor(), code=code, name=name, methods=methods, at=clock.now()
        )
    return moved("scenario_host.scenario", gettext("沙箱已开设，现在就可以传送数据。"), code=made.code)
