"""The public home (首页): what this is, whether it is honest, what one can look up."""

from flask import render_template

from app.door.access import requires
from app.kernel import clock
from app.kernel.days import day_in_china
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports import catalogue, published_figures, rules_in_force, scenario_pages
from app.web.public.blueprint import blp

OFFERS_SHOWN = 4
SCENARIOS_SHOWN = 12


@blp.get("/")
@requires(Permission.READ_PUBLIC)
def home() -> str:
    """Show what the platform is, its live figures, its scenarios, its rule and its doors."""
    today = day_in_china(clock.now())
    with transaction() as session:
        figures = published_figures.figures(session)
        rule = rules_in_force.rule_on(session, today)
        scenarios = [known.scenario for known in scenario_pages.known(session)[:SCENARIOS_SHOWN]]
        offers = catalogue.offers(session, today=today, after=None, limit=OFFERS_SHOWN)
    return render_template(
        "public/home.html", today=today, figures=figures, rule=rule, scenarios=scenarios, offers=offers
    )
