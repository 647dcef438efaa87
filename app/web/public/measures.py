"""Words for what is published (公开指标的用语): measures, cells, and figures in their units."""

from collections.abc import Mapping
from typing import Any, Final

from app.disclosure.values import WHOLE, Measure
from app.web.presentation import amounts
from app.web.presentation.language import gettext, lazy_gettext
from app.web.public.labels import CATEGORIES, in_language

MEASURES: Final[Mapping[str, Any]] = {
    Measure.OPENED: lazy_gettext("开通账户"),
    Measure.CLOSED: lazy_gettext("注销账户"),
    Measure.REDUCTION_G: lazy_gettext("减碳量"),
    Measure.ISSUED: lazy_gettext("发放积分"),
    Measure.REDEEMED: lazy_gettext("兑换核销积分"),
    Measure.REDEMPTIONS: lazy_gettext("兑换次数"),
    Measure.EXPIRED: lazy_gettext("到期失效积分"),
    Measure.GIVEN_UP: lazy_gettext("销户作废积分"),
    Measure.CORRECTED: lazy_gettext("更正积分"),
}
_POINTS: Final = {
    Measure.ISSUED,
    Measure.REDEEMED,
    Measure.EXPIRED,
    Measure.GIVEN_UP,
    Measure.CORRECTED,
}


def measure_name(measure: str) -> str:
    """Return the name of a measure."""
    return str(MEASURES[measure])


def cell_name(cell: str, methods: Mapping[str, tuple[str, str]]) -> str:
    """Return what a figure is about: a method, a category of the mall, or everything."""
    if cell == WHOLE:
        return gettext("全部")
    if cell in CATEGORIES:
        return str(CATEGORIES[cell].label)
    return in_language(*methods.get(cell, (cell, cell)))


def measured(measure: str, amount: int | None) -> str:
    """Write a figure in the unit of its measure; a dash where it may not be told."""
    if amount is None:
        return "—"
    if measure == Measure.REDUCTION_G:
        return amounts.grams(amount)
    return amounts.points(amount) if measure in _POINTS else amounts.grouped(amount)
