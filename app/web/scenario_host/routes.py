"""Every page of a scenario host, on one blueprint."""

from app.kernel.permissions import Role
from app.web.desk import colleagues
from app.web.scenario_host import (
    application_routes,
    claim_routes,
    home_routes,
    key_routes,
    link_routes,
    profile_routes,
    quality_routes,
    sandbox_routes,
    scenario_routes,
    upload_routes,
)
from app.web.scenario_host.blueprint import blp

__all__ = [
    "application_routes",
    "blp",
    "claim_routes",
    "home_routes",
    "key_routes",
    "link_routes",
    "profile_routes",
    "quality_routes",
    "sandbox_routes",
    "scenario_routes",
    "upload_routes",
]

colleagues.install(blp, gives=(Role.HOST_CLERK, Role.HOST_STAFF), layout="desk/layout.html")
