"""The shop itself (本店): applying, particulars, leaving and coming back, each the merchant's own act."""

from typing import Any

from flask import redirect, render_template, request, url_for

from app.door.access import current_actor, requires
from app.identity import queries as identity
from app.kernel import clock
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports import merchant_files
from app.web.desk import registration
from app.web.desk.forms import Typed, kept, moved, refusal, shown_again
from app.web.merchant.blueprint import blp
from app.web.presentation.language import gettext
from points import commands, queries, states
from points.values import MerchantState, OfferCategory, RedemptionState


@blp.get("/apply")
@requires(Permission.APPLY_AS_MERCHANT)
def apply() -> Any:
    """Show the application to join; whoever has applied is led to their shop."""
    with transaction() as session:
        actor = current_actor()
        held = queries.find_merchant(session, actor.organisation_id)
        areas = identity.districts(session)
        place = identity.organisation(session, actor.organisation_id) if actor.organisation_id else None
    if held is not None and refusal() is None:
        return redirect(url_for("merchant.shop"), code=303)
    defaults = {"name": place.name, "name_en": place.name_en, "area_code": place.area_code} if place else {}
    return render_template("merchant/apply.html", areas=areas, typed=kept(defaults), refusal=refusal())


@blp.post("/apply")
@requires(Permission.APPLY_AS_MERCHANT)
@shown_again(apply)
def apply_as_merchant() -> Any:
    """Apply to join."""
    particulars = _particulars()
    with transaction() as session:
        commands.apply_as_merchant(session, actor=current_actor(), particulars=particulars, at=clock.now())
    return moved("merchant.shop", gettext("已提交申请，准入后可以上架权益。"))


@blp.get("/shop")
@requires(Permission.SETTLE_REDEMPTIONS)
def shop() -> str:
    """Show the merchant's state, its history and its particulars."""
    with transaction() as session:
        merchant = queries.merchant_of(session, current_actor().organisation_id)
        file = merchant_files.merchant_file(session, merchant.id)
        areas = identity.districts(session)
    allowed = states.allowed(states.MERCHANT, MerchantState(merchant.state))
    return render_template(
        "merchant/shop.html",
        file=file,
        merchant=merchant,
        areas=areas,
        acts={act.value for act in allowed},
        actor_label=registration.actor_label,
        typed=kept(
            {
                "name": merchant.name,
                "name_en": merchant.name_en or "",
                "category": merchant.category,
                "area_code": merchant.area_code,
                "address": merchant.address,
            }
        ),
        refusal=refusal(),
    )


@blp.post("/shop")
@requires(Permission.MANAGE_OWN_OFFERS)
@shown_again(shop)
def change_shop() -> Any:
    """Change what the merchant says of itself."""
    particulars = _particulars()
    with transaction() as session:
        commands.change_merchant(session, actor=current_actor(), particulars=particulars, at=clock.now())
    return moved("merchant.shop", gettext("已保存。"))


@blp.get("/shop/leave")
@requires(Permission.LEAVE_AS_MERCHANT)
def leaving() -> str:
    """Say what leaving means, and ask once more."""
    with transaction() as session:
        merchant = queries.merchant_of(session, current_actor().organisation_id)
        file = merchant_files.merchant_file(session, merchant.id)
        waiting = queries.merchant_vouchers(
            session, merchant.id, states=[RedemptionState.RESERVED], limit=500
        )
    return render_template(
        "merchant/leave.html",
        merchant=merchant,
        on_shelf=sum(offer.state == "on_shelf" for offer in file.offers),
        waiting=len(waiting.items),
        typed=kept(),
        refusal=refusal(),
    )


@blp.post("/shop/leave")
@requires(Permission.LEAVE_AS_MERCHANT)
@shown_again(leaving)
def leave() -> Any:
    """Leave the mall."""
    typed = Typed(request.form)
    reason = typed.text("reason", most=500, required=False)
    typed.ticked("confirmed")
    typed.check()
    with transaction() as session:
        commands.leave_as_merchant(session, actor=current_actor(), reason=reason or None, at=clock.now())
    return moved("merchant.shop", gettext("已退出，随时可以重新加入。"))


@blp.post("/shop/rejoin")
@requires(Permission.LEAVE_AS_MERCHANT)
@shown_again(shop)
def rejoin() -> Any:
    """Come back: at once, or by applying again."""
    with transaction() as session:
        merchant = commands.rejoin_as_merchant(session, actor=current_actor(), at=clock.now())
    if merchant.state == MerchantState.ADMITTED:
        return moved("merchant.shop", gettext("欢迎回来，权益可以重新上架。"))
    return moved("merchant.shop", gettext("已再次申请，等待运营主体准入。"))


def _particulars() -> commands.Particulars:
    typed = Typed(request.form)
    name = typed.text("name", most=80)
    name_en = typed.text("name_en", most=120, required=False)
    category = typed.choice("category", OfferCategory)
    area_code = typed.text("area_code", most=12)
    address = typed.text("address")
    typed.check()
    return commands.Particulars(
        name=name, name_en=name_en or None, category=category, area_code=area_code, address=address
    )
