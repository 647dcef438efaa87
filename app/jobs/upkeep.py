"""Forget what is of no more use (清理任务)."""

from datetime import datetime, timedelta
from typing import Final

from app.kernel.limits import forget_before
from app.kernel.session import transaction

COUNTERS: Final = timedelta(days=2)


def run(at: datetime) -> str:
    """Forget old rate counters."""
    with transaction() as session:
        forgotten = forget_before(session, at - COUNTERS)
    return f"{forgotten} counters"
