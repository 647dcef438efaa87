"""Shapes of what merchants do."""

from typing import Any, Final

from marshmallow import ValidationError, fields, validates_schema

from app.api.fields import Day, In, Out, Text, Whole, nothing, one_of
from app.api.paging import page_of, page_query
from points.queries import Voucher
from points.rules.mall import LONGEST_NAME, LONGEST_TEXT, LONGEST_USE, MOST_POINTS, MOST_STOCK
from points.values import OfferCategory, OfferTerms, RedemptionState

HUNDREDTHS: Final = {"description": "Hundredths of a point."}
VOUCHER: Final = {"description": "What was typed, `7K3M-9QRT-2XYZ`, or scanned, `TH1.…`."}


class AcceptIn(In):
    """A voucher."""

    voucher = Text(required=True, least=4, most=100, metadata=VOUCHER)


class RefuseIn(AcceptIn):
    """A voucher and why it is refused."""

    reason = Text(required=True, least=1, most=300, metadata={"description": "What the holder is told."})


class SettlementOut(Out):
    """A redemption as the merchant sees it; whose it is is not said."""

    id = fields.Integer()
    offer_id = fields.Integer()
    offer = fields.String()
    price_hundredths = fields.Integer(metadata=HUNDREDTHS)
    state = fields.String()
    created_at = fields.DateTime()
    reserved_until = fields.DateTime(metadata={"description": "Excluded."})
    settled_at = fields.DateTime(allow_none=True)
    reason = fields.String(allow_none=True)


SettlementsQuery = page_query(
    "settlements", day=Day(load_default=nothing), state=one_of(*RedemptionState, load_default=nothing)
)
SettlementPage = page_of(SettlementOut)


class OfferIn(In):
    """What a merchant says of an offer."""

    title = Text(required=True, least=1, most=LONGEST_NAME)
    title_en = Text(least=1, most=LONGEST_NAME, load_default=nothing)
    description = Text(required=True, most=LONGEST_TEXT, lines=True)
    terms = Text(required=True, most=LONGEST_TEXT, lines=True)
    category = fields.Enum(OfferCategory, by_value=True, required=True)
    area_code = Text(least=6, most=6, pattern="[0-9]{6}", load_default=nothing)
    price_hundredths = Whole(required=True, least=1, most=MOST_POINTS, metadata=HUNDREDTHS)
    stock = Whole(required=True, least=0, most=MOST_STOCK)
    per_person = Whole(required=True, least=1, most=MOST_STOCK)
    valid_from = Day(required=True)
    valid_until = Day(required=True, metadata={"description": "The last day, included."})
    use_days = Whole(least=1, most=LONGEST_USE, load_default=LONGEST_USE)

    @validates_schema
    def check_days(self, offer: dict[str, Any], **_: Any) -> None:
        """Refuse an offer that ends before it begins."""
        if offer["valid_until"] < offer["valid_from"]:
            raise ValidationError("Is before valid_from.", "valid_until")


class OwnOfferOut(Out):
    """An offer as its merchant sees it."""

    id = fields.Integer()
    state = fields.String(metadata={"description": "`draft`, `on_shelf`, `off_shelf` or `blocked`."})
    title = fields.String()
    title_en = fields.String(allow_none=True)
    description = fields.String()
    terms = fields.String()
    category = fields.String()
    area_code = fields.String(allow_none=True)
    price_hundredths = fields.Integer(attribute="price", metadata=HUNDREDTHS)
    stock = fields.Integer()
    stock_taken = fields.Integer()
    per_person = fields.Integer()
    valid_from = fields.Date()
    valid_until = fields.Date()
    use_days = fields.Integer()


OwnOfferPage = page_of(OwnOfferOut)


def terms_of(sent: dict[str, Any]) -> OfferTerms:
    """Return an offer's terms as they were sent."""
    return OfferTerms(price=sent.pop("price_hundredths"), **sent)


def shown_settlement(voucher: Voucher) -> dict[str, Any]:
    """Return what `SettlementOut` shows of a redemption."""
    redemption = voucher.redemption
    names = SettlementOut().fields.keys() - {"offer", "price_hundredths"}
    return {
        **{name: getattr(redemption, name) for name in names},
        "offer": voucher.offer.title,
        "price_hundredths": redemption.price,
    }
