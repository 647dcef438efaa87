"""Evaluation norms before the operator (场景评价规范): all versions, line by line."""

from flask import render_template

from app.door.access import requires
from app.kernel import clock
from app.kernel.days import day_in_china
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.web.operator.blueprint import blp
from scenarios import queries


@blp.get("/norms")
@requires(Permission.ASSESS_SCENARIO)
def norms() -> str:
    """Show every version of the checklist by which scenarios are assessed."""
    with transaction() as session:
        found = [(norm, queries.items_of(norm)) for norm in queries.norms(session)]
    return render_template("operator/norms.html", norms=found, today=day_in_china(clock.now()))
