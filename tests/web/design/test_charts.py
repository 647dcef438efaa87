"""Charts: the picture, its accessible name, its table, and the corners where there is no data."""

import re
from collections.abc import Iterator
from datetime import date
from xml.etree import ElementTree as ET

import pytest
from flask import Flask

from app.web.presentation import charts
from app.web.presentation.charts.frame import every, grid_steps, short

WEEK = [("六", 900), ("日", 0), ("一", 1_600), ("今", 1_100)]


@pytest.fixture(autouse=True)
def request_running(pages: Flask) -> Iterator[None]:
    with pages.test_request_context():
        yield


def drawn(chart: str) -> ET.Element:
    """Read a chart as XML: it is well formed, or this fails."""
    return ET.fromstring(f"<root>{chart}</root>")


ALL = {
    "bars": lambda: charts.bars(WEEK, caption="减碳", headings=("日期", "克")),
    "many bars": lambda: charts.bars(
        [(str(n), n * 1_000) for n in range(30)], caption="减碳", headings=("日期", "克")
    ),
    "lines": lambda: charts.lines(
        ["1", "2", "3"], [("今年", [1, None, 3]), ("去年", [3, 2, 1])], caption="减碳", heading="月"
    ),
    "ring": lambda: charts.share(
        [("骑行", 3), ("公交", 1)], caption="占比", headings=("场景", "克"), twin="hidden"
    ),
    "band": lambda: charts.share([("骑行", 3)], caption="占比", headings=("a", "b"), kind="band"),
    "ranks": lambda: charts.ranks(WEEK, caption="排行"),
    "progress": lambda: charts.progress(724, 1_000, caption="目标", goal=800),
    "expiry": lambda: charts.expiry_calendar(
        [(date(2026, 12, 1), 12_000), (date(2027, 1, 1), 0)], caption="到期"
    ),
    "sparkline": lambda: charts.sparkline([1, 5, 3], caption="近况"),
}
EMPTY = {
    "bars": lambda: charts.bars([], caption="减碳", headings=("日期", "克")),
    "zero bars": lambda: charts.bars([("一", 0)], caption="减碳", headings=("日期", "克")),
    "lines": lambda: charts.lines([], [("今年", [])], caption="减碳", heading="月"),
    "one point": lambda: charts.lines(["1"], [("今年", [None])], caption="减碳", heading="月"),
    "ring": lambda: charts.share([], caption="占比", headings=("场景", "克")),
    "zero ring": lambda: charts.share([("骑行", 0)], caption="占比", headings=("场景", "克")),
    "ranks": lambda: charts.ranks([], caption="排行"),
    "progress": lambda: charts.progress(0, 0, caption="目标", goal=0),
    "expiry": lambda: charts.expiry_calendar([], caption="到期"),
    "sparkline": lambda: charts.sparkline([], caption="近况"),
}


@pytest.mark.parametrize("name", ALL)
def test_every_picture_is_named_or_hidden(name):
    root = drawn(ALL[name]())

    for picture in root.iter("svg"):
        inner = any(picture in list(outer) for outer in root.iter("svg"))
        named = picture.get("role") == "img" and picture.get("aria-label")
        assert inner or named or picture.get("aria-hidden") == "true"


@pytest.mark.parametrize("name", ALL)
def test_no_chart_carries_a_style_or_a_colour_of_its_own(name):
    assert not re.search(r"style=|#[0-9a-f]{3,6}\b|<script", ALL[name]())


@pytest.mark.parametrize("name", EMPTY)
def test_a_chart_without_data_is_still_a_chart(name):
    drawn(EMPTY[name]())


def test_bars_have_a_table_with_the_same_numbers():
    root = drawn(ALL["bars"]())

    rows = [["".join(cell.itertext()) for cell in row] for row in root.iter("tr")]

    assert rows == [["日期", "克"], ["六", "900"], ["日", "0"], ["一", "1,600"], ["今", "1,100"]]


def test_a_gap_in_a_line_stays_a_gap():
    root = drawn(ALL["lines"]())

    threads = [path.get("d", "") for path in root.iter("path") if "thread" in path.get("class", "")]

    assert threads[0].count("M") == 2
    assert threads[1].count("M") == 1


def test_a_name_from_outside_stays_text():
    chart = charts.bars([("<script>", 1)], caption='"><b>', headings=("a", "b"))

    assert "<script>" not in chart
    assert "<b>" not in chart


@pytest.mark.parametrize(
    ("top", "steps"),
    [(0, []), (1, [1]), (3, [1, 2, 3]), (3_900, [1_000, 2_000, 3_000]), (880, [200, 400, 600, 800])],
)
def test_grid_lines_stand_at_round_numbers(top, steps):
    assert grid_steps(top) == steps


def test_labels_that_find_no_room_are_left_out_evenly():
    assert every(["一", "二", "三"]) == 1
    assert every([str(day) for day in range(1, 31)]) > 1
    assert every([]) == 1


def test_idle_decimals_are_left_out_on_an_axis():
    assert short("800.00 t") == "800 t"
    assert short("1.50 kg") == "1.50 kg"
