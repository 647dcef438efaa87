"""Checks of applications for compliance offset, 5001 and on (履约抵销校验)."""

from dataclasses import dataclass, field
from typing import Final

from app.kernel.sources import cites
from cqcer.checks import Check, unless
from cqcer.values import Category, OffsetAct

_ALWAYS: Final = frozenset({OffsetAct.BEGIN, OffsetAct.SUBMIT, OffsetAct.CONFIRM})
_APPLYING: Final = frozenset({OffsetAct.BEGIN, OffsetAct.SUBMIT})


@dataclass(frozen=True, kw_only=True)
class Offsetting:
    """Units by what the ratios tell apart, in tonnes."""

    of_category: dict[Category, int] = field(default_factory=dict)
    purchased: int = 0

    @property
    def total(self) -> int:
        """Return all of them."""
        return sum(self.of_category.values())

    def plus(self, other: "Offsetting") -> "Offsetting":
        """Return both together."""
        return Offsetting(
            of_category={
                category: self.of_category.get(category, 0) + other.of_category.get(category, 0)
                for category in Category
            },
            purchased=self.purchased + other.purchased,
        )


@dataclass(frozen=True, kw_only=True)
class OffsetFacts:
    """What the checks of an application are told."""

    on_the_list: bool
    entered: bool  # the Bureau entered the ratios of the year
    window_open: bool
    first_time: bool  # an application once submitted may come back after the window
    base_fits: bool
    overall_bp: int = 0
    purchased_bp: int = 0
    category_bp: dict[Category, int] = field(default_factory=dict)
    base_t: int
    asked_t: int
    asked: Offsetting  # the units that are, or would be, frozen
    before: Offsetting  # of earlier applications of the year, refused and withdrawn ones apart


@cites("CQ-24.2", "Q-16")
def ceiling(base_t: int, ratio_bp: int) -> int:
    """Return the most that a ratio allows, rounded down to whole tonnes.

    Args:
        ratio_bp: hundredths of a percent, 10000 for all of it.

    Source: CQ-24.2, Q-16.
    """
    return base_t * ratio_bp // 10_000


def _beyond(facts: OffsetFacts) -> dict[str, dict[str, int]]:
    together = facts.asked.plus(facts.before)
    found = {}
    for category in Category:
        most = ceiling(facts.base_t, facts.category_bp.get(category, 0))
        if together.of_category[category] > most:
            found[category.value] = {"ceiling": most, "together": together.of_category[category]}
    return found


OFFSET_CHECKS: Final[tuple[Check[OffsetFacts], ...]] = (
    Check(
        code=5001,
        zh="申请单位不在重庆市配额管理单位名单内",
        en="The applicant is not on the list of units under allowance management.",
        source="CQ-26.1",
        at=_ALWAYS,
        finds=lambda f: unless(f.on_the_list),
    ),
    Check(
        code=5002,
        zh="该履约年度的抵销比例尚未录入，暂不受理",
        en="The ratios of this compliance year are not entered; applications are closed.",
        source="CQ-24.2",
        at=_ALWAYS,
        finds=lambda f: unless(f.entered),
    ),
    Check(
        code=5003,
        zh="不在该年度的抵销申请期内",
        en="The window for applications of this year is not open.",
        source="Q-44",
        at=_APPLYING,
        applies=lambda f: f.entered and f.first_time,
        finds=lambda f: unless(f.window_open),
    ),
    Check(
        code=5004,
        zh="抵销基数与规则规定的口径不符",
        en="The base is not what the rules name.",
        source="Q-16",
        at=_ALWAYS,
        applies=lambda f: f.entered,
        finds=lambda f: unless(f.base_fits, base_t=f.base_t),
    ),
    Check(
        code=5005,
        zh="超过抵销总比例",
        en="More than the overall ratio allows.",
        source="CQ-24.2",
        at=_ALWAYS,
        applies=lambda f: f.entered,
        finds=lambda f: unless(
            f.asked.plus(f.before).total <= ceiling(f.base_t, f.overall_bp),
            ceiling=ceiling(f.base_t, f.overall_bp),
            together=f.asked.plus(f.before).total,
        ),
    ),
    Check(
        code=5006,
        zh="超过该类减排量的抵销比例",
        en="More of one category than its ratio allows.",
        source="CQ-24.2",
        at=_ALWAYS,
        applies=lambda f: f.entered,
        finds=lambda f: unless(not _beyond(f), categories=_beyond(f)),
    ),
    Check(
        code=5007,
        zh="购买的减排量超过规定比例",
        en="The share of purchased units is beyond its ratio.",
        source="CQ-26.3",
        at=_ALWAYS,
        applies=lambda f: f.entered,
        finds=lambda f: unless(
            f.asked.plus(f.before).purchased <= ceiling(f.base_t, f.purchased_bp),
            ceiling=ceiling(f.base_t, f.purchased_bp),
            together=f.asked.plus(f.before).purchased,
        ),
    ),
    Check(
        code=5008,
        zh="账户可用减排量不足",
        en="The account has too few free units.",
        source="CQ-26.4",
        at=frozenset({OffsetAct.BEGIN}),
        finds=lambda f: unless(f.asked.total == f.asked_t, available=f.asked.total, asked=f.asked_t),
    ),
)
