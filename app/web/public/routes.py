"""Every public page, on one blueprint."""

from app.web.public import (
    certificate_routes,
    disclosure_routes,
    help_routes,
    home_routes,
    offer_routes,
    report_routes,
    rule_routes,
    scenario_routes,
    unit_routes,
)
from app.web.public.blueprint import blp

__all__ = [
    "blp",
    "certificate_routes",
    "disclosure_routes",
    "help_routes",
    "home_routes",
    "offer_routes",
    "report_routes",
    "rule_routes",
    "scenario_routes",
    "unit_routes",
]
