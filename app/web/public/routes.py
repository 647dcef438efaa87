"""Every public page, on one blueprint."""

from app.web.public import home_routes, offer_routes, rule_routes, scenario_routes
from app.web.public.blueprint import blp

__all__ = ["blp", "home_routes", "offer_routes", "rule_routes", "scenario_routes"]
