"""Every page of the Bureau, on one blueprint."""

from app.web.bureau import (
    appointment_routes,
    audit_routes,
    correction_routes,
    credit_list_routes,
    figure_routes,
    home_routes,
    report_routes,
    scenario_routes,
    target_routes,
)
from app.web.bureau.blueprint import blp

__all__ = [
    "appointment_routes",
    "audit_routes",
    "blp",
    "correction_routes",
    "credit_list_routes",
    "figure_routes",
    "home_routes",
    "report_routes",
    "scenario_routes",
    "target_routes",
]
