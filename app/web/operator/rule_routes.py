"""Conversion rules before the operator (转换规则): all versions, and publishing the next one."""

from typing import Any

from flask import render_template, request

from app.door.access import current_actor, requires, requires_fresh_factor
from app.kernel import clock
from app.kernel.days import day_in_china
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports import rules_in_force
from app.web.desk.forms import Typed, kept, moved, refusal, shown_again
from app.web.operator.blueprint import blp
from app.web.presentation.language import gettext
from points import commands


@blp.get("/rules")
@requires(Permission.PUBLISH_RULES)
def rules() -> str:
    """Show every version of the rule."""
    today = day_in_china(clock.now())
    with transaction() as session:
        found = rules_in_force.every_rule(session, today)
    return render_template("operator/rules.html", rules=found, today=today)


@blp.get("/rules/new")
@requires(Permission.PUBLISH_RULES)
@requires_fresh_factor
def new_rule() -> str:
    """Show the form of a new version, filled with what holds now."""
    today = day_in_china(clock.now())
    with transaction() as session:
        present = rules_in_force.rule_on(session, today)
    held = (
        {}
        if present is None
        else {
            "grams_per_point": present.grams_per_point,
            "validity_months": present.validity_months,
            "text_zh": present.text_zh,
            "text_en": present.text_en,
        }
    )
    return render_template(
        "operator/rule_form.html", present=present, today=today, typed=kept(held), refusal=refusal()
    )


@blp.post("/rules")
@requires(Permission.PUBLISH_RULES)
@requires_fresh_factor
@shown_again(new_rule)
def publish_rule() -> Any:
    """Publish a new version; it holds from a later day on, for new points."""
    typed = Typed(request.form)
    said = {
        "version": typed.text("version", most=40),
        "grams_per_point": typed.whole("grams_per_point", least=1, most=1_000_000),
        "validity_months": typed.whole("validity_months", least=1, most=60),
        "valid_from": typed.day("valid_from"),
        "text_zh": typed.text("text_zh", most=4_000),
        "text_en": typed.text("text_en", most=4_000),
    }
    typed.ticked("confirmed")
    typed.check()
    with transaction() as session:
        commands.publish_rule(session, actor=current_actor(), at=clock.now(), **said)  # type: ignore[arg-type]
    return moved("operator.rules", gettext("已公布，自生效日起对新发放的积分适用。"))
