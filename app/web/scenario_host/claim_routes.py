"""Claims that the operator brought to the host (补传请求): whose day, what to look for, until when."""

from flask import render_template

from app.door.access import requires
from app.kernel import clock
from app.kernel.days import day_in_china
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports import claims
from app.web.scenario_host.blueprint import blp
from app.web.scenario_host.own import host_id


@blp.get("/claims", endpoint="claims")
@requires(Permission.READ_OWN_UPLOADS)
def show_claims() -> str:
    """List what is asked for; the host answers by sending the data as always."""
    with transaction() as session:
        found = claims.at_host(session, host_id())
    return render_template("scenario_host/claims.html", claims=found, today=day_in_china(clock.now()))
