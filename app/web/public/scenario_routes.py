"""Scenarios and accounting methods (低碳场景、核算方法): every formula, factor, source and limit."""

from flask import render_template, request

from app.door.access import requires
from app.kernel import clock
from app.kernel.days import day_in_china
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports import neighbours, published_methods, rules_in_force, scenario_pages
from app.web.public.blueprint import blp


@blp.get("/scenarios")
@requires(Permission.READ_PUBLIC)
def scenarios() -> str:
    """List the scenarios that citizens can authorise, by field of life."""
    wanted = request.args.get("field") or None
    with transaction() as session:
        found = scenario_pages.known(session, life_field=wanted)
        fields = scenario_pages.life_fields(session)
    return render_template("public/scenarios.html", wanted=wanted, scenarios=found, fields=fields)


@blp.get("/scenarios/<code>")
@requires(Permission.READ_PUBLIC)
def scenario(code: str) -> str:
    """Show one scenario with how its behaviour is counted and what is asked of those who join."""
    today = day_in_china(clock.now())
    with transaction() as session:
        found = scenario_pages.one(session, code=code)
        methods = published_methods.of_codes(session, found.methods)
        rule = rules_in_force.rule_on(session, today)
    return render_template(
        "public/scenario.html",
        today=today,
        found=found,
        methods=methods,
        rule=rule,
        neighbours=neighbours.of_methods(found.methods),
    )


@blp.get("/methods")
@requires(Permission.READ_PUBLIC)
def methods() -> str:
    """List every accounting method with the version in force."""
    with transaction() as session:
        found = published_methods.every(session)
    return render_template("public/methods.html", today=day_in_china(clock.now()), methods=found)


@blp.get("/methods/<code>")
@requires(Permission.READ_PUBLIC)
def method(code: str) -> str:
    """Show one method with all its versions."""
    today = day_in_china(clock.now())
    with transaction() as session:
        found = published_methods.one(session, code)
        rule = rules_in_force.rule_on(session, today)
    return render_template(
        "public/method.html",
        today=today,
        method=found,
        rule=rule,
        neighbours=neighbours.of_methods((code,)),
    )
