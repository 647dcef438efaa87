"""What a citizen sees of themselves (我的): identity masked, account, how much there is of everything."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.identity import queries as people
from app.identity.models import Person
from app.identity.rules import needs_guardian
from app.identity.values import PersonCard
from app.kernel.actor import Actor
from app.reports import vouchers
from points import queries
from points.models import CarbonAccount, Correction
from scenarios.models import Authorisation


@dataclass(frozen=True, kw_only=True)
class Profile:
    """A citizen, their account if they have one, and counts beside the ways to everything else."""

    card: PersonCard
    account: CarbonAccount | None
    authorisations: int
    open_vouchers: int
    corrections: int
    wards: int


def profile(session: Session, actor: Actor) -> Profile:
    """Return what the actor sees of themselves.

    Raises:
        PersonNotFound: the actor is no citizen.
    """
    card = people.person_card(session, actor.person_id or 0)
    account = queries.find_account(session, card.id)
    number = account.id if account is not None else 0
    return Profile(
        card=card,
        account=account,
        authorisations=_count(
            session, Authorisation.account_id == number, Authorisation.withdrawn_at.is_(None)
        ),
        open_vouchers=vouchers.count_open(session, account_id=number),
        corrections=_count(
            session,
            Correction.account_id == number,
            Correction.noticed_at.is_not(None),
            Correction.state.in_(("confirmed", "objected", "answered")),
        ),
        wards=_count(session, Person.guardian_id == card.id),
    )


def _count(session: Session, *conditions: ColumnElement[bool]) -> int:
    return int(session.scalar(select(func.count()).where(*conditions)) or 0)


class Step(StrEnum):
    """Where somebody stands on the way to their account."""

    IDENTITY = "identity"
    GUARDIAN = "guardian"
    READY = "ready"
    OPEN = "open"


def next_step(shown: Profile, *, today: date) -> Step:
    """Return what is asked of a person next before their account is open."""
    card = shown.card
    if shown.account is not None:
        return Step.OPEN
    if card.born_on is None:
        return Step.IDENTITY
    if needs_guardian(card.born_on, today=today) and card.guardian_consented_at is None:
        return Step.GUARDIAN
    return Step.READY
