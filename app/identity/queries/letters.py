"""A person's address for letters, for their page and for whoever sends."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity.models import MessagePreference, PersonEmail
from app.identity.values import OPTIONAL_KINDS, MessageKind
from app.kernel.outbox import Channel
from app.kernel.secrets import keyring


@dataclass(frozen=True, kw_only=True)
class OwnEmail:
    """What a person's page of letters shows."""

    address: str | None
    verified_at: datetime | None
    failed_at: datetime | None
    by_email: Mapping[MessageKind, bool]


def own_email(session: Session, person_id: int) -> OwnEmail:
    """Return a person's address, whether it is confirmed, and what they want by e-mail."""
    found = session.get(PersonEmail, person_id)
    chosen = {
        MessageKind(kind): wanted
        for kind, wanted in session.execute(
            select(MessagePreference.kind, MessagePreference.wanted).where(
                MessagePreference.person_id == person_id,
                MessagePreference.channel == Channel.EMAIL.value,
            )
        )
    }
    return OwnEmail(
        address=keyring().decrypt(found.address_sealed, purpose="person_email.address") if found else None,
        verified_at=found.verified_at if found else None,
        failed_at=found.failed_at if found else None,
        by_email={kind: chosen.get(kind, True) for kind in OPTIONAL_KINDS},
    )
