"""The mall (兑换商城): what can be had, and redeeming it once however often the button is tapped."""

import secrets

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.door.access import current_actor, idempotency_key, requires
from app.door.rates import REDEEMING, limited
from app.kernel import clock
from app.kernel.days import day_in_china
from app.kernel.errors import Refusal
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports import holders
from app.reports import mall as shelves
from app.web.citizen.blueprint import blp
from app.web.citizen.refusing import answered_by
from app.web.citizen.wishes import number_of
from points import commands, queries


@blp.get("/mall")
@requires(Permission.READ_OWN_ACCOUNT)
def mall() -> str:
    """Show what can be had for points, those sold out included."""
    today, asked = day_in_china(clock.now()), shelves.Asked.of(request.args)
    with transaction() as session:
        holder = holders.holder(session, current_actor(), today=today)
        shelf = shelves.shelf(
            session, asked, today=today, account_id=holder.account_id, available=holder.available
        )
        categories = shelves.categories(session, today=today)
    return render_template(
        "citizen/mall.html", today=today, holder=holder, asked=asked, shelf=shelf, categories=categories
    )


def offer_page(offer_id: int, refusal: Refusal | None = None) -> str:
    """Show one benefit, what it costs, and what stands in the way of having it."""
    today = day_in_china(clock.now())
    with transaction() as session:
        holder = holders.holder(session, current_actor(), today=today)
        shown = shelves.one(
            session, offer_id, today=today, account_id=holder.account_id, available=holder.available
        )
    return render_template("citizen/offer.html", today=today, holder=holder, shown=shown, refusal=refusal)


@blp.get("/mall/<int:offer_id>")
@requires(Permission.READ_OWN_ACCOUNT)
def offer(offer_id: int) -> str:
    """Show one benefit with its terms."""
    return offer_page(offer_id)


@blp.get("/mall/<int:offer_id>/confirm", endpoint="offer_confirm")
@requires(Permission.REDEEM_OWN_POINTS)
@answered_by(offer_page)
def confirm(offer_id: int) -> str:
    """Say what redeeming takes, until when it holds and what happens if it is not used."""
    at = clock.now()
    today = day_in_china(at)
    with transaction() as session:
        holder = holders.holder(session, current_actor(), today=today)
        shown = shelves.one(
            session, offer_id, today=today, account_id=holder.account_id, available=holder.available
        )
        preview = queries.preview(session, holder.account_id, offer_id, at=at)
    return render_template(
        "citizen/confirm.html",
        today=today,
        holder=holder,
        shown=shown,
        preview=preview,
        key=secrets.token_urlsafe(18),
    )


@blp.post("/mall/<int:offer_id>/redeem", endpoint="offer_redeem")
@requires(Permission.REDEEM_OWN_POINTS)
@limited("redeem", REDEEMING)
@answered_by(offer_page)
def redeem(offer_id: int) -> Response:
    """Reserve points and one item; the same key again leads to the same voucher."""
    with transaction() as session:
        redemption = commands.redeem(
            session,
            actor=current_actor(),
            offer_id=offer_id,
            key=idempotency_key(),
            price=number_of(request.form.get("price")),
            at=clock.now(),
        )
    return redirect(url_for("citizen.voucher", redemption_id=redemption.id), code=303)
