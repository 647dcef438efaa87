"""Every page of the operator, on one blueprint."""

from app.web.operator import (
    claim_routes,
    correction_routes,
    disclosure_routes,
    draft_routes,
    export_routes,
    held_row_routes,
    home_routes,
    merchant_routes,
    norm_routes,
    rule_routes,
    scenario_routes,
    shelf_routes,
    solvency_routes,
)
from app.web.operator.blueprint import blp

__all__ = [
    "blp",
    "claim_routes",
    "correction_routes",
    "disclosure_routes",
    "draft_routes",
    "export_routes",
    "held_row_routes",
    "home_routes",
    "merchant_routes",
    "norm_routes",
    "rule_routes",
    "scenario_routes",
    "shelf_routes",
    "solvency_routes",
]
