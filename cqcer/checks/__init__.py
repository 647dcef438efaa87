"""Numbered checks (编号校验): data with a question each, run together, never stopped by the first answer."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, NamedTuple, TypeVar

from app.kernel.sources import cites
from cqcer.errors import ChecksFailed

F_contra = TypeVar("F_contra", contravariant=True)
F = TypeVar("F")

Against = dict[str, Any] | None
"""What stands against the act, as plain JSON; None where nothing does."""


class Severity(StrEnum):
    """Whether a failed check refuses the act."""

    REFUSES = "refuses"
    WARNS = "warns"


class Verdict(StrEnum):
    """What a check found."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, kw_only=True)
class Check(Generic[F_contra]):
    """One question, numbered for ever; `finds` answers it from the facts alone."""

    code: int
    zh: str
    en: str
    source: str
    at: frozenset[StrEnum]  # acts before which it is asked
    finds: Callable[[F_contra], Against]
    applies: Callable[[F_contra], bool] = lambda _facts: True
    severity: Severity = Severity.REFUSES


class Outcome(NamedTuple):
    """What one check found."""

    code: int
    verdict: Verdict
    severity: Severity
    source: str
    zh: str
    en: str
    details: dict[str, Any]


class Report(NamedTuple):
    """What all checks of an act found; stored with the act, shown by a dry run."""

    outcomes: tuple[Outcome, ...]

    @property
    def refusals(self) -> list[Outcome]:
        """Return what refuses the act."""
        return [
            one for one in self.outcomes if one.verdict is Verdict.FAILED and one.severity is Severity.REFUSES
        ]

    @property
    def warnings(self) -> list[Outcome]:
        """Return what somebody should know, though it refuses nothing."""
        return [
            one for one in self.outcomes if one.verdict is Verdict.FAILED and one.severity is Severity.WARNS
        ]

    def plain(self) -> list[dict[str, Any]]:
        """Return all outcomes as plain JSON, to be stored."""
        return [
            {"code": one.code, "verdict": one.verdict.value, "details": one.details} for one in self.outcomes
        ]


@cites("CQ-20.5", "CQ-30.3")
def run(checks: Iterable[Check[F]], facts: F, *, at: StrEnum | tuple[StrEnum, ...]) -> Report:
    """Ask every check of an act, or of several at once, in the order of their numbers.

    Source: CQ-20.5, CQ-30.3.
    """
    outcomes = []
    acts = at if isinstance(at, tuple) else (at,)
    for check in sorted(checks, key=lambda one: one.code):
        if not check.at.intersection(acts):
            continue
        against: Against = None
        if not check.applies(facts):
            verdict = Verdict.NOT_APPLICABLE
        else:
            against = check.finds(facts)
            verdict = Verdict.PASSED if against is None else Verdict.FAILED
        outcomes.append(
            Outcome(check.code, verdict, check.severity, check.source, check.zh, check.en, against or {})
        )
    return Report(tuple(outcomes))


def refuse_if_failed(report: Report, **details: Any) -> None:
    """Refuse once, with everything that stands against the act.

    Raises:
        ChecksFailed: `checks` names code, texts, source and details of each.
    """
    if found := report.refusals:
        raise ChecksFailed(
            **details,
            checks=[
                {
                    "code": one.code,
                    "zh": one.zh,
                    "en": one.en,
                    "source": one.source,
                    "details": one.details,
                }
                for one in found
            ],
        )


def unless(holds: bool, **details: Any) -> Against:
    """Return nothing where it holds, else the details of what does not."""
    return None if holds else details
