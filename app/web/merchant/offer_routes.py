"""The merchant's offers (权益): list, new, change, onto the shelf and off it."""

from typing import Any, Final

from flask import render_template, request

from app.door.access import current_actor, requires, takes_uploads
from app.identity import queries as identity
from app.kernel import clock
from app.kernel.days import day_in_china
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.web.desk import files
from app.web.desk.files import Incoming
from app.web.desk.forms import Typed, kept, moved, refusal, shown_again
from app.web.merchant.blueprint import blp
from app.web.presentation.language import gettext, lazy_gettext
from points import commands, queries
from points.models import Offer
from points.values import OfferCategory, OfferTerms

PICTURES: Final = {
    "bus": lazy_gettext("公交"),
    "metro": lazy_gettext("轨道"),
    "bike": lazy_gettext("单车"),
    "coffee": lazy_gettext("饮品"),
    "market": lazy_gettext("菜场"),
    "book": lazy_gettext("图书"),
    "film": lazy_gettext("电影"),
    "park": lazy_gettext("公园"),
}
OWN: Final = "own"


@blp.get("/offers")
@requires(Permission.MANAGE_OWN_OFFERS)
def offers() -> str:
    """List the offers with price, stock and state."""
    with transaction() as session:
        merchant = queries.merchant_of(session, current_actor().organisation_id)
        found = queries.offers_of(session, merchant.id)
    return render_template(
        "merchant/offers.html",
        merchant=merchant,
        offers=found,
        today=day_in_china(clock.now()),
        refusal=refusal(),
    )


@blp.get("/offers/new")
@requires(Permission.MANAGE_OWN_OFFERS)
def new_offer() -> str:
    """Show the form of a new offer."""
    with transaction() as session:
        merchant = queries.merchant_of(session, current_actor().organisation_id)
        areas = identity.districts(session)
    return render_template(
        "merchant/offer_form.html",
        merchant=merchant,
        offer=None,
        areas=areas,
        pictures=list(PICTURES.items()),
        typed=kept({"category": merchant.category, "use_days": 7, "per_person": 1}),
        refusal=refusal(),
    )


@blp.post("/offers")
@requires(Permission.MANAGE_OWN_OFFERS)
@takes_uploads
@shown_again(new_offer)
def create_offer() -> Any:
    """Make a draft of an offer; put it on the shelf at once where that was asked for."""
    read = _Read(Typed(request.form), held=None)
    at, actor = clock.now(), current_actor()
    with transaction() as session:
        terms = read.terms(picture_id=read.record(session, actor.ref, at))
        offer = commands.create_offer(session, actor=actor, terms=terms, at=at)
        if request.form.get("shelve"):
            commands.shelve_offer(session, actor=actor, offer_id=offer.id, at=at)
            told = gettext("已上架，公众可以兑换。")
        else:
            told = gettext("已存为草稿。")
    return moved("merchant.offers", told)


@blp.get("/offers/<int:offer_id>")
@requires(Permission.MANAGE_OWN_OFFERS)
def offer(offer_id: int) -> str:
    """Show the form of an offer as it is."""
    with transaction() as session:
        merchant = queries.merchant_of(session, current_actor().organisation_id)
        found = queries.own_offer(session, merchant.id, offer_id)
        areas = identity.districts(session)
    return render_template(
        "merchant/offer_form.html",
        merchant=merchant,
        offer=found,
        areas=areas,
        pictures=list(PICTURES.items()),
        typed=kept(_as_typed(found)),
        refusal=refusal(),
    )


@blp.post("/offers/<int:offer_id>")
@requires(Permission.MANAGE_OWN_OFFERS)
@takes_uploads
@shown_again(offer)
def change_offer(offer_id: int) -> Any:
    """Change an offer for redemptions to come."""
    at, actor = clock.now(), current_actor()
    with transaction() as session:
        merchant = queries.merchant_of(session, actor.organisation_id)
        held = queries.own_offer(session, merchant.id, offer_id)
        read = _Read(Typed(request.form), held=held)
        terms = read.terms(picture_id=read.record(session, actor.ref, at))
        commands.change_offer(session, actor=actor, offer_id=offer_id, terms=terms, at=at)
    return moved("merchant.offers", gettext("已保存，对之后的兑换适用。"))


@blp.post("/offers/<int:offer_id>/shelve")
@requires(Permission.MANAGE_OWN_OFFERS)
@shown_again(offers)
def shelve_offer(offer_id: int) -> Any:
    """Put an offer on the shelf."""
    with transaction() as session:
        commands.shelve_offer(session, actor=current_actor(), offer_id=offer_id, at=clock.now())
    return moved("merchant.offers", gettext("已上架，公众可以兑换。"))


@blp.post("/offers/<int:offer_id>/unshelve")
@requires(Permission.MANAGE_OWN_OFFERS)
@shown_again(offers)
def unshelve_offer(offer_id: int) -> Any:
    """Take an offer off the shelf."""
    with transaction() as session:
        commands.unshelve_offer(session, actor=current_actor(), offer_id=offer_id, at=clock.now())
    return moved("merchant.offers", gettext("已下架，已兑出的卡券仍然有效。"))


class _Read:
    """What was typed of an offer, read before anything is changed."""

    def __init__(self, typed: Typed, *, held: Offer | None) -> None:
        self.held = held
        self.title = typed.text("title", most=80)
        self.title_en = typed.text("title_en", most=80, required=False)
        self.description = typed.text("description", most=4_000, required=False)
        self.rules = typed.text("terms", most=4_000, required=False)
        self.category = typed.choice("category", OfferCategory)
        self.price = typed.points("price")
        self.stock = typed.whole("stock")
        self.per_person = typed.whole("per_person")
        self.valid_from, self.valid_until = typed.day("valid_from"), typed.day("valid_until")
        self.use_days = typed.whole("use_days")
        self.area_code = typed.text("area_code", most=12, required=False) or None
        self.picture = request.form.get("picture", "")
        self.file: Incoming | None = None
        if self.picture == OWN:
            keeps = held is not None and held.picture_id is not None
            self.file = files.take(
                typed, "picture_file", most=files.MOST_PICTURE, types=files.PICTURES, required=not keeps
            )
        elif self.picture not in PICTURES:
            typed.breach("picture", "choice")
        typed.check()

    def record(self, session: Any, created_by: str, at: Any) -> int | None:
        """Return the document of the merchant's own picture, a new one or the one it has."""
        if self.file is not None:
            return self.file.record(session, created_by=created_by, at=at).id
        return self.held.picture_id if self.picture == OWN and self.held is not None else None

    def terms(self, *, picture_id: int | None) -> OfferTerms:
        """Return the offer's terms."""
        return OfferTerms(
            title=self.title,
            title_en=self.title_en or None,
            description=self.description,
            terms=self.rules,
            category=self.category,
            price=self.price,
            stock=self.stock,
            per_person=self.per_person,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            use_days=self.use_days,
            area_code=self.area_code,
            picture_id=picture_id,
            picture_name=None if self.picture == OWN else self.picture,
        )


def _as_typed(offer: Offer) -> dict[str, Any]:
    whole, rest = divmod(offer.price, 100)
    return {
        "title": offer.title,
        "title_en": offer.title_en or "",
        "description": offer.description,
        "terms": offer.terms,
        "category": offer.category,
        "price": f"{whole}.{rest:02d}".rstrip("0").rstrip("."),
        "stock": offer.stock,
        "per_person": offer.per_person,
        "valid_from": offer.valid_from.isoformat(),
        "valid_until": offer.valid_until.isoformat(),
        "use_days": offer.use_days,
        "area_code": offer.area_code or "",
        "picture": OWN if offer.picture_id else offer.picture_name or "",
    }
