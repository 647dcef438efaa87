"""Scenarios and authorisations (场景与授权): each scenario by itself, nothing ticked beforehand."""

from typing import Final

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.door.access import current_actor, requires
from app.journeys import authorisations
from app.kernel import clock
from app.kernel.days import day_in_china
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports import holders, published_methods, rules_in_force, scenario_pages
from app.web.citizen.blueprint import blp
from app.web.forms import BLANK, Form, shown_again
from app.web.presentation.language import gettext
from scenarios.errors import HostUserTaken, HostUserWrong

AT_HOST_USER: Final = {HostUserTaken.code: "host_user", HostUserWrong.code: "host_user"}
"""Refusals that are about the reference at the host."""


def scenario_page(form: Form, code: str) -> str:
    """Show one scenario with its authorisation form, or with the authorisation in force."""
    today = day_in_china(clock.now())
    with transaction() as session:
        holder = holders.holder(session, current_actor(), today=today)
        found = scenario_pages.one(session, code=code, account_id=holder.account_id)
        methods = published_methods.of_codes(session, found.methods)
        rule = rules_in_force.rule_on(session, today)
    return render_template(
        "citizen/scenario.html",
        today=today,
        found=found,
        methods=methods,
        rule=rule,
        errors=form.errors,
        typed=form.typed,
        ticked=request.form.getlist("data_kinds"),
    )


def proposal_page(form: Form, proposal_id: int) -> str:
    """Show a link that a host proposed, with what confirming it would authorise."""
    with transaction() as session:
        person = holders.person(session, current_actor())
        shown = scenario_pages.proposal(session, proposal_id, person_id=person.id)
    return render_template(
        "citizen/proposal.html",
        shown=shown,
        errors=form.errors,
        typed=form.typed,
        ticked=request.form.getlist("data_kinds"),
    )


@blp.get("/scenarios")
@requires(Permission.READ_OWN_ACCOUNT)
def scenarios() -> str:
    """Show the scenarios, those authorised first, and the links that hosts proposed."""
    today = day_in_china(clock.now())
    with transaction() as session:
        holder = holders.holder(session, current_actor(), today=today)
        known = scenario_pages.of_holder(session, account_id=holder.account_id)
        proposals = scenario_pages.proposals(session, person_id=holder.person_id)
    return render_template("citizen/scenarios.html", today=today, known=known, proposals=proposals)


@blp.get("/scenarios/<code>")
@requires(Permission.READ_OWN_ACCOUNT)
def scenario(code: str) -> str:
    """Show one scenario: how it counts, what it reads, whether it is authorised."""
    return scenario_page(BLANK, code)


@blp.post("/scenarios/<code>")
@requires(Permission.AUTHORISE_SCENARIO)
@shown_again(scenario_page, field="data_kinds", where=AT_HOST_USER)
def authorise(code: str) -> Response:
    """Give leave for this scenario and the kinds of data that were ticked."""
    with transaction() as session:
        authorisations.authorise(
            session,
            actor=current_actor(),
            scenario_code=code,
            host_user=request.form["host_user"],
            data_kinds=request.form.getlist("data_kinds"),
            text_version=request.form["text_version"],
            at=clock.now(),
        )
    flash(gettext("已授权。从现在起的行为会计入您的账户。"), "success")
    return redirect(url_for("citizen.scenario", code=code), code=303)


@blp.post("/authorisations/<int:authorisation_id>/withdraw", endpoint="scenario_withdraw")
@requires(Permission.AUTHORISE_SCENARIO)
def withdraw(authorisation_id: int) -> Response:
    """Withdraw an authorisation at once; points already issued stay."""
    with transaction() as session:
        authorisations.withdraw(
            session, actor=current_actor(), authorisation_id=authorisation_id, at=clock.now()
        )
    flash(gettext("授权已撤回，不再接收新数据。已得的积分保留。"), "success")
    return redirect(url_for("citizen.scenarios"), code=303)


@blp.get("/proposals/<int:proposal_id>")
@requires(Permission.AUTHORISE_SCENARIO)
def proposal(proposal_id: int) -> str:
    """Show a link that a host proposed."""
    return proposal_page(BLANK, proposal_id)


@blp.post("/proposals/<int:proposal_id>", endpoint="proposal_confirm")
@requires(Permission.AUTHORISE_SCENARIO)
@shown_again(proposal_page, field="data_kinds")
def confirm(proposal_id: int) -> Response:
    """Confirm the link and give the authorisation that it needs."""
    with transaction() as session:
        authorisations.confirm_link(
            session,
            actor=current_actor(),
            proposal_id=proposal_id,
            data_kinds=request.form.getlist("data_kinds"),
            text_version=request.form["text_version"],
            at=clock.now(),
        )
    flash(gettext("已确认关联并授权。从现在起的行为会计入您的账户。"), "success")
    return redirect(url_for("citizen.scenarios"), code=303)


@blp.post("/proposals/<int:proposal_id>/decline", endpoint="proposal_decline")
@requires(Permission.AUTHORISE_SCENARIO)
def decline(proposal_id: int) -> Response:
    """Decline the link; nothing of it takes effect."""
    with transaction() as session:
        authorisations.decline_link(session, actor=current_actor(), proposal_id=proposal_id, at=clock.now())
    flash(gettext("已拒绝，没有建立任何关联。"), "success")
    return redirect(url_for("citizen.scenarios"), code=303)
