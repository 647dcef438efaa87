"""Execute movements whose waiting is over, end proposals that nobody confirmed (减排量业务任务)."""

from collections.abc import Callable
from datetime import datetime

from app.kernel.actor import SYSTEM
from app.kernel.session import transaction
from cqcer import commands


def run(at: datetime) -> str:
    """Execute and lapse what is due, one in a transaction: each locks two accounts and no more."""
    executed = lapsed = 0
    while _one(commands.execute_due, at):
        executed += 1
    while _one(commands.lapse_due, at):
        lapsed += 1
    return f"{executed} executed, {lapsed} lapsed"


def _one(due: Callable[..., int], at: datetime) -> bool:
    with transaction() as session:
        return due(session, actor=SYSTEM, at=at, limit=1) > 0
