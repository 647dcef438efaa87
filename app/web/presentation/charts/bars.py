"""Bars: upright for days and months, lying for kinds of things."""

from collections.abc import Sequence

from markupsafe import Markup

from app.web.presentation.charts.frame import (
    PHONE,
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
    width_of,
    with_axis,
)
from app.web.presentation.language import gettext

TOP = 28  # room for the figure above the highest bar
FOOT = 34  # room for the labels below


def bars(
    series: Sequence[tuple[str, int]],
    *,
    caption: str,
    headings: tuple[str, str],
    shown: Show = plain,
    lit: int | None = None,
    height: int = 220,
    twin: Twin = "hidden",
) -> Markup:
    """Draw upright bars, one for each label.

    Args:
        series: labels and values, none negative.
        headings: heads of the twin's two columns.
        lit: index of the bar to bring out, counted from the end where negative.
    """
    base = height - FOOT
    top = max((value for _, value in series), default=0)
    labels = [label for label, _ in series]
    figures = [shown(value) for _, value in series]
    slot = 100 / max(len(series), 1)
    room = PHONE * slot / 100
    told = all(width_of(each) <= room for each in figures)
    step = every(labels)
    chosen = None if lit is None else lit % max(len(series), 1)

    def level(value: int) -> float:
        return base - (value / top if top else 0) * (base - TOP)

    steps = grid_steps(top)
    parts = [rule(level(value)) for value in steps]
    parts.append(rule(base, "base"))
    wide = min(slot * 0.5, 6)
    for place, (label, value) in enumerate(series):
        middle = (place + 0.5) * slot
        bright = place == chosen
        y = level(value)
        if value:
            parts.append(
                Markup('<rect class="{}" x="{}%" y="{}" width="{}%" height="{}" rx="{}"/>').format(
                    "bar bar--lit" if bright else "bar",
                    number(middle - wide / 2),
                    number(y),
                    number(wide),
                    number(max(base - y, 3)),
                    6 if slot > 6 else 2,
                )
            )
        if told:
            parts.append(
                text(f"{number(middle)}%", y - 8, figures[place], css="chart__strong" if bright else "")
            )
        if (len(series) - 1 - place) % step == 0:
            parts.append(
                text(f"{number(middle)}%", height - 10, label, css="chart__strong" if bright else "")
            )
    picture = svg(Markup("").join(parts), label=_summary(caption, labels, figures, series), height=height)
    if not told:
        picture = with_axis(picture, [(level(value), short(shown(value))) for value in steps], height)
    rows = list(zip(labels, figures, strict=True))
    return figure("bars", picture, caption=caption, headings=headings, rows=rows, twin=twin)


def _summary(
    caption: str, labels: Sequence[str], figures: Sequence[str], series: Sequence[tuple[str, int]]
) -> str:
    if not series:
        return gettext("%(caption)s：暂无数据", caption=caption)
    best = max(range(len(series)), key=lambda place: series[place][1])
    return gettext(
        "%(caption)s：%(count)s 项，最高 %(label)s %(figure)s",
        caption=caption,
        count=len(series),
        label=labels[best],
        figure=figures[best],
    )


def ranks(
    series: Sequence[tuple[str, int]],
    *,
    caption: str,
    shown: Show = plain,
    lit: int | None = None,
) -> Markup:
    """Draw lying bars under their labels, in the given order; the text is its own twin."""
    top = max((value for _, value in series), default=0)
    lines = Markup("").join(
        Markup(
            '<li><div class="ranks__line"><span>{}</span><span class="number">{}</span></div>'
            '<svg aria-hidden="true" width="100%" height="10">'
            '<rect class="track" x="0" y="0" width="100%" height="10" rx="5"/>'
            '<rect class="{}" x="0" y="0" width="{}%" height="10" rx="5"/></svg></li>'
        ).format(
            label,
            shown(value),
            "bar bar--lit" if lit is None or place == lit else "bar",
            number(value / top * 100 if top else 0),
        )
        for place, (label, value) in enumerate(series)
    )
    return Markup('<figure class="chart"><figcaption class="unseen">{}</figcaption>{}</figure>').format(
        caption, Markup('<ol class="ranks">{}</ol>').format(lines)
    )
