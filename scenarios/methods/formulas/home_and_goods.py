"""Formulas of housing, food and daily use (住、食、用). Exact lines; none rounds."""

from collections.abc import Mapping
from fractions import Fraction

from app.kernel.sources import cites
from scenarios.methods.values import Line


@cites("CQ-31.3", "Q-38")
def electricity_saved(p: Mapping[str, Fraction]) -> Line:
    """Credit the electricity a household did not use (居民节约用电).

    `g = max(0, base − actual) × factor`; the quantity is the difference, which the host sends.

    Source: CQ-31.3, Q-38.
    """
    return Line(p["factor"])


@cites("CQ-31.3", "Q-38")
def water_saved(p: Mapping[str, Fraction]) -> Line:
    """Credit the water a household did not use (节约用水).

    `g = max(0, base − actual) × factor`; the quantity is the difference, which the host sends.

    Source: CQ-31.3, Q-38.
    """
    return Line(p["factor"])


@cites("CQ-31.3")
def hotel_without_disposables(p: Mapping[str, Fraction]) -> Line:
    """Credit a hotel order without disposable articles (酒店不用一次性用品).

    `g = orders × factor`

    Source: CQ-31.3.
    """
    return Line(p["factor"])


@cites("CQ-31.3")
def cutlery_declined(p: Mapping[str, Fraction]) -> Line:
    """Credit a delivered meal without disposable cutlery (外卖无需餐具).

    `g = orders × factor`

    Source: CQ-31.3.
    """
    return Line(p["factor"])


@cites("CQ-31.3")
def clean_plate(p: Mapping[str, Fraction]) -> Line:
    """Credit a plate eaten clean, by the small weight its evidence deserves (光盘行动).

    `g = meals × factor` (the weight of the evidence class follows, as everywhere)

    Source: CQ-31.3.
    """
    return Line(p["factor"])


@cites("CQ-31.3")
def carton_returned(p: Mapping[str, Fraction]) -> Line:
    """Credit a parcel carton returned for use again (快递纸箱回收).

    `g = cartons × factor`

    Source: CQ-31.3.
    """
    return Line(p["factor"])


@cites("CQ-31.3")
def plastic_boxes_recycled(p: Mapping[str, Fraction]) -> Line:
    """Credit the weight of plastic meal boxes handed in (塑料餐盒回收).

    `g = kg × factor`

    Source: CQ-31.3.
    """
    return Line(p["factor"])


@cites("CQ-31.3")
def second_hand_phone(p: Mapping[str, Fraction]) -> Line:
    """Credit a mobile phone bought second-hand in place of a new one (二手手机交易).

    `g = phones × factor`, the factor being `production emissions × replacement rate` as published.

    Source: CQ-31.3.
    """
    return Line(p["factor"])


@cites("CQ-31.3")
def own_shopping_bag(p: Mapping[str, Fraction]) -> Line:
    """Credit a purchase carried home in one's own bag (自备购物袋).

    `g = bags × factor`

    Source: CQ-31.3.
    """
    return Line(p["factor"])
