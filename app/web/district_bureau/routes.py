"""Every page of a district's bureau, on one blueprint."""

from app.web.district_bureau import home_routes, project_routes, scenario_routes
from app.web.district_bureau.blueprint import blp

__all__ = ["blp", "home_routes", "project_routes", "scenario_routes"]
