"""Every blueprint of the pages, in one list."""

from flask import Blueprint

from app.door import readiness
from app.web import auth, design_routes, preferences_routes
from app.web.administration import routes as administration
from app.web.bureau import routes as bureau
from app.web.citizen import routes as citizen
from app.web.district_bureau import routes as district_bureau
from app.web.merchant import routes as merchant
from app.web.operator import routes as operator
from app.web.personnel import routes as personnel
from app.web.public import routes as public
from app.web.scenario_host import routes as scenario_host

BLUEPRINTS: tuple[Blueprint, ...] = (
    readiness.blp,
    preferences_routes.blp,
    auth.blp,
    public.blp,
    citizen.blp,
    citizen.shell,
    merchant.blp,
    scenario_host.blp,
    operator.blp,
    bureau.blp,
    district_bureau.blp,
    personnel.blp,
    administration.blp,
    design_routes.blp,
)
