"""Every page of the citizen, on one blueprint."""

from app.web.citizen import (
    account_routes,
    claim_routes,
    correction_routes,
    credit_list_routes,
    email_routes,
    home_routes,
    mall_routes,
    message_routes,
    profile_routes,
    rights_routes,
    scenario_routes,
    shell_routes,
    statement_routes,
    voucher_routes,
    wish_routes,
    year_routes,
)
from app.web.citizen.blueprint import blp
from app.web.citizen.shell_routes import shell

__all__ = [
    "account_routes",
    "blp",
    "claim_routes",
    "correction_routes",
    "credit_list_routes",
    "email_routes",
    "home_routes",
    "mall_routes",
    "message_routes",
    "profile_routes",
    "rights_routes",
    "scenario_routes",
    "shell",
    "shell_routes",
    "statement_routes",
    "voucher_routes",
    "wish_routes",
    "year_routes",
]
