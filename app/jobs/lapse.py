"""Give back the points of vouchers whose time is over, and of merchants that have left (超时退回任务)."""

from datetime import datetime

from app.kernel.actor import SYSTEM
from app.kernel.session import transaction
from points import commands


def run(at: datetime) -> str:
    """End every reservation that is due, a hundred in a transaction; what is done stays done."""
    ended = 0
    while True:
        with transaction() as session:
            count = commands.lapse_due(session, actor=SYSTEM, at=at)
        if not count:
            return f"{ended} reservations"
        ended += count
