"""The scenario host's first page (今日概览): did the data arrive, what was refused."""

from flask import render_template

from app.door.access import requires
from app.kernel import clock
from app.kernel.days import day_in_china
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports import host_desk, host_quality
from app.web.scenario_host.blueprint import blp
from app.web.scenario_host.own import host_id

SHOWN = 6


@blp.get("")
@requires(Permission.READ_OWN_UPLOADS)
def home() -> str:
    """Show each scenario's state, the last uploads and the quality of the last thirty days."""
    at = clock.now()
    with transaction() as session:
        scenarios = host_desk.scenarios(session, host_id())
        uploads = host_desk.last_uploads(session, host_id(), limit=SHOWN)
        real = [each.scenario for each in scenarios if not each.scenario.sandbox]
        received = host_quality.last_days(session, real, today=day_in_china(at))
    return render_template(
        "scenario_host/home.html",
        at=at,
        today=day_in_china(at),
        scenarios=scenarios,
        uploads=uploads,
        quality=received.whole,
        days=received.days,
    )
