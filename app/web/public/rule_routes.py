"""Rules and figures (规则与数据): what holds now, what held before, how much came of it."""

from flask import render_template

from app.door.access import requires
from app.kernel import clock
from app.kernel.days import day_in_china
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports import published_figures, rules_in_force
from app.web.public.blueprint import blp


@blp.get("/rules")
@requires(Permission.READ_PUBLIC)
def rules() -> str:
    """Show the conversion rule in force, those to come and those before, and what points are."""
    with transaction() as session:
        found = rules_in_force.every_rule(session, day_in_china(clock.now()))
    return render_template("public/rules.html", rules=found)


@blp.get("/figures")
@requires(Permission.READ_PUBLIC)
def figures() -> str:
    """Show what was saved, issued, redeemed and expired, in sum and by month."""
    today = day_in_china(clock.now())
    with transaction() as session:
        sums = published_figures.figures(session)
        months = published_figures.by_month(session, last=sums.up_to or today)
    return render_template("public/figures.html", figures=sums, months=months)


@blp.get("/terms")
@requires(Permission.READ_PUBLIC)
def terms() -> str:
    """Say what a holder of points may expect and what not."""
    return render_template("public/terms.html")
