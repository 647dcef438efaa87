"""What a person consents to and wants: separate consents (单独同意), messages and quiet hours (消息偏好)."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.identity import rules
from app.identity.errors import PersonNotFound
from app.identity.methods import wishes
from app.identity.models import MessagePreference, Person, PersonConsent, QuietHours
from app.identity.queries.credit_list import credit_list_on
from app.identity.values import BY_SMS, CONSENT_VERSIONS, MessageKind, Purposes
from app.kernel import audit
from app.kernel.actor import Actor
from app.kernel.days import day_in_china
from app.kernel.outbox import Channel
from app.kernel.permissions import Permission
from app.kernel.sources import cites


@cites("T-63", "Q-72", "CQ-40.1")
def give_consent(
    session: Session, *, actor: Actor, purpose: Purposes, text_version: str, at: datetime
) -> None:
    """Consent to one purpose, by itself; consenting again changes nothing.

    Raises:
        ConsentOutdated: another text than the present one was shown.
        ConsentNotForChildren: nobody under 14 is ranked.
        CreditListOff: the list for credit institutions is switched off.
        ConsentForAdultsOnly: nobody under 18 is on it.
        PersonNotFound: the actor is no citizen.

    Source: T-63, Q-72, CQ-40.1.
    """
    actor.require(Permission.USE_OWN_SESSION)
    person = _own(session, actor)
    wishes.check_consent_text(text_version, present=CONSENT_VERSIONS[purpose])
    if purpose is Purposes.RANKING:
        rules.check_may_be_ranked(person.born_on, today=day_in_china(at))
    if purpose is Purposes.CREDIT_LIST:
        rules.check_may_be_listed(
            person.born_on, is_on=credit_list_on(session) is not None, today=day_in_china(at)
        )
    made = session.scalar(
        insert(PersonConsent)
        .values(person_id=person.id, purpose=purpose.value, text_version=text_version, given_at=at)
        .on_conflict_do_nothing()
        .returning(PersonConsent.id)
    )
    if made is not None:
        _record(session, actor, "identity.consent.give", purpose, at)


@cites("T-63", "Q-72")
def withdraw_own_consent(session: Session, *, actor: Actor, purpose: Purposes, at: datetime) -> None:
    """Withdraw a consent at once; without one, nothing happens.

    Raises:
        PersonNotFound: the actor is no citizen.

    Source: T-63, Q-72.
    """
    actor.require(Permission.USE_OWN_SESSION)
    person = _own(session, actor)
    found = session.scalars(
        select(PersonConsent)
        .where(
            PersonConsent.person_id == person.id,
            PersonConsent.purpose == purpose.value,
            PersonConsent.withdrawn_at.is_(None),
        )
        .with_for_update()
    ).first()
    if found is not None:
        found.withdrawn_at = at
        session.flush()
        _record(session, actor, "identity.consent.withdraw", purpose, at)


@cites("Q-73")
def choose_messages(
    session: Session,
    *,
    actor: Actor,
    by_sms: Collection[MessageKind],
    quiet_from: int,
    quiet_until: int,
    at: datetime,
) -> None:
    """Choose which kinds of message come by SMS, and when none is sent; notices of rights come always.

    Args:
        quiet_from: hour of the day in China at which the quiet begins.
        quiet_until: hour at which it ends; equal to `quiet_from` for none.

    Raises:
        HoursWrong: no hours of a day.
        PersonNotFound: the actor is no citizen.

    Source: Q-73.
    """
    actor.require(Permission.USE_OWN_SESSION)
    wishes.check_quiet_hours(quiet_from, quiet_until)
    person = _own(session, actor)
    for kind in BY_SMS:
        row = {
            "person_id": person.id,
            "kind": kind.value,
            "channel": Channel.SMS.value,
            "wanted": kind in by_sms,
            "changed_at": at,
        }
        said = insert(MessagePreference).values(row)
        session.execute(
            said.on_conflict_do_update(
                index_elements=["person_id", "kind", "channel"],
                set_={"wanted": said.excluded.wanted, "changed_at": said.excluded.changed_at},
            )
        )
    hours = insert(QuietHours).values(
        person_id=person.id, from_hour=quiet_from, until_hour=quiet_until, changed_at=at
    )
    session.execute(
        hours.on_conflict_do_update(
            index_elements=["person_id"],
            set_={name: hours.excluded[name] for name in ("from_hour", "until_hour", "changed_at")},
        )
    )
    session.flush()


def _own(session: Session, actor: Actor) -> Person:
    person = (
        session.get(Person, actor.person_id, with_for_update=True) if actor.person_id is not None else None
    )
    if person is None:
        raise PersonNotFound
    return person


def _record(session: Session, actor: Actor, event: str, purpose: Purposes, at: datetime) -> None:
    audit.record(
        session,
        actor=actor,
        event=event,
        subject=("person", actor.person_id),
        at=at,
        purpose=purpose.value,
    )
    session.flush()
