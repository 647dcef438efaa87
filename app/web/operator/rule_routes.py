"""Conversion rules before the operator (转换规则): all versions, and the drafts of the next one."""

from flask import render_template

from app.door.access import requires
from app.kernel import clock, drafts
from app.kernel.days import day_in_china
from app.kernel.drafts import DraftKind
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports import rules_in_force
from app.web.operator.blueprint import blp


@blp.get("/rules")
@requires(Permission.PUBLISH_RULES)
def rules() -> str:
    """Show every version of the rule, and what is being drafted."""
    today = day_in_china(clock.now())
    with transaction() as session:
        found = rules_in_force.every_rule(session, today)
        waiting = drafts.open_drafts(session, DraftKind.RULE)
    return render_template("operator/rules.html", rules=found, drafts=waiting, today=today)
