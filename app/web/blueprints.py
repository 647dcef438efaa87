"""Every blueprint of the pages, in one list."""

from flask import Blueprint

from app.door import readiness
from app.web import auth, design_routes, preferences_routes

BLUEPRINTS: tuple[Blueprint, ...] = (
    readiness.blp,
    preferences_routes.blp,
    auth.blp,
    design_routes.blp,
)
