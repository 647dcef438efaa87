"""Every blueprint of the API, in the order of the document."""

from typing import Final

from app.api import public_routes, webhook_routes
from app.api.operations import Operations

BLUEPRINTS: Final[tuple[Operations, ...]] = (
    public_routes.blp,
    webhook_routes.blp,
)
