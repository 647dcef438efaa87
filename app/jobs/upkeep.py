"""Forget what is of no more use (清理任务)."""

from datetime import datetime, timedelta
from typing import Final

from app.identity import commands as identity
from app.kernel.limits import forget_before
from app.kernel.session import transaction

COUNTERS: Final = timedelta(days=2)


def run(at: datetime) -> str:
    """Forget old rate counters, one-time codes and sessions."""
    with transaction() as session:
        counters = forget_before(session, at - COUNTERS)
        codes = identity.forget_codes(session, at=at)
        sessions = identity.forget_sessions(session, at=at)
    return f"{counters} counters, {codes} codes, {sessions} sessions"
