"""Cutting, taking and joining ranges: nothing lost, nothing double, whatever the numbers."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cqcer import ranges
from cqcer.errors import NotEnoughUnits, RangeNotInside
from cqcer.values import Range
from tests.obligations import obligation


@st.composite
def inside(draw: st.DrawFn) -> tuple[Range, Range]:
    first = draw(st.integers(1, 10**12))
    last = first + draw(st.integers(0, 10**9))
    begin = draw(st.integers(first, last))
    return Range(first, last), Range(begin, draw(st.integers(begin, last)))


@st.composite
def apart(draw: st.DrawFn) -> list[Range]:
    found, at = [], 1
    for gap, size in draw(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 50)), max_size=12)):
        found.append(Range(at + gap, at + gap + size - 1))
        at += gap + size
    return found


def numbers(of: list[Range]) -> list[int]:
    return [number for range_ in of for number in range(range_.first, range_.last + 1)]


@obligation("CQ-30.3")
@given(inside())
def test_the_parts_of_a_cut_are_adjacent_not_empty_and_add_up(both):
    whole, middle = both

    parts = ranges.cut(whole, middle).parts

    assert parts[0].first == whole.first
    assert parts[-1].last == whole.last
    assert middle in parts
    assert all(part.quantity >= 1 for part in parts)
    assert all(one.last + 1 == two.first for one, two in itertools.pairwise(parts))
    assert ranges.total(parts) == whole.quantity
    assert ranges.joined(parts) == [whole]


@pytest.mark.parametrize("middle", [Range(0, 5), Range(5, 11), Range(6, 5), Range(11, 12), Range(1, 0)])
def test_a_middle_that_is_empty_or_reaches_out_is_refused(middle):
    with pytest.raises(RangeNotInside):
        ranges.cut(Range(1, 10), middle)


@given(apart(), st.data())
def test_what_is_taken_is_the_first_so_many_numbers(of, data):
    of = data.draw(st.permutations(of))
    everything = numbers(of)
    asked = data.draw(st.integers(1, len(everything) + 2))

    if asked > len(everything):
        with pytest.raises(NotEnoughUnits) as refusal:
            ranges.take(of, asked)
        assert refusal.value.details == {"available": len(everything), "asked": asked}
    else:
        taken = ranges.take(of, asked)
        assert numbers(taken) == sorted(everything[:asked])


@given(apart(), st.randoms())
def test_joining_keeps_the_numbers_and_needs_the_fewest_ranges(of, random):
    shuffled = list(of)
    random.shuffle(shuffled)

    joined = ranges.joined(shuffled)

    assert numbers(joined) == numbers(of)
    assert all(one.last + 1 < two.first for one, two in itertools.pairwise(joined))


def test_ranges_that_share_a_number_cannot_be_joined():
    with pytest.raises(ValueError, match="share"):
        ranges.joined([Range(1, 5), Range(5, 6)])


def test_nothing_is_not_a_quantity():
    with pytest.raises(ValueError, match="one unit"):
        ranges.take([Range(1, 5)], 0)
