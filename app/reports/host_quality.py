"""How good a host's data is and what came of it (数据质量): by day, by scenario, in sum."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.days import end_of_day, start_of_day
from scenarios.models import Scenario

DAYS_OF_QUALITY: Final = 30


@dataclass(frozen=True, kw_only=True)
class Quality:
    """What became of the rows that were sent; points in hundredths.

    Rows that were held are counted as held, whatever a person decided on them later; grams and points
    are those that came of everything, such decisions included.
    """

    rows: int = 0
    outcomes: Mapping[str, int] = field(default_factory=dict)
    reduction_g: int = 0
    points: int = 0

    def of(self, *outcomes: str) -> int:
        """Return how many rows ended in one of these ways."""
        return sum(self.outcomes.get(outcome, 0) for outcome in outcomes)

    def permille(self, *outcomes: str) -> int:
        """Return how many of a thousand rows ended so, rounded down; 0 where there are no rows."""
        return self.of(*outcomes) * 1000 // self.rows if self.rows else 0


@dataclass(frozen=True, kw_only=True)
class QualityDay:
    """The rows that were received on one day in China."""

    day: date
    quality: Quality


@dataclass(frozen=True, kw_only=True)
class OfScenario:
    """The rows of one scenario."""

    scenario: Scenario
    quality: Quality


@dataclass(frozen=True, kw_only=True)
class Received:
    """What a host sent from `since` to `until`, days in China, both included; empty days are there too."""

    since: date
    until: date
    whole: Quality
    days: tuple[QualityDay, ...]
    scenarios: tuple[OfScenario, ...]


_ROWS: Final = text("""
    select (u.created_at at time zone 'Asia/Shanghai')::date as day, u.scenario_id, outcome.key as outcome,
           sum(reason.value::bigint) as rows
      from upload u
     cross join lateral jsonb_each(u.outcomes) as outcome
     cross join lateral jsonb_each_text(outcome.value) as reason
     where u.scenario_id = any(:scenarios) and u.created_at >= :since and u.created_at < :until
       and u.door <> 'review'
     group by 1, 2, 3
""")
_SUMS: Final = text("""
    select (u.created_at at time zone 'Asia/Shanghai')::date as day, u.scenario_id,
           sum(u.reduction_g) as grams, sum(u.points) as points
      from upload u
     where u.scenario_id = any(:scenarios) and u.created_at >= :since and u.created_at < :until
     group by 1, 2
""")


class _Sum:
    """A sum in the making."""

    def __init__(self) -> None:
        self.outcomes: dict[str, int] = {}
        self.grams = self.points = 0

    @property
    def quality(self) -> Quality:
        """The sum as it is told."""
        return Quality(
            rows=sum(self.outcomes.values()),
            outcomes=self.outcomes,
            reduction_g=self.grams,
            points=self.points,
        )


def received(session: Session, scenarios: list[Scenario], *, since: date, until: date) -> Received:
    """Return what was sent for these scenarios, in whole, by day and by scenario."""
    facts = {
        "scenarios": [scenario.id for scenario in scenarios],
        "since": start_of_day(since),
        "until": end_of_day(until),
    }
    whole = _Sum()
    days = {since + timedelta(days=place): _Sum() for place in range((until - since).days + 1)}
    parts = {scenario.id: _Sum() for scenario in scenarios}
    for row in session.execute(_ROWS, facts):
        for target in (whole, days[row.day], parts[row.scenario_id]):
            target.outcomes[row.outcome] = target.outcomes.get(row.outcome, 0) + int(row.rows)
    for row in session.execute(_SUMS, facts):
        for target in (whole, days[row.day], parts[row.scenario_id]):
            target.grams += int(row.grams)
            target.points += int(row.points)
    return Received(
        since=since,
        until=until,
        whole=whole.quality,
        days=tuple(QualityDay(day=day, quality=found.quality) for day, found in days.items()),
        scenarios=tuple(
            OfScenario(scenario=scenario, quality=parts[scenario.id].quality) for scenario in scenarios
        ),
    )


def last_days(session: Session, scenarios: list[Scenario], *, today: date) -> Received:
    """Return what was sent within the last thirty days, today included."""
    return received(session, scenarios, since=today - timedelta(days=DAYS_OF_QUALITY - 1), until=today)
