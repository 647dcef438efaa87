"""What a person consents to and wants, for pages and for whoever sends messages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity.methods import wishes
from app.identity.models import MessagePreference, PersonConsent, QuietHours
from app.identity.values import BY_SMS, NO_QUIET, OPTIONAL_KINDS, MessageKind, Purposes, Quiet
from app.kernel.outbox import Channel
from app.kernel.sources import cites


@dataclass(frozen=True, kw_only=True)
class MessageWishes:
    """Which optional kinds of message a person wants by SMS, and in which hours none."""

    by_sms: Mapping[MessageKind, bool]
    quiet: Quiet


@cites("T-63")
def consents_of(session: Session, person_id: int) -> Mapping[Purposes, datetime]:
    """Return the purposes to which a person consents now, with the instant at which they did.

    Source: T-63.
    """
    rows = session.execute(
        select(PersonConsent.purpose, PersonConsent.given_at).where(
            PersonConsent.person_id == person_id, PersonConsent.withdrawn_at.is_(None)
        )
    )
    return {Purposes(purpose): given_at for purpose, given_at in rows}


def message_wishes(session: Session, person_id: int) -> MessageWishes:
    """Return what a person chose, and the usual where they chose nothing: everything, at any hour."""
    rows = session.execute(
        select(MessagePreference.kind, MessagePreference.wanted).where(
            MessagePreference.person_id == person_id, MessagePreference.channel == Channel.SMS.value
        )
    )
    chosen = {MessageKind(kind): wanted for kind, wanted in rows}
    hours = session.get(QuietHours, person_id)
    return MessageWishes(
        by_sms={kind: chosen.get(kind, True) for kind in BY_SMS},
        quiet=Quiet(hours.from_hour, hours.until_hour) if hours else NO_QUIET,
    )


@cites("Q-73")
def send_after(
    session: Session, person_id: int, *, template: str, channel: Channel, at: datetime
) -> datetime | None:
    """Return when a message may leave for a person: now, after their quiet hours, or None for never.

    Whoever sends asks this once a message; what stands within the product is never held back.

    Args:
        template: of the message, `points.expiry_notice`.

    Source: Q-73.
    """
    kind = wishes.kind_of_message(template)
    if channel is Channel.IN_APP or kind is MessageKind.SECURITY:
        return at
    if kind in OPTIONAL_KINDS:
        wanted = session.scalar(
            select(MessagePreference.wanted).where(
                MessagePreference.person_id == person_id,
                MessagePreference.kind == kind.value,
                MessagePreference.channel == channel.value,
            )
        )
        if wanted is False:
            return None
    hours = session.get(QuietHours, person_id)
    return wishes.after_quiet(at, Quiet(hours.from_hour, hours.until_hour) if hours else NO_QUIET)
