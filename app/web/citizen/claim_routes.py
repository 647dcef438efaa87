"""Claims about missing behaviour (补登申诉): filed, followed, appealed against or withdrawn."""

from datetime import date, timedelta

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.door.access import current_actor, requires
from app.journeys import claims as journey
from app.kernel import clock
from app.kernel.days import day_in_china
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports import claims, holders
from app.web import claim_words
from app.web.citizen.blueprint import blp
from app.web.forms import BLANK, Form, shown_again
from app.web.presentation.language import gettext
from scenarios import queries
from scenarios.errors import ClaimDayWrong, ClaimExists, ClaimNotAuthorised, ScenarioNotFound
from scenarios.states import ClaimState, acts_on_claim

AT_DAY = {error.code: "day" for error in (ClaimDayWrong, ClaimNotAuthorised, ClaimExists)} | {
    ScenarioNotFound.code: "scenario"
}
"""Refusals that are about the day or the scenario."""


def claim_form(form: Form) -> str:
    """Ask which scenario, which day, and what is missing."""
    today = day_in_china(clock.now())
    with transaction() as session:
        holder = holders.holder(session, current_actor(), today=today)
        choices = claims.claimable(session, account_id=holder.account_id, today=today)
    return render_template(
        "citizen/claim_new.html",
        today=today,
        choices=choices,
        first_on=min((choice.first_on for choice in choices), default=today),
        usual_on=today - timedelta(days=1),
        errors=form.errors,
        typed=form.typed or request.args.to_dict(),
    )


def claim_page(form: Form, claim_id: int) -> str:
    """Show one claim: where it stands, until when it is answered, what can be done."""
    today = day_in_china(clock.now())
    with transaction() as session:
        holder = holders.holder(session, current_actor(), today=today)
        file = claims.claim_file(session, claim_id, account_id=holder.account_id)
    return render_template(
        "citizen/claim.html",
        today=today,
        file=file,
        look=claim_words.STATES[file.claim.state],
        events=claim_words.told(file.steps, None, None),
        acts={act.value for act in acts_on_claim(ClaimState(file.claim.state))},
        errors=form.errors,
        typed=form.typed,
    )


@blp.get("/claims", endpoint="claims")
@requires(Permission.READ_OWN_ACCOUNT)
def show_claims() -> str:
    """Show one's claims, the latest first."""
    today = day_in_china(clock.now())
    with transaction() as session:
        holder = holders.holder(session, current_actor(), today=today)
        found = queries.claims_of(session, holder.account_id)
    return render_template("citizen/claims.html", today=today, claims=found, looks=claim_words.STATES)


@blp.get("/claims/new", endpoint="claim_new")
@requires(Permission.CLAIM_MISSING_BEHAVIOUR)
def new_claim() -> str:
    """Ask what is missing."""
    return claim_form(BLANK)


@blp.post("/claims", endpoint="claim_file")
@requires(Permission.CLAIM_MISSING_BEHAVIOUR)
@shown_again(claim_form, field="said", where=AT_DAY)
def file_claim() -> Response:
    """File a claim."""
    with transaction() as session:
        made = journey.file(
            session,
            actor=current_actor(),
            scenario_code=request.form["scenario"],
            day=_day(request.form["day"]),
            said=request.form["said"],
            reference=request.form.get("reference"),
            at=clock.now(),
        )
    flash(gettext("申诉已提交，会在承诺的日期前答复您。"), "success")
    return redirect(url_for("citizen.claim", claim_id=made.id), code=303)


@blp.get("/claims/<int:claim_id>", endpoint="claim")
@requires(Permission.READ_OWN_ACCOUNT)
def show_claim(claim_id: int) -> str:
    """Show one claim."""
    return claim_page(BLANK, claim_id)


@blp.post("/claims/<int:claim_id>/appeal", endpoint="claim_appeal")
@requires(Permission.CLAIM_MISSING_BEHAVIOUR)
@shown_again(claim_page, field="reason")
def appeal(claim_id: int) -> Response:
    """Appeal against a refusal."""
    with transaction() as session:
        journey.appeal(
            session, actor=current_actor(), claim_id=claim_id, reason=request.form["reason"], at=clock.now()
        )
    flash(gettext("已申请复核，由另一名经办人答复。"), "success")
    return redirect(url_for("citizen.claim", claim_id=claim_id), code=303)


@blp.post("/claims/<int:claim_id>/withdraw", endpoint="claim_withdraw")
@requires(Permission.CLAIM_MISSING_BEHAVIOUR)
@shown_again(claim_page, field="reason")
def withdraw(claim_id: int) -> Response:
    """Withdraw a claim that waits for its answer."""
    with transaction() as session:
        journey.withdraw(session, actor=current_actor(), claim_id=claim_id, at=clock.now())
    flash(gettext("申诉已撤回。"), "success")
    return redirect(url_for("citizen.claim", claim_id=claim_id), code=303)


def _day(typed: str) -> date:
    """Return the day that was typed; one that cannot be read is as wrong as one that is ahead.

    Raises:
        ClaimDayWrong: it is no day.
    """
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise ClaimDayWrong(day=typed[:20]) from None
