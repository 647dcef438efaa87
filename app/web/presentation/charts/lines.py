"""Lines: how something went over time, up to four series; and the sparkline of a table cell."""

from collections.abc import Callable, Sequence

from markupsafe import Markup

from app.web.presentation.charts.frame import (
    Show,
    Twin,
    every,
    figure,
    grid_steps,
    number,
    plain,
    rule,
    short,
    svg,
    text,
    with_axis,
)
from app.web.presentation.language import gettext

TOP = 24
FOOT = 34
INSET = 2.0  # percent kept free at both sides, for the dots


def lines(
    labels: Sequence[str],
    series: Sequence[tuple[str, Sequence[int | None]]],
    *,
    caption: str,
    heading: str,
    shown: Show = plain,
    filled: bool = True,
    height: int = 240,
    twin: Twin = "hidden",
) -> Markup:
    """Draw one to four lines over the same labels.

    Args:
        labels: what stands below, from left to right.
        series: a name and as many values as labels each; None leaves a gap.
        heading: head of the twin's first column.
        filled: wash the ground below the only line.
    """
    base = height - FOOT
    top = max((value for _, values in series for value in values if value is not None), default=0)
    last = max(len(labels) - 1, 1)
    step = every(labels)

    def across(place: int) -> float:
        return INSET + place / last * (100 - 2 * INSET)

    def level(value: int) -> float:
        return base - (value / top if top else 0) * (base - TOP)

    parts: list[Markup] = []
    steps = grid_steps(top)
    parts += [rule(level(value)) for value in steps]
    parts.append(rule(base, "base"))
    for rank, (_, values) in enumerate(series, start=1):
        parts.append(_thread(rank, values, across, level, base, height, filled=filled and len(series) == 1))
        known = [place for place, value in enumerate(values) if value is not None]
        if known and (value := values[known[-1]]) is not None:
            parts.append(
                Markup('<circle class="dot series-{}" cx="{}%" cy="{}" r="5"/>').format(
                    rank, number(across(known[-1])), number(level(value))
                )
            )
    for place, label in enumerate(labels):
        if (last - place) % step == 0:
            anchor = "end" if place == last else "start" if place == 0 else "middle"
            parts.append(text(f"{number(across(place))}%", height - 10, label, anchor=anchor))
    picture = svg(Markup("").join(parts), label=_summary(caption, series, shown), height=height)
    picture = with_axis(picture, [(level(value), short(shown(value))) for value in steps], height)
    if len(series) > 1:
        picture += _legend([name for name, _ in series])
    rows = [
        [label, *(_told(values[place], shown) for _, values in series)] for place, label in enumerate(labels)
    ]
    headings = [heading, *(name for name, _ in series)]
    return figure("lines", picture, caption=caption, headings=headings, rows=rows, twin=twin)


def _told(value: int | None, shown: Show) -> str:
    return "–" if value is None else shown(value)


def _thread(
    rank: int,
    values: Sequence[int | None],
    across: Callable[[int], float],
    level: Callable[[int], float],
    base: float,
    height: int,
    *,
    filled: bool,
) -> Markup:
    """Draw one line in a box that is stretched across, its stroke being kept at its width."""
    runs: list[list[tuple[float, float]]] = [[]]
    for place, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append((across(place), level(value)))
    way = "".join("M" + "L".join(f"{number(x)} {number(y)}" for x, y in run) for run in runs if run)
    wash = Markup("")
    if filled and runs[0]:
        first, end = number(runs[0][0][0]), number(runs[0][-1][0])
        wash = Markup('<path class="wash" d="{}L{} {}L{} {}Z"/>').format(way, end, base, first, base)
    return Markup(
        '<svg class="series-{}" x="0" y="0" width="100%" height="{}" viewBox="0 0 100 {}"'
        ' preserveAspectRatio="none">{}<path class="thread dash-{}" d="{}"/></svg>'
    ).format(rank, height, height, wash, rank, way)


def _legend(names: Sequence[str]) -> Markup:
    items = Markup("").join(
        Markup(
            '<li class="series-{}"><svg aria-hidden="true" viewBox="0 0 28 20">'
            '<path class="thread dash-{}" d="M0 10H28"/></svg>{}</li>'
        ).format(rank, rank, name)
        for rank, name in enumerate(names, start=1)
    )
    return Markup('<ul class="legend legend--line">{}</ul>').format(items)


def _summary(caption: str, series: Sequence[tuple[str, Sequence[int | None]]], shown: Show) -> str:
    told = []
    for name, values in series:
        known = [value for value in values if value is not None]
        if known:
            told.append(
                gettext(
                    "%(name)s 由 %(first)s 到 %(last)s，最高 %(top)s",
                    name=name,
                    first=shown(known[0]),
                    last=shown(known[-1]),
                    top=shown(max(known)),
                )
            )
    return f"{caption}: " + "; ".join(told) if told else gettext("%(caption)s：暂无数据", caption=caption)


def sparkline(values: Sequence[int], *, caption: str, shown: Show = plain) -> Markup:
    """Draw a small line for a table cell; its numbers are in its accessible name."""
    top, low = max(values, default=0), min(values, default=0)
    last = max(len(values) - 1, 1)
    points = [
        (place / last * 92 + 2, 25 - ((value - low) / (top - low) if top > low else 0.5) * 22)
        for place, value in enumerate(values)
    ]
    way = "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points) if points else ""
    dot = (
        Markup('<circle class="dot" cx="{}" cy="{}" r="3"/>').format(
            number(points[-1][0]), number(points[-1][1])
        )
        if points
        else ""
    )
    told = _summary(caption, [(caption, values)], shown).removeprefix(f"{caption}: ")
    return Markup(
        '<span class="chart"><svg class="spark series-1" role="img" aria-label="{}" viewBox="0 0 96 28">'
        '<path class="thread" d="{}"/>{}</svg></span>'
    ).format(told, way, dot)
