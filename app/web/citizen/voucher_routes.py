"""Vouchers (卡券): shown to the merchant as a code that changes, given up by their holder."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.door.access import current_actor, requires
from app.kernel import clock
from app.kernel.days import day_in_china
from app.kernel.errors import Refusal
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports import holders
from app.reports import vouchers as seen
from app.web.citizen.blueprint import blp
from app.web.citizen.refusing import answered_by
from app.web.citizen.wishes import number_of, one_of
from app.web.presentation.language import gettext
from points import commands, queries
from points.values import RedemptionState

SHOWN = 20
EARLIER_BY = 10
"""Seconds before its end at which a shown code is replaced."""


@blp.get("/vouchers")
@requires(Permission.READ_OWN_ACCOUNT)
def vouchers() -> str:
    """Show the vouchers that can be used, or those that ended."""
    today = day_in_china(clock.now())
    part = one_of(seen.Part, request.args.get("part"), otherwise=seen.Part.OPEN)
    with transaction() as session:
        holder = holders.holder(session, current_actor(), today=today)
        page = queries.own_vouchers(
            session,
            holder.account_id,
            states=seen.STATES[part],
            after=number_of(request.args.get("after")),
            limit=SHOWN,
        )
        open_count = seen.count_open(session, account_id=holder.account_id)
    return render_template("citizen/vouchers.html", today=today, part=part, page=page, open_count=open_count)


def voucher_page(redemption_id: int, refusal: Refusal | None = None) -> str:
    """Show one voucher: its code while it can be used, what became of it afterwards."""
    at = clock.now()
    today = day_in_china(at)
    with transaction() as session:
        holder = holders.holder(session, current_actor(), today=today)
        voucher = queries.own_voucher(session, holder.account_id, redemption_id)
        parts = seen.parts(session, redemption_id)
        receipts = seen.receipts_of(session, redemption_id, account_id=holder.account_id)
    usable = voucher.redemption.state == RedemptionState.RESERVED and at < voucher.redemption.reserved_until
    return render_template(
        "citizen/voucher.html",
        today=today,
        voucher=voucher,
        parts=parts,
        receipts=receipts,
        refusal=refusal,
        usable=usable,
        display=queries.display_code(voucher.redemption, at) if usable else None,
        earlier_by=EARLIER_BY,
    )


@blp.get("/vouchers/<int:redemption_id>")
@requires(Permission.READ_OWN_ACCOUNT)
def voucher(redemption_id: int) -> str:
    """Show one voucher."""
    return voucher_page(redemption_id)


@blp.get("/vouchers/<int:redemption_id>/code", endpoint="voucher_code")
@requires(Permission.READ_OWN_ACCOUNT)
def code(redemption_id: int) -> str:
    """Send the part of the page with a fresh code; a voucher that ended is refused."""
    at = clock.now()
    with transaction() as session:
        holder = holders.holder(session, current_actor(), today=day_in_china(at))
        found = queries.own_voucher(session, holder.account_id, redemption_id)
        display = queries.display_code(found.redemption, at)
    return render_template("citizen/voucher_code.html", display=display, earlier_by=EARLIER_BY)


@blp.get("/vouchers/<int:redemption_id>/give-up", endpoint="voucher_give_up")
@requires(Permission.REDEEM_OWN_POINTS)
def ask_give_up(redemption_id: int) -> str:
    """Say what giving the voucher up means."""
    today = day_in_china(clock.now())
    with transaction() as session:
        holder = holders.holder(session, current_actor(), today=today)
        found = queries.own_voucher(session, holder.account_id, redemption_id)
        parts = seen.parts(session, redemption_id)
    return render_template(
        "citizen/give_up.html", today=today, voucher=found, lost=seen.lost_today(parts, today)
    )


@blp.post("/vouchers/<int:redemption_id>/give-up", endpoint="voucher_withdraw")
@requires(Permission.REDEEM_OWN_POINTS)
@answered_by(voucher_page)
def give_up(redemption_id: int) -> Response:
    """Give the voucher up; the points go back to the very lots."""
    with transaction() as session:
        commands.withdraw_redemption(
            session, actor=current_actor(), redemption_id=redemption_id, at=clock.now()
        )
    flash(gettext("积分已退回原来的批次，有效期不变。"), "success")
    return redirect(url_for("citizen.voucher", redemption_id=redemption_id), code=303)
