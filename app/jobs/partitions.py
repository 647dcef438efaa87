"""Make the months of the partitioned tables ahead of time (分区维护任务)."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import text

from app.kernel.days import day_in_china
from app.kernel.session import transaction

AHEAD: Final = timedelta(days=370)


def run(at: datetime) -> str:
    """Make every month up to a year from now; months that are there stay as they are."""
    today = day_in_china(at)
    with transaction() as session:
        made = session.scalar(
            text("select make_month_partitions(cast(:first as date), cast(:last as date))"),
            {"first": today.replace(day=1), "last": today + AHEAD},
        )
    return f"{made} partitions"
