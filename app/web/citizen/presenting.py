"""Small matters of how a citizen's figures are set (呈现)."""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import groupby

from app.kernel.days import CHINA, day_in_china
from app.reports.citizen_home import DayFigure
from app.reports.statement import Line
from app.web.presentation.language import gettext
from app.web.presentation.masks import masked_phone

GRAMS_PER_KG = 1_000
CHINA_CODE = "+86"


def by_month(lines: Sequence[Line]) -> list[tuple[date, list[Line]]]:
    """Return the lines of a statement under the first day of their month in China."""
    return [
        (first, list(found))
        for first, found in groupby(lines, key=lambda line: day_in_china(line.at).replace(day=1))
    ]


def tenths(value: int) -> str:
    """Write tenths of a unit: 2301 → `230.1`, 20 → `2`."""
    whole, rest = divmod(value, 10)
    return f"{whole:,}.{rest}" if rest else f"{whole:,}"


def own_phone(phone: str) -> str:
    """Write a phone with its middle hidden, without the country where that is China: `138****1234`."""
    return masked_phone(phone.removeprefix(CHINA_CODE))


def greeting(at: datetime, name: str | None) -> str:
    """Greet by the time of day in China, with the nickname where there is one."""
    hour = at.astimezone(CHINA).hour
    if 5 <= hour < 11:
        words = gettext("早上好")
    elif 11 <= hour < 14:
        words = gettext("中午好")
    elif 14 <= hour < 18:
        words = gettext("下午好")
    else:
        words = gettext("晚上好")
    return gettext("%(greeting)s，%(name)s", greeting=words, name=name) if name else words


def in_kilograms(trend: Sequence[DayFigure]) -> bool:
    """Tell whether a week is told in kilograms: where a day comes to one."""
    return any(figure.reduction_g >= GRAMS_PER_KG for figure in trend)


def kilograms(grams: int) -> str:
    """Write grams as kilograms with one decimal, rounded down."""
    if not grams:
        return "0"
    tenths_of_kg = grams * 10 // GRAMS_PER_KG
    return f"{tenths_of_kg // 10:,}.{tenths_of_kg % 10}"


def plain_grams(grams: int) -> str:
    """Write grams without their unit, which stands beside the chart."""
    return f"{grams:,}"
