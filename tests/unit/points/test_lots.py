"""Lots: last days, the order of spending, partial use."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from points import lots
from points.errors import InsufficientPoints
from points.values import Lot, Part
from tests.obligations import obligation

DAYS = st.dates(date(2024, 1, 1), date(2090, 12, 31))


def lot(last: str, issued: str, number: int, available: int) -> Lot:
    return Lot(date.fromisoformat(last), date.fromisoformat(issued), number, available)


@obligation("CQ-34.9", "Q-20", "Q-22")
@pytest.mark.parametrize(
    ("issued_on", "months", "last"),
    [
        ("2025-03-10", 60, "2030-03-09"),
        ("2024-02-29", 60, "2029-02-28"),
        ("2023-02-28", 12, "2024-02-27"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-28"),
        ("2024-08-31", 6, "2025-02-28"),
        ("2024-08-30", 6, "2025-02-28"),
        ("2024-08-29", 6, "2025-02-28"),
        ("2024-08-28", 6, "2025-02-27"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2024-12-01", 1, "2024-12-31"),
        ("2025-01-01", 60, "2029-12-31"),
    ],
)
def test_the_last_valid_day_is_the_day_before_the_same_date(issued_on, months, last):
    assert lots.last_valid_day(date.fromisoformat(issued_on), months) == date.fromisoformat(last)


@obligation("CQ-34.9", "Q-22")
@given(DAYS, st.integers(1, 60))
def test_no_lot_is_valid_on_the_same_date_five_years_later(issued_on, months):
    last = lots.last_valid_day(issued_on, months)

    try:
        anniversary = issued_on.replace(year=issued_on.year + 5)
    except ValueError:  # 29 February
        anniversary = date(issued_on.year + 5, 3, 1)
    assert issued_on <= last < anniversary
    assert last <= lots.five_year_limit(issued_on)


@given(DAYS, st.integers(1, 59))
def test_a_longer_validity_never_ends_earlier(issued_on, months):
    assert lots.last_valid_day(issued_on, months) <= lots.last_valid_day(issued_on, months + 1)


@given(DAYS, st.integers(1, 60))
def test_points_issued_later_never_end_earlier(issued_on, months):
    next_day = issued_on + timedelta(days=1)

    assert lots.last_valid_day(issued_on, months) <= lots.last_valid_day(next_day, months)


@obligation("Q-21")
def test_the_earliest_to_expire_goes_first_then_the_earliest_issued_then_the_lowest_id():
    held = [
        lot("2026-01-01", "2024-05-01", 9, 10),
        lot("2026-01-02", "2021-01-03", 4, 10),
        lot("2026-01-02", "2021-01-04", 2, 10),
        lot("2026-01-02", "2021-01-04", 3, 10),
    ]

    parts = lots.choose(held, 35)

    assert [(part.lot.id, part.amount) for part in parts] == [(9, 10), (4, 10), (2, 10), (3, 5)]


def test_lots_in_another_order_are_not_spent():
    held = [lot("2026-01-02", "2021-01-03", 4, 10), lot("2026-01-01", "2024-05-01", 9, 10)]

    with pytest.raises(ValueError, match="order"):
        lots.choose(held, 15)


@obligation("CQ-34.5")
@pytest.mark.parametrize("cost", [1, 19, 20])
def test_up_to_and_including_all_can_be_spent(cost):
    held = [lot("2026-01-01", "2024-05-01", 1, 10), lot("2026-01-02", "2024-05-01", 2, 10)]

    assert sum(part.amount for part in lots.choose(held, cost)) == cost


@obligation("CQ-34.5")
def test_a_hundredth_more_than_all_is_refused_with_both_figures():
    held = [lot("2026-01-01", "2024-05-01", 1, 10), lot("2026-01-02", "2024-05-01", 2, 10)]

    with pytest.raises(InsufficientPoints) as refusal:
        lots.choose(held, 21)

    assert refusal.value.details == {"balance": 20, "cost": 21}


def test_no_more_lots_are_drawn_than_are_needed():
    drawn = []

    def held():
        for number in range(1, 100):
            drawn.append(number)
            yield lot("2026-01-01", "2024-05-01", number, 10)

    parts = lots.choose(held(), 25)

    assert [part.amount for part in parts] == [10, 10, 5]
    assert drawn == [1, 2, 3]


@given(st.lists(st.integers(0, 50), max_size=30), st.integers(1, 500))
def test_parts_add_up_and_never_pass_what_a_lot_holds(held, cost):
    offered = [Lot(date(2026, 1, 1), date(2024, 1, 1), place, amount) for place, amount in enumerate(held)]

    if sum(held) < cost:
        with pytest.raises(InsufficientPoints):
            lots.choose(offered, cost)
        return
    parts = lots.choose(offered, cost)

    assert sum(part.amount for part in parts) == cost
    assert all(0 < part.amount <= part.lot.available for part in parts)
    assert all(part.amount == part.lot.available for part in parts[:-1])


@obligation("Q-23", "CQ-34.9")
def test_a_reservation_reaches_to_the_first_of_its_lots_five_years():
    held = [lot("2026-01-01", "2025-01-02", 1, 10), lot("2026-01-02", "2021-01-04", 2, 10)]

    assert lots.reservation_limit([Part(each, 10) for each in held]) == date(2026, 1, 3)
