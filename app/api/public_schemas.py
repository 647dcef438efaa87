"""Shapes of the open lists."""

from datetime import timedelta
from typing import Any, Final

from marshmallow import ValidationError, fields, validates_schema

from app.api.fields import Day, In, Out, Text, Whole, nothing, one_of
from app.api.paging import page_of, page_query
from app.reports.catalogue import OpenMethod, OpenOffer, OpenScenario
from scenarios.methods import LifeField

MOST_DAYS: Final = 400
AREA = Text(least=6, most=6, pattern="[0-9]{6}", load_default=nothing)
CATEGORY = Text(least=1, most=40, pattern="[a-z_]+", load_default=nothing)
HUNDREDTHS = {"description": "Hundredths of a point."}


class ScenarioOut(Out):
    """A low-carbon scenario (低碳场景)."""

    code = fields.String()
    name = fields.String()
    name_en = fields.String(allow_none=True)
    life_field = fields.String()
    host = fields.String(metadata={"description": "Name of the organisation that runs it."})
    area_code = fields.String()
    description = fields.String()
    state = fields.String(metadata={"description": "`listed`, `suspended` or `delisted`."})
    listed_at = fields.DateTime(allow_none=True)
    lateness_days = fields.Integer(metadata={"description": "Days after which a behaviour comes too late."})
    data_kinds = fields.List(fields.String())
    authorisation_text = fields.String()
    authorisation_version = fields.String()
    methods = fields.List(fields.String())


ScenariosQuery = page_query(
    "scenarios",
    life_field=one_of(*(field.value for field in LifeField), load_default=nothing),
    area_code=AREA,
)
ScenarioPage = page_of(ScenarioOut)


class MerchantOut(Out):
    """A merchant of the mall (权益提供单位)."""

    id = fields.Integer()
    name = fields.String()
    name_en = fields.String(allow_none=True)
    category = fields.String()
    area_code = fields.String()
    address = fields.String()


MerchantsQuery = page_query("merchants")
MerchantPage = page_of(MerchantOut)


class OfferOut(Out):
    """A benefit with its price in points (权益)."""

    id = fields.Integer()
    merchant_id = fields.Integer()
    merchant = fields.String()
    title = fields.String()
    title_en = fields.String(allow_none=True)
    description = fields.String()
    terms = fields.String()
    category = fields.String()
    area_code = fields.String(allow_none=True)
    price_hundredths = fields.Integer(metadata=HUNDREDTHS)
    left = fields.Integer(metadata={"description": "Items that can still be had."})
    per_person = fields.Integer()
    valid_from = fields.Date()
    valid_until = fields.Date(metadata={"description": "The last day, included."})
    use_days = fields.Integer(metadata={"description": "Days that a voucher waits for the merchant."})


OffersQuery = page_query("offers", merchant_id=Whole(digits=True, load_default=nothing), category=CATEGORY)
OfferPage = page_of(OfferOut)


class ConversionRuleOut(Out):
    """A version of the one rule from grams to points (碳积分转换规则)."""

    version = fields.String()
    grams_per_point = fields.Integer()
    validity_months = fields.Integer()
    valid_from = fields.Date()
    text_zh = fields.String()
    text_en = fields.String()
    published_at = fields.DateTime()


ConversionRulePage = page_of(ConversionRuleOut)


class ParameterOut(Out):
    """One number of a method with where it comes from."""

    name = fields.String()
    zh = fields.String()
    en = fields.String()
    value = fields.String(metadata={"description": "Exact decimal."})
    unit = fields.String()
    source = fields.String()
    certainty = fields.String()
    valid_from = fields.Date()


class MethodVersionOut(Out):
    """A dated version of an accounting method."""

    version = fields.Integer()
    valid_from = fields.Date()
    valid_until = fields.Date(allow_none=True, metadata={"description": "Excluded; null while open."})
    unit = fields.String()
    formula_zh = fields.String()
    formula_en = fields.String()
    parameters = fields.List(fields.Nested(ParameterOut))
    cap_count = fields.Integer(allow_none=True, metadata={"description": "Behaviours per person and day."})
    cap_grams = fields.Integer(allow_none=True, metadata={"description": "Grams per person and day."})
    cap_count_year = fields.Integer(allow_none=True)
    max_quantity_milli = fields.Integer(allow_none=True)
    review_above_milli = fields.Integer(allow_none=True)
    evidence_class = fields.String()
    evidence_weight = fields.String()
    source = fields.String()
    certainty = fields.String()


class MethodOut(Out):
    """An accounting method (核算方法), the latest version first."""

    code = fields.String()
    zh = fields.String()
    en = fields.String()
    life_field = fields.String(allow_none=True)
    versions = fields.List(fields.Nested(MethodVersionOut))


MethodPage = page_of(MethodOut)


class FiguresOut(Out):
    """Sums added up each night; null while one would describe fewer than ten people."""

    up_to = fields.Date(allow_none=True, metadata={"description": "The last day that is added up."})
    scenarios = fields.Integer()
    merchants = fields.Integer()
    offers = fields.Integer()
    accounts = fields.Integer(allow_none=True)
    reduction_g = fields.Integer(allow_none=True)
    issued_hundredths = fields.Integer(attribute="points_issued", allow_none=True, metadata=HUNDREDTHS)
    redeemed_hundredths = fields.Integer(attribute="points_redeemed", allow_none=True, metadata=HUNDREDTHS)
    expired_hundredths = fields.Integer(attribute="points_expired", allow_none=True, metadata=HUNDREDTHS)
    redemptions = fields.Integer(allow_none=True)


class WorkingDaysQuery(In):
    """Which days of the calendar."""

    first = Day(required=True)
    last = Day(required=True, metadata={"description": "Included; at most 400 days in all."})

    @validates_schema
    def check_range(self, query: dict[str, Any], **_: Any) -> None:
        """Refuse a range that goes backwards or is too long."""
        if not timedelta(0) <= query["last"] - query["first"] < timedelta(days=MOST_DAYS):
            raise ValidationError(f"From first to last, {MOST_DAYS} days at most.", "last")


class CalendarDayOut(Out):
    """One day of the official calendar."""

    day = fields.Date()
    working = fields.Boolean()
    provisional = fields.Boolean(metadata={"description": "The year's notice is not out yet."})
    name = fields.String(allow_none=True)


CalendarDayPage = page_of(CalendarDayOut)


class DistrictOut(Out):
    """A district or county (区县)."""

    code = fields.String()
    name = fields.String()
    name_en = fields.String()


DistrictPage = page_of(DistrictOut)


def shown_scenario(found: OpenScenario) -> dict[str, Any]:
    """Return what `ScenarioOut` shows of a scenario."""
    row = found.scenario
    names = ScenarioOut().fields.keys() - {"host", "methods"}
    return {**{name: getattr(row, name) for name in names}, "host": found.host, "methods": found.methods}


def shown_offer(found: OpenOffer) -> dict[str, Any]:
    """Return what `OfferOut` shows of an offer."""
    offer = found.offer
    names = OfferOut().fields.keys() - {"merchant", "price_hundredths", "left"}
    return {
        **{name: getattr(offer, name) for name in names},
        "merchant": found.merchant.name,
        "price_hundredths": offer.price,
        "left": offer.stock - offer.stock_taken,
    }


def shown_method(found: OpenMethod) -> dict[str, Any]:
    """Return what `MethodOut` shows of a method; versions are read back from what was published."""
    return {
        "code": found.code,
        "zh": found.zh,
        "en": found.en,
        "life_field": found.life_field,
        "versions": [published.as_version for published in found.versions],
    }
