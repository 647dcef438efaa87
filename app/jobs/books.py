"""Compute all holdings a second time, each night (账册复核任务)."""

from datetime import datetime

from app.kernel.actor import SYSTEM
from app.kernel.session import transaction
from cqcer import commands


class BooksDisagree(Exception):
    """The second computation differs from the books; the audit is kept and movements have stopped."""


def run(at: datetime) -> str:
    """Audit the books; what was found is kept and published, agreement or not.

    Raises:
        BooksDisagree: it does not agree, so that the run log and whoever watches it see it at once.
    """
    with transaction() as session:
        made = commands.audit_books(session, actor=SYSTEM, at=at)
        said = f"audit {made.id}: {made.movements} movements, {made.units} units"
        codes = [finding["code"] for finding in made.findings]
    if codes:
        raise BooksDisagree(f"{said}, {', '.join(codes)}")
    return said
