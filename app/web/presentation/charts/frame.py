"""What all charts share: the figure, its table twin, round numbers for the grid, space for labels."""

from collections.abc import Callable, Sequence
from math import floor, log10
from re import sub
from typing import Final, Literal
from unicodedata import east_asian_width

from markupsafe import Markup, escape

from app.web.presentation.language import gettext

Twin = Literal["hidden", "details", "none"]
Show = Callable[[int], str]

GLYPH: Final = 16  # width of a Chinese character in a chart, in px
LETTER: Final = 9  # width of a figure or Latin letter
PHONE: Final = 300  # width of a chart on the narrowest phone


def plain(value: int) -> str:
    """Write a number with thousands separators."""
    return f"{value:,}"


def width_of(text: str) -> int:
    """Return the width of a label in px, near enough to keep labels apart."""
    return sum(GLYPH if east_asian_width(character) in "WF" else LETTER for character in text)


def every(labels: Sequence[str], width: int = PHONE) -> int:
    """Return n such that every n-th label finds room beside the others."""
    if not labels:
        return 1
    widest = max(width_of(label) for label in labels) + 10
    step = 1
    while widest * ((len(labels) - 1) // step + 1) > width and step < len(labels):
        step += 1
    return step


def grid_steps(top: int) -> list[int]:
    """Return the round numbers at which grid lines stand: two to four of them, none above `top`."""
    if top <= 0:
        return []
    size = 10 ** floor(log10(top))
    steps = [size * 5, size * 2, size, size // 2, size // 5]
    step = next((each for each in steps if each and top // each >= 2), 1)
    return list(range(step, top + 1, step))


def number(value: float) -> str:
    """Write a coordinate with no more digits than can be seen."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def table(caption: str, headings: Sequence[str], rows: Sequence[Sequence[str]], *, css: str) -> Markup:
    """Return the numbers of a chart as a table."""
    head = Markup("").join(Markup('<th scope="col">{}</th>').format(heading) for heading in headings)
    body = Markup("").join(
        Markup("<tr>{}{}</tr>").format(
            Markup('<th scope="row">{}</th>').format(row[0]),
            Markup("").join(Markup("<td>{}</td>").format(cell) for cell in row[1:]),
        )
        for row in rows
    )
    return Markup(
        '<table class="{}"><caption class="unseen">{}</caption>'
        "<thead><tr>{}</tr></thead><tbody>{}</tbody></table>"
    ).format(css, caption, head, body)


def figure(
    kind: str,
    picture: Markup,
    *,
    caption: str,
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    twin: Twin = "hidden",
) -> Markup:
    """Set a picture and its twin into one figure."""
    beside = Markup("")
    if twin == "hidden":
        inner = table(caption, headings, rows, css="table")
        beside = Markup('<div class="chart__twin chart__twin--hidden unseen">{}</div>').format(inner)
    elif twin == "details":
        beside = Markup('<details class="chart__twin"><summary>{}</summary>{}</details>').format(
            gettext("以表格查看"), table(caption, headings, rows, css="table")
        )
    return Markup('<figure class="chart chart--{}">{}{}</figure>').format(kind, picture, beside)


def svg(body: Markup, *, label: str, height: int) -> Markup:
    """Open a drawing as wide as its place: lengths across are percent, lengths down are px."""
    return Markup(
        '<svg class="chart__picture" role="img" aria-label="{}" width="100%" height="{}">{}</svg>'
    ).format(label, height, body)


def with_axis(picture: Markup, marks: Sequence[tuple[float, str]], height: int) -> Markup:
    """Set the numbers of the grid lines beside a drawing, in a column as wide as they need."""
    if not marks:
        return picture
    wide = round(max(width_of(told) for _, told in marks) * 1.15) + 8
    told = Markup("").join(text(str(wide - 8), y + 6, label, anchor="end") for y, label in marks)
    return Markup(
        '<div class="chart__plot"><svg class="chart__axis" aria-hidden="true" width="{}" height="{}">'
        "{}</svg>{}</div>"
    ).format(wide, height, told, picture)


def short(told: str) -> str:
    """Leave out decimals that say nothing: `800.00 t` → `800 t`."""
    return sub(r"\.0+(?=\D|$)", "", told)


def text(x: str, y: float, content: str, *, anchor: str = "middle", css: str = "") -> Markup:
    """Write a label into a drawing."""
    classes = Markup(' class="{}"').format(css) if css else Markup("")
    return Markup('<text x="{}" y="{}" text-anchor="{}"{}>{}</text>').format(
        x, number(y), anchor, classes, escape(content)
    )


def rule(y: float, css: str = "grid") -> Markup:
    """Draw a level line across the drawing."""
    return Markup('<line class="{}" x1="0" x2="100%" y1="{}" y2="{}"/>').format(css, number(y), number(y))
