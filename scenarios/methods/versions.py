"""Methods and their dated versions: everything needed to compute a reduction and to compute it again."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from app.kernel.sources import cites
from scenarios.methods.formulas import FORMULAS
from scenarios.methods.rounding import rounded_down
from scenarios.methods.values import Certainty, EvidenceClass, LifeField, Line, Parameter, Unit


@dataclass(frozen=True)
class MethodVersion:
    """One dated version of an accounting method (核算方法版本).

    Caps are per person and day in China: `cap_count` behaviours, `cap_grams` grams; `cap_count_year` is per
    person and calendar year. A quantity above `max_quantity_milli` is absurd, one above
    `review_above_milli` waits for a person's look. `None` means: no such limit.

    Source: CQ-31.3, Q-38.
    """

    code: str
    version: int
    valid_from: date
    valid_until: date | None
    unit: Unit
    formula: str
    formula_zh: str
    formula_en: str
    parameters: tuple[Parameter, ...]
    cap_count: int | None
    cap_grams: int | None
    cap_count_year: int | None
    max_quantity_milli: int | None
    review_above_milli: int | None
    evidence_class: EvidenceClass
    evidence_weight: Decimal
    source: str
    certainty: Certainty

    def holds_on(self, day: date) -> bool:
        """Tell whether this version governs behaviours of `day` (a day in China)."""
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)

    @cached_property
    def line(self) -> Line:
        """The exact formula with this version's parameters, before the evidence weight."""
        return FORMULAS[self.formula]({p.name: Fraction(p.value) for p in self.parameters})

    @cached_property
    def _calculator(self) -> Callable[[int], int]:
        return rounded_down(self.line, Fraction(self.evidence_weight))

    def calculator(self) -> Callable[[int], int]:
        """Return the function from thousandths of the unit to grams, for loops over many rows."""
        return self._calculator

    def exact_grams(self, quantity_milli: int) -> Fraction:
        """Return the reduction before it is rounded; 0 where nothing was reduced."""
        return self.line.at(Fraction(quantity_milli, 1000)) * Fraction(self.evidence_weight)


@dataclass(frozen=True)
class Method:
    """An accounting method (核算方法) with its versions, which follow one another without overlap."""

    code: str
    zh: str
    en: str
    life_field: LifeField
    unit: Unit
    versions: tuple[MethodVersion, ...]

    def on(self, day: date) -> MethodVersion | None:
        """Return the version that governs behaviours of `day`, if one does."""
        return version_on(self.versions, day)


@cites("Q-38", "CQ-31.3")
def version_on(versions: Iterable[MethodVersion], day: date) -> MethodVersion | None:
    """Return the version in force on the day of the behaviour, not on the day of its sending.

    Args:
        versions: of one method, in any order, without overlap.
        day: in China.

    Source: Q-38, CQ-31.3.
    """
    for version in versions:
        if version.holds_on(day):
            return version
    return None


def grams(version: MethodVersion, quantity_milli: int) -> int:
    """Return the reduction in whole grams, rounded down once; 0 for nothing or less.

    Source: CQ-31.3.
    """
    return version.calculator()(quantity_milli)
