"""Every blueprint of the API, in the order of the document."""

from typing import Final

from app.api import (
    account_routes,
    behaviour_routes,
    consent_routes,
    link_routes,
    offer_routes,
    public_routes,
    redemption_routes,
    webhook_routes,
)
from app.api.operations import Operations
from app.api.registry import (
    case_routes,
    exchange_routes,
    movement_routes,
    notice_routes,
    office_routes,
    owner_routes,
    rule_routes,
    unit_routes,
)

BLUEPRINTS: Final[tuple[Operations, ...]] = (
    public_routes.blp,
    behaviour_routes.blp,
    link_routes.blp,
    account_routes.blp,
    consent_routes.blp,
    redemption_routes.blp,
    offer_routes.blp,
    webhook_routes.blp,
    case_routes.blp,
    notice_routes.blp,
    unit_routes.blp,
    rule_routes.blp,
    owner_routes.blp,
    office_routes.blp,
    movement_routes.blp,
    exchange_routes.blp,
)
