"""The calendar of expiry (到期日历): how many points end in which month."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Final

from markupsafe import Markup

from app.web.presentation.amounts import points
from app.web.presentation.charts.frame import Twin, figure, number, svg, text
from app.web.presentation.dates import month, month_only
from app.web.presentation.language import gettext

ACROSS: Final = 4
CELL: Final = 68
GAP: Final = 8
HEAD: Final = 32


def expiry_calendar(months: Sequence[tuple[date, int]], *, caption: str, twin: Twin = "hidden") -> Markup:
    """Draw a box for each month, with its points where some end; those of most points are bold.

    Args:
        months: any day of each month, in order, and the hundredths that end in it.
    """
    top = max((amount for _, amount in months), default=0)
    parts: list[Markup] = []
    y = 0.0
    for year, group in groupby(months, key=lambda pair: pair[0].year):
        parts.append(text("0", y + 20, str(year), anchor="start", css="chart__strong"))
        y += HEAD
        cells = list(group)
        for place, (day, amount) in enumerate(cells):
            parts.append(_cell(place % ACROSS, y + place // ACROSS * (CELL + GAP), day, amount, top))
        y += ((len(cells) - 1) // ACROSS + 1) * (CELL + GAP)
    rows = [[month(day), gettext("%(points)s 分", points=points(amount))] for day, amount in months]
    ending = [f"{row[0]} {row[1]}" for row, (_, amount) in zip(rows, months, strict=True) if amount]
    told = ", ".join(ending) or gettext("没有积分到期")
    picture = svg(Markup("").join(parts), label=f"{caption}: {told}", height=int(max(y - GAP, 0)))
    headings = [gettext("月份"), gettext("到期积分")]
    return figure("expiry", picture, caption=caption, headings=headings, rows=rows, twin=twin)


def _cell(column: int, y: float, day: date, amount: int, top: int) -> Markup:
    wide = 100 / ACROSS
    middle = f"{number((column + 0.5) * wide)}%"
    level = 0 if not amount else 2 if amount == top else 1
    box = Markup('<rect class="month month-{}" x="{}%" y="{}" width="{}%" height="{}" rx="10"/>').format(
        level, number(column * wide + 0.8), number(y), number(wide - 1.6), CELL
    )
    label = text(middle, y + 27, month_only(day))
    value = text(middle, y + 54, points(amount) if amount else "–", css="chart__strong" if amount else "")
    return Markup("").join([box, label, value])
