"""Corrections of wrongly issued points: what a proposal needs, who decides, when, and how much."""

from datetime import datetime, timedelta
from typing import Final

from app.kernel.days import day_in_china, start_of_day
from app.kernel.sources import cites
from points.errors import CorrectionInvalid, ObjectionTimeOver, ObjectionTimeRuns, SecondPersonNeeded

DAYS_TO_OBJECT: Final = 15


@cites("Q-25", "CQ-34.10")
def check_proposal(*, clause: str, rule_text: str, reason: str, amount: int, issued: int) -> None:
    """Allow a proposal that quotes a published clause, gives a reason and asks for no more than was issued.

    Args:
        clause: words of the rule under which the points were issued.
        rule_text: that rule's published text.
        amount: hundredths asked for.
        issued: hundredths that the behaviour earned.

    Raises:
        CorrectionInvalid: something is missing; everything is named.

    Source: Q-25, CQ-34.10.
    """
    breaches: dict[str, str] = {}
    if len(clause.strip()) < 4 or clause.strip() not in rule_text:
        breaches["rule_clause"] = "not in the published rule"
    if not 1 <= len(reason.strip()) <= 2_000:
        breaches["reason"] = "1-2000"
    if not 1 <= amount <= issued:
        breaches["amount"] = f"1-{issued}"
    if breaches:
        raise CorrectionInvalid(breaches=breaches)


@cites("Q-25")
def check_second_person(*, first: str, second: str) -> None:
    """Allow a step only to another person than the one who proposed.

    Raises:
        SecondPersonNeeded: they are the same.

    Source: Q-25.
    """
    if first == second:
        raise SecondPersonNeeded


@cites("Q-25")
def objection_end(noticed_at: datetime) -> datetime:
    """Return the instant at which the time to object ends: fifteen full days after the day of the notice.

    Source: Q-25.
    """
    return start_of_day(day_in_china(noticed_at) + timedelta(days=DAYS_TO_OBJECT + 1))


@cites("Q-25")
def check_objection_time(*, at: datetime, until: datetime) -> None:
    """Allow objecting before the time to object ends.

    Raises:
        ObjectionTimeOver: it is over.

    Source: Q-25.
    """
    if at >= until:
        raise ObjectionTimeOver(object_until=until.isoformat())


@cites("Q-25")
def check_execution_time(*, at: datetime, until: datetime) -> None:
    """Allow taking points once the time to object is over.

    Raises:
        ObjectionTimeRuns: it still runs.

    Source: Q-25.
    """
    if at < until:
        raise ObjectionTimeRuns(object_until=until.isoformat())


@cites("Q-25")
def amount_to_take(*, asked: int, available: int) -> int:
    """Return what may be taken: unspent points of that very lot, never below zero.

    Source: Q-25.
    """
    return max(0, min(asked, available))
