"""Add up the days that have ended and publish the months that are whole (信息公开任务)."""

from datetime import datetime
from typing import Final

from app.journeys import disclosing
from app.kernel.session import transaction
from app.kernel.sources import cites

AT_ONCE: Final = 31
"""Days that are looked up at a time; each is added up in a transaction of its own."""


@cites("CQ-36.4", "CQ-36.5", "Q-30")
def run(at: datetime) -> str:
    """Close every day that is due, then publish every month that is due; missed runs are made up for.

    Source: CQ-36.4, CQ-36.5, Q-30.
    """
    closed = published = 0
    while True:
        with transaction() as session:
            days = disclosing.days_due(session, at=at, most=AT_ONCE)
        if not days:
            break
        for day in days:
            with transaction() as session:
                disclosing.close_day(session, day=day, at=at)
            closed += 1
    with transaction() as session:
        months = disclosing.months_due(session)
    for month in months:
        with transaction() as session:
            disclosing.publish_month(session, month=month, at=at)
        published += 1
    return f"{closed} days, {published} months"
