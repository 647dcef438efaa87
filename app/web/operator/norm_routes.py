"""Evaluation norms and accounting methods before the operator (场景评价规范、核算方法): all versions."""

from flask import render_template

from app.door.access import requires
from app.kernel import clock, drafts
from app.kernel.days import day_in_china
from app.kernel.drafts import DraftKind
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports import published_methods
from app.web.operator.blueprint import blp
from scenarios import queries


@blp.get("/norms")
@requires(Permission.ASSESS_SCENARIO)
def norms() -> str:
    """Show every version of the checklist by which scenarios are assessed."""
    with transaction() as session:
        found = [(norm, queries.items_of(norm)) for norm in queries.norms(session)]
        waiting = drafts.open_drafts(session, DraftKind.NORM)
    return render_template(
        "operator/norms.html", norms=found, drafts=waiting, today=day_in_china(clock.now())
    )


@blp.get("/methods")
@requires(Permission.PUBLISH_RULES)
def methods() -> str:
    """Show every method with the version in force and those to come."""
    with transaction() as session:
        found = published_methods.every(session)
        waiting = drafts.open_drafts(session, DraftKind.METHOD)
    return render_template(
        "operator/methods.html", methods=found, drafts=waiting, today=day_in_china(clock.now())
    )
