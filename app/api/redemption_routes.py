"""Redemptions (兑换): the citizen spends points, the merchant accepts or refuses the voucher."""

from typing import Any

from app.api.citizen_schemas import (
    DisplayCodeOut,
    RedemptionIn,
    VoucherOut,
    VoucherPage,
    VouchersQuery,
    shown_voucher,
)
from app.api.merchant_schemas import (
    AcceptIn,
    RefuseIn,
    SettlementOut,
    SettlementPage,
    SettlementsQuery,
    shown_settlement,
)
from app.api.operations import Operations
from app.api.paging import dumped, page_on
from app.door.access import current_actor, idempotency_key, requires
from app.door.rates import REDEEMING, SETTLING, limited
from app.kernel import clock
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from points import commands, queries
from points.values import RedemptionState

blp = Operations("redemptions", __name__, description="Points are spent, vouchers accepted or refused.")


@blp.post("/me/redemptions")
@blp.arguments(RedemptionIn)
@blp.response(201, VoucherOut)
@blp.repeatable
@requires(Permission.REDEEM_OWN_POINTS)
@limited("redeem", REDEEMING)
def redeem(order: dict[str, Any]) -> dict[str, Any]:
    """Reserve points for one benefit; safe to repeat with the same Idempotency-Key."""
    with transaction() as session:
        made = commands.redeem(
            session,
            actor=current_actor(),
            offer_id=order["offer_id"],
            price=order["price_hundredths"],
            key=idempotency_key(),
            at=clock.now(),
        )
        return dumped(VoucherOut, shown_voucher(queries.own_voucher(session, made.account_id, made.id)))


@blp.get("/me/redemptions")
@blp.arguments(VouchersQuery, location="query")
@blp.response(200, VoucherPage)
@requires(Permission.REDEEM_OWN_POINTS)
def list_own_redemptions(query: dict[str, Any]) -> dict[str, Any]:
    """List the own redemptions, the latest first."""
    state = query.pop("state")
    with transaction() as session:
        account = queries.account_of(session, current_actor().person_id)
        found = queries.own_vouchers(
            session, account.id, states=[RedemptionState(state)] if state else None, **query
        )
        return page_on(VoucherPage, found.items, name="vouchers", following=found.after, show=shown_voucher)


@blp.get("/me/redemptions/<int:redemption_id>")
@blp.response(200, VoucherOut)
@requires(Permission.REDEEM_OWN_POINTS)
def get_own_redemption(redemption_id: int) -> dict[str, Any]:
    """Return one of the own redemptions."""
    with transaction() as session:
        account = queries.account_of(session, current_actor().person_id)
        return dumped(VoucherOut, shown_voucher(queries.own_voucher(session, account.id, redemption_id)))


@blp.post("/me/redemptions/<int:redemption_id>/withdraw")
@blp.response(200, VoucherOut)
@requires(Permission.REDEEM_OWN_POINTS)
def withdraw_own_redemption(redemption_id: int) -> dict[str, Any]:
    """Withdraw a voucher before it is used; the points go back to their lots. Again is no other than once."""
    with transaction() as session:
        ended = commands.withdraw_redemption(
            session, actor=current_actor(), redemption_id=redemption_id, at=clock.now()
        )
        return dumped(VoucherOut, shown_voucher(queries.own_voucher(session, ended.account_id, ended.id)))


@blp.get("/me/vouchers/<int:redemption_id>/display-code")
@blp.response(200, DisplayCodeOut)
@requires(Permission.REDEEM_OWN_POINTS)
def get_display_code(redemption_id: int) -> dict[str, Any]:
    """Return the code for the voucher's QR; it can be scanned for a minute, once."""
    with transaction() as session:
        account = queries.account_of(session, current_actor().person_id)
        voucher = queries.own_voucher(session, account.id, redemption_id)
        return dumped(DisplayCodeOut, queries.display_code(voucher.redemption, clock.now()))


@blp.post("/redemptions/accept")
@blp.arguments(AcceptIn)
@blp.response(200, SettlementOut)
@blp.repeatable
@requires(Permission.SETTLE_REDEMPTIONS)
@limited("settle", SETTLING)
def accept_redemption(sent: dict[str, Any]) -> dict[str, Any]:
    """Accept a voucher by its typed or shown code: the benefit is given, the points are cancelled."""
    with transaction() as session:
        settled = commands.accept_voucher(
            session, actor=current_actor(), key=idempotency_key(), at=clock.now(), **sent
        )
        return dumped(
            SettlementOut, shown_settlement(queries.own_voucher(session, settled.account_id, settled.id))
        )


@blp.post("/redemptions/refuse")
@blp.arguments(RefuseIn)
@blp.response(200, SettlementOut)
@blp.repeatable
@requires(Permission.SETTLE_REDEMPTIONS)
@limited("settle", SETTLING)
def refuse_redemption(sent: dict[str, Any]) -> dict[str, Any]:
    """Refuse a voucher with a reason: the points go back to their very lots."""
    with transaction() as session:
        settled = commands.refuse_voucher(
            session, actor=current_actor(), key=idempotency_key(), at=clock.now(), **sent
        )
        return dumped(
            SettlementOut, shown_settlement(queries.own_voucher(session, settled.account_id, settled.id))
        )


@blp.get("/redemptions")
@blp.arguments(SettlementsQuery, location="query")
@blp.response(200, SettlementPage)
@requires(Permission.SETTLE_REDEMPTIONS)
def list_settlements(query: dict[str, Any]) -> dict[str, Any]:
    """List the merchant's vouchers, the latest first; with `day`, those settled on that day in China."""
    state, day = query.pop("state"), query.pop("day")
    with transaction() as session:
        merchant = queries.merchant_of(session, current_actor().organisation_id)
        found = queries.merchant_vouchers(
            session,
            merchant.id,
            states=[RedemptionState(state)] if state else None,
            settled_since=day,
            settled_until=day,
            **query,
        )
        return page_on(
            SettlementPage, found.items, name="settlements", following=found.after, show=shown_settlement
        )
