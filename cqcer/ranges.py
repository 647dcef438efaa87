"""Ranges of units (编号区间): cut, chosen and joined in one place, for every act."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from app.kernel.sources import cites
from cqcer.errors import NotEnoughUnits, RangeNotInside
from cqcer.values import Range


class Cut(NamedTuple):
    """A range in up to three: what comes before, what was cut out, what comes after."""

    before: Range | None
    middle: Range
    after: Range | None

    @property
    def parts(self) -> list[Range]:
        """Return the parts in order; they are adjacent, not empty, and add up to the whole."""
        return [part for part in self if part is not None]


@cites("CQ-30.3")
def cut(whole: Range, middle: Range) -> Cut:
    """Cut `middle` out of `whole`; nothing is lost and nothing is double.

    Raises:
        RangeNotInside: `middle` is empty, or reaches beyond `whole`.

    Source: CQ-30.3.
    """
    if not whole.first <= middle.first <= middle.last <= whole.last:
        raise RangeNotInside(whole=list(whole), middle=list(middle))
    return Cut(
        Range(whole.first, middle.first - 1) if whole.first < middle.first else None,
        middle,
        Range(middle.last + 1, whole.last) if middle.last < whole.last else None,
    )


@cites("CQ-30.3", "Q-28")
def take(ranges: Iterable[Range], quantity: int) -> list[Range]:
    """Take `quantity` units from ranges in the order given; the last one taken from may be cut.

    Args:
        quantity: units, 1 or more.

    Raises:
        NotEnoughUnits: all of them together are fewer.

    Source: CQ-30.3, Q-28.
    """
    if quantity < 1:
        raise ValueError("at least one unit is taken")
    taken: list[Range] = []
    missing = quantity
    for whole in ranges:
        size = min(whole.quantity, missing)
        taken.append(cut(whole, Range(whole.first, whole.first + size - 1)).middle)
        missing -= size
        if not missing:
            return joined(taken)
    raise NotEnoughUnits(available=quantity - missing, asked=quantity)


@cites("CQ-30.3")
def joined(ranges: Iterable[Range]) -> list[Range]:
    """Return the same numbers in as few ranges as possible, in order.

    Raises:
        ValueError: two of the ranges share a number.

    Source: CQ-30.3.
    """
    found: list[Range] = []
    for range_ in sorted(ranges):
        if found and range_.first <= found[-1].last:
            raise ValueError("two ranges share a number")
        if found and range_.first == found[-1].last + 1:
            found[-1] = Range(found[-1].first, range_.last)
        else:
            found.append(range_)
    return found


def total(ranges: Sequence[Range]) -> int:
    """Return how many units the ranges hold together."""
    return sum(range_.quantity for range_ in ranges)
