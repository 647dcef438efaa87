"""What a report and its handling must say."""

from typing import Final

from app.kernel.sources import cites
from app.oversight.errors import NoteMissing, ReportIncomplete
from app.oversight.values import Told

LEAST_CONTENT: Final = 10
MOST_CONTENT: Final = 5_000
MOST_LINE: Final = 200
LEAST_NOTE: Final = 5
MOST_NOTE: Final = 2_000
MOST_FILES: Final = 5


@cites("CQ-41.1", "Q-29")
def check_report(told: Told) -> None:
    """Allow a report of 10 to 5,000 characters; whom it means and a contact may be left out.

    Raises:
        ReportIncomplete: with every breach by field.

    Source: CQ-41.1, Q-29.
    """
    breaches = {}
    if not LEAST_CONTENT <= len(told.content) <= MOST_CONTENT:
        breaches["content"] = f"{LEAST_CONTENT}-{MOST_CONTENT}"
    if len(told.whom) > MOST_LINE:
        breaches["whom"] = f"longer than {MOST_LINE}"
    if len(told.contact) > MOST_LINE:
        breaches["contact"] = f"longer than {MOST_LINE}"
    if breaches:
        raise ReportIncomplete(breaches=breaches)


@cites("CQ-41.1")
def check_note(note: str) -> str:
    """Return a note without blanks around it.

    Raises:
        NoteMissing: it has fewer than 5 or more than 2,000 characters.

    Source: CQ-41.1.
    """
    said = note.strip()
    if not LEAST_NOTE <= len(said) <= MOST_NOTE:
        raise NoteMissing(least=LEAST_NOTE, most=MOST_NOTE)
    return said
