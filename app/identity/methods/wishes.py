"""Consents, kinds of messages and quiet hours (意愿): what holds, and when a message may leave."""

from datetime import UTC, datetime, timedelta
from typing import Final

from app.identity.errors import ConsentOutdated, HoursWrong
from app.identity.values import MessageKind, Quiet
from app.kernel.days import CHINA
from app.kernel.sources import cites

HOURS: Final = 24
LAST_HOUR: Final = 23


@cites("T-63")
def check_consent_text(shown: str, *, present: str) -> None:
    """Take a consent only to the text that holds now.

    Raises:
        ConsentOutdated: another text was shown.

    Source: T-63.
    """
    if shown != present:
        raise ConsentOutdated(version=present)


@cites("Q-73")
def check_quiet_hours(from_hour: int, until_hour: int) -> None:
    """Take hours of a day.

    Raises:
        HoursWrong: not from 0 to 23.

    Source: Q-73.
    """
    if not (0 <= from_hour <= LAST_HOUR and 0 <= until_hour <= LAST_HOUR):
        raise HoursWrong(from_hour=from_hour, until_hour=until_hour)


@cites("Q-73")
def kind_of_message(template: str) -> MessageKind:
    """Return what a message is about; what nobody may switch off is a matter of rights.

    Source: Q-73.
    """
    if template == "points.expiry_notice":
        return MessageKind.EXPIRY
    first = template.partition(".")[0]
    return {
        "redemption": MessageKind.REDEMPTION,
        "claim": MessageKind.CLAIM,
        "person": MessageKind.SECURITY,
    }.get(first, MessageKind.RIGHTS)


@cites("Q-73")
def after_quiet(at: datetime, quiet: Quiet) -> datetime:
    """Return `at`, or the end of the quiet hours in which it falls; they may go past midnight.

    Source: Q-73.
    """
    here = at.astimezone(CHINA)
    length = (quiet.until_hour - quiet.from_hour) % HOURS
    begin = here.replace(hour=quiet.from_hour, minute=0, second=0, microsecond=0)
    if begin > here:
        begin -= timedelta(days=1)
    end = begin + timedelta(hours=length)
    return end.astimezone(UTC) if here < end else at
