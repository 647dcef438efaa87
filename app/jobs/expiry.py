"""Write the expiry of lots whose last day is over (到期失效任务); they were unspendable already."""

from datetime import datetime

from app.kernel.actor import SYSTEM
from app.kernel.session import transaction
from points import commands


def run(at: datetime) -> str:
    """Sweep until nothing is left, some accounts in a transaction; a second run finds nothing."""
    lots = points = 0
    while True:
        with transaction() as session:
            swept = commands.expire_due(session, actor=SYSTEM, at=at)
        if not swept.lots:
            return f"{lots} lots, {points} hundredths"
        lots += swept.lots
        points += swept.points
