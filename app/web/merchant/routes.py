"""Every page of a merchant, on one blueprint."""

from app.kernel.permissions import Role
from app.web.desk import colleagues
from app.web.merchant import acceptance_routes, offer_routes, shop_routes, statement_routes, voucher_routes
from app.web.merchant.blueprint import blp

__all__ = ["acceptance_routes", "blp", "offer_routes", "shop_routes", "statement_routes", "voucher_routes"]

colleagues.install(blp, gives=(Role.MERCHANT_CLERK, Role.MERCHANT_MANAGER), layout="merchant/layout.html")
