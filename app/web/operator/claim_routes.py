"""Claims about missing behaviour before the operator (补登申诉): to the host, closed by data, or refused.

There is no act here that makes points: a claim is closed by what the host sent, or with a reason (Q-71).
"""

from typing import Any

from flask import render_template, request

from app.door.access import current_actor, requires
from app.journeys import claims as journey
from app.kernel import clock
from app.kernel.days import day_in_china
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports import claims
from app.web import claim_words
from app.web.desk import registration
from app.web.desk.forms import kept, moved, refusal, shown_again, whole_or_none
from app.web.operator.blueprint import blp
from app.web.presentation.language import gettext
from scenarios.states import ClaimState, acts_on_claim

VIEWS = {"mine": claims.OF_OPERATOR, "host": claims.AT_HOST}


@blp.get("/claims", endpoint="claims")
@requires(Permission.ANSWER_CLAIMS)
def show_claims() -> str:
    """List the claims: those that wait for the operator, those with a host, all."""
    view = request.args.get("view", "mine")
    after = whole_or_none("after") or 0
    with transaction() as session:
        page = claims.waiting_claims(
            session, VIEWS.get(view), after=min(after, 100_000), newest_first=view not in VIEWS
        )
        counts = claims.counts(session)
    return render_template(
        "operator/claims.html",
        today=day_in_china(clock.now()),
        view=view,
        page=page,
        counts=counts,
        looks=claim_words.STATES,
    )


@blp.get("/claims/<int:claim_id>", endpoint="claim")
@requires(Permission.ANSWER_CLAIMS)
def show_claim(claim_id: int) -> str:
    """Show one claim with what came in for it and what may be done."""
    with transaction() as session:
        file = claims.claim_file(session, claim_id)
    actor = current_actor()
    return render_template(
        "operator/claim.html",
        today=day_in_china(clock.now()),
        file=file,
        look=claim_words.STATES[file.claim.state],
        events=claim_words.told(file.steps, file.names, registration.actor_label),
        acts={act.value for act in acts_on_claim(ClaimState(file.claim.state))},
        decides=actor.may(Permission.DECIDE_APPEALS),
        refused_by_me=file.claim.refused_by == actor.ref,
        typed=kept(),
        refusal=refusal(),
    )


@blp.post("/claims/<int:claim_id>/forward", endpoint="claim_forward")
@requires(Permission.ANSWER_CLAIMS)
@shown_again(show_claim)
def forward(claim_id: int) -> Any:
    """Ask the host to send the behaviour again."""
    with transaction() as session:
        journey.forward(
            session,
            actor=current_actor(),
            claim_id=claim_id,
            note=request.form.get("reason", ""),
            at=clock.now(),
        )
    return moved("operator.claim", gettext("已请场景方补传，并告知本人。"), claim_id=claim_id)


@blp.post("/claims/<int:claim_id>/resolve", endpoint="claim_resolve")
@requires(Permission.ANSWER_CLAIMS)
@shown_again(show_claim)
def resolve(claim_id: int) -> Any:
    """Close a claim with the data that came in."""
    with transaction() as session:
        journey.resolve(session, actor=current_actor(), claim_id=claim_id, at=clock.now())
    return moved("operator.claim", gettext("已以场景方补传的数据办结。"), claim_id=claim_id)


@blp.post("/claims/<int:claim_id>/refuse", endpoint="claim_refuse")
@requires(Permission.ANSWER_CLAIMS)
@shown_again(show_claim)
def refuse(claim_id: int) -> Any:
    """Refuse a claim with a reason."""
    with transaction() as session:
        journey.refuse(
            session,
            actor=current_actor(),
            claim_id=claim_id,
            reason=request.form.get("reason", ""),
            at=clock.now(),
        )
    return moved("operator.claim", gettext("已答复，本人可以申请复核。"), claim_id=claim_id)


@blp.post("/claims/<int:claim_id>/uphold", endpoint="claim_uphold")
@requires(Permission.DECIDE_APPEALS)
@shown_again(show_claim)
def uphold(claim_id: int) -> Any:
    """Hold to the refusal after an appeal, as another person."""
    with transaction() as session:
        journey.uphold(
            session,
            actor=current_actor(),
            claim_id=claim_id,
            reason=request.form.get("reason", ""),
            at=clock.now(),
        )
    return moved("operator.claim", gettext("复核已答复。"), claim_id=claim_id)
