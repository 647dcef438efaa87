"""Rank those who consented, by district (区县排行任务)."""

from datetime import datetime

from app.journeys import ranking
from app.kernel.session import transaction


def run(at: datetime) -> int:
    """Rank this month and the month before anew; return how many are ranked."""
    with transaction() as session:
        return ranking.make_anew(session, at=at)
