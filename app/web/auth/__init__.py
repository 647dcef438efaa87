"""Signing in and out, and the sign-ins somebody has (登录)."""

from app.web.auth import account_routes, activation_routes, citizen_routes, partner_routes, staff_routes
from app.web.auth.blueprint import blp

__all__ = ["account_routes", "activation_routes", "blp", "citizen_routes", "partner_routes", "staff_routes"]
