"""Conversion rules as anyone may read them (碳积分转换规则): to come, in force, before."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel.sources import cites
from points.models import ConversionRule


@dataclass(frozen=True, kw_only=True)
class DatedRule:
    """A rule with its last day, None while no later one is published."""

    rule: ConversionRule
    last_on: date | None
    state: str  # `to_come`, `in_force`, `before`


@cites("CQ-36.5", "Q-50")
def rule_on(session: Session, day: date) -> ConversionRule | None:
    """Return the rule that holds on a day in China, None before the first.

    Source: CQ-36.5, Q-50.
    """
    return session.scalars(
        select(ConversionRule)
        .where(ConversionRule.valid_from <= day)
        .order_by(ConversionRule.valid_from.desc())
        .limit(1)
    ).first()


@cites("CQ-31.4", "CQ-36.5")
def every_rule(session: Session, today: date) -> list[DatedRule]:
    """Return every published rule, the latest first.

    Source: CQ-31.4, CQ-36.5.
    """
    rules = list(session.scalars(select(ConversionRule).order_by(ConversionRule.valid_from)))
    last_days: dict[int, date] = {
        earlier.id: later.valid_from - timedelta(days=1) for earlier, later in pairwise(rules)
    }
    return [
        DatedRule(
            rule=rule, last_on=last_days.get(rule.id), state=_state(rule, last_days.get(rule.id), today)
        )
        for rule in reversed(rules)
    ]


def _state(rule: ConversionRule, last_on: date | None, today: date) -> str:
    if rule.valid_from > today:
        return "to_come"
    return "in_force" if last_on is None or last_on >= today else "before"
