"""Every page of a scenario host, on one blueprint."""

from app.web.scenario_host import (
    home_routes,
    key_routes,
    link_routes,
    profile_routes,
    scenario_routes,
    upload_routes,
)
from app.web.scenario_host.blueprint import blp

__all__ = [
    "blp",
    "home_routes",
    "key_routes",
    "link_routes",
    "profile_routes",
    "scenario_routes",
    "upload_routes",
]
