"""Parts of a whole: ring or band with numbered parts; and how far something has come."""

from collections.abc import Sequence
from math import cos, pi, sin
from typing import Final, Literal

from markupsafe import Markup

from app.web.presentation.amounts import percent
from app.web.presentation.charts.frame import Show, Twin, figure, number, plain, svg, text
from app.web.presentation.language import gettext

SERIES: Final = 7
RADIUS: Final = 62
MIDDLE: Final = 92
GAP: Final = 0.6  # percent of the ring left free between two parts


def share(
    parts: Sequence[tuple[str, int]],
    *,
    caption: str,
    headings: tuple[str, str],
    shown: Show = plain,
    kind: Literal["ring", "band"] = "ring",
    centre: str = "",
    twin: Twin = "none",
) -> Markup:
    """Draw the parts of a whole, numbered as in the list beside, which tells each in words.

    Args:
        parts: labels and values, none negative; those after the seventh share its colour.
        centre: what stands in the middle of a ring, best the total.
    """
    whole = sum(value for _, value in parts)
    label = gettext(
        "%(caption)s：%(parts)s",
        caption=caption,
        parts=", ".join(f"{name} {percent(value, whole)}" for name, value in parts),
    )
    picture = _ring(parts, whole, label, centre) if kind == "ring" else _band(parts, whole, label)
    rows = [[name, shown(value), percent(value, whole)] for name, value in parts]
    both = Markup('<div class="chart__with-legend">{}{}</div>').format(picture, _legend(rows))
    heads = [*headings, gettext("占比")]
    return figure("share", both, caption=caption, headings=heads, rows=rows, twin=twin)


def _colour(rank: int) -> str:
    return f"series-{min(rank, SERIES)}"


def _ring(parts: Sequence[tuple[str, int]], whole: int, label: str, centre: str) -> Markup:
    drawn, told, start = [], [], 0.0
    for rank, (_, value) in enumerate(parts, start=1):
        size = value / whole * 100 if whole else 0
        if size > 0:
            seen = max(size - GAP, 0.4)
            drawn.append(
                Markup(
                    '<circle class="stroke {}" cx="{}" cy="{}" r="{}" stroke-width="18" pathLength="100"'
                    ' stroke-dasharray="{} {}" stroke-dashoffset="{}" transform="rotate(-90 {} {})"/>'
                ).format(
                    _colour(rank),
                    MIDDLE,
                    MIDDLE,
                    RADIUS,
                    number(seen),
                    number(100 - seen),
                    number(-start),
                    MIDDLE,
                    MIDDLE,
                )
            )
        if size >= 4:
            turn = (start + size / 2) / 100 * 2 * pi
            x, y = MIDDLE + 82 * sin(turn), MIDDLE - 82 * cos(turn) + 6
            told.append(text(number(x), y, str(rank)))
        start += size
    middle = text(str(MIDDLE), MIDDLE + 7, centre, css="chart__strong") if centre else Markup("")
    body = Markup("").join([*drawn, *told, middle])
    return Markup(
        '<svg class="chart__ring" role="img" aria-label="{}" viewBox="0 0 184 184" width="184" height="184">'
        "{}</svg>"
    ).format(label, body)


def _band(parts: Sequence[tuple[str, int]], whole: int, label: str) -> Markup:
    drawn, start = [], 0.0
    for rank, (_, value) in enumerate(parts, start=1):
        size = value / whole * 100 if whole else 0
        if size > 0:
            drawn.append(
                Markup('<rect class="fill {}" x="{}%" y="24" width="{}%" height="24"/>').format(
                    _colour(rank), number(start), number(max(size - 0.4, 0.3))
                )
            )
        if size >= 6:
            drawn.append(text(f"{number(start + size / 2)}%", 17, str(rank)))
        start += size
    return svg(Markup("").join(drawn), label=label, height=50)


def _legend(rows: Sequence[Sequence[str]]) -> Markup:
    items = Markup("").join(
        Markup(
            '<li class="{}"><svg aria-hidden="true" viewBox="0 0 28 20">'
            '<rect class="fill" x="0" y="3" width="28" height="14" rx="4"/></svg>'
            '<span class="legend__name">{}. {}</span><span class="legend__value number">{} · {}</span></li>'
        ).format(_colour(rank), rank, row[0], row[1], row[2])
        for rank, row in enumerate(rows, start=1)
    )
    return Markup('<ol class="legend">{}</ol>').format(items)


def progress(
    done: int,
    whole: int,
    *,
    caption: str,
    shown: Show = plain,
    goal: int | None = None,
) -> Markup:
    """Draw how far something has come, with a mark at the goal where that is not the whole."""
    far = min(done / whole * 100, 100) if whole else 0
    mark = (
        Markup('<line class="goal" x1="{}%" x2="{}%" y1="0" y2="24"/>').format(
            number(min(goal / whole * 100, 100)), number(min(goal / whole * 100, 100))
        )
        if goal is not None and whole
        else Markup("")
    )
    body = Markup(
        '<rect class="track" x="0" y="4" width="100%" height="16" rx="8"/>'
        '<rect class="bar bar--lit" x="0" y="4" width="{}%" height="16" rx="8"/>{}'
    ).format(number(far), mark)
    told = gettext("%(done)s，共 %(whole)s", done=shown(done), whole=shown(whole))
    beside = gettext("目标 %(goal)s", goal=shown(goal)) if goal is not None else ""
    line = Markup(
        '<div class="ranks__line"><span>{}</span><span class="number">{} · {}</span></div>{}'
    ).format(
        caption,
        told,
        percent(done, whole),
        Markup('<div class="second end">{}</div>').format(beside) if beside else "",
    )
    picture = svg(body, label=f"{caption}: {told}, {percent(done, whole)}", height=24)
    return Markup('<figure class="chart chart--progress">{}{}</figure>').format(line, picture)
