"""Disclosure before the operator (信息公开): how far it is added up, the snapshots, and correcting one.

There is nothing to fill in: snapshots are written by the job from the ledger. What the operator can
do is publish a month anew, with a reason, when its lists were wrong.
"""

from typing import Any

from flask import render_template, request

from app.disclosure import chain, queries
from app.door.access import current_actor, requires, requires_fresh_factor
from app.journeys import disclosing
from app.kernel import clock
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.web.desk.forms import Typed, kept, moved, refusal, shown_again
from app.web.operator.blueprint import blp
from app.web.presentation.language import gettext
from app.web.public import measures


@blp.get("/disclosure")
@requires(Permission.SEE_OPERATIONS)
def disclosure() -> str:
    """Show how far the days are added up, what waits, and every snapshot with its state."""
    at = clock.now()
    with transaction() as session:
        found = queries.snapshots(session)
        up_to = queries.last_day(session)
        waiting = queries.waiting_cells(session)
        late = disclosing.days_due(session, at=at)
    links = [chain.Link(each.number, each.body, each.prev_hash, each.hash) for each in reversed(found)]
    return render_template(
        "operator/disclosure.html",
        snapshots=found,
        up_to=up_to,
        waiting={measures.measure_name(measure): cells for measure, cells in waiting.items()},
        late=late,
        broken=chain.broken_at(links),
        corrected_by={each.corrects_id: each.number for each in found if each.corrects_id},
    )


@blp.get("/disclosure/<number>")
@requires(Permission.CORRECT_DISCLOSURE)
@requires_fresh_factor
def snapshot(number: str) -> str:
    """Show the form that publishes a month anew."""
    with transaction() as session:
        found = queries.snapshot(session, number)
        latest = queries.editions(session, found.month)[-1]
    return render_template(
        "operator/snapshot.html", snapshot=found, latest=latest, typed=kept(), refusal=refusal()
    )


@blp.post("/disclosure/<number>/correct")
@requires(Permission.CORRECT_DISCLOSURE)
@requires_fresh_factor
@shown_again(snapshot)
def correct_snapshot(number: str) -> Any:
    """Publish the month anew from the data as they are now, as a linked edition."""
    typed = Typed(request.form)
    reason = typed.text("reason", most=500)
    typed.ticked("confirmed")
    typed.check()
    with transaction() as session:
        made = disclosing.correct_snapshot(
            session, actor=current_actor(), number=number, reason=reason, at=clock.now()
        )
        made_number = made.number
    return moved("operator.disclosure", gettext("已公布更正版 %(number)s，原版保留。", number=made_number))
