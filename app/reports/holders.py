"""The holder (账户持有人): who the signed-in citizen is to their carbon account."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.identity.errors import PersonNotFound
from app.identity.models import Person
from app.kernel.actor import Actor
from points import queries


@dataclass(frozen=True, kw_only=True)
class Holder:
    """A citizen with their carbon account.

    Attributes:
        available: hundredths that can be spent today.
    """

    person_id: int
    nickname: str | None
    account_id: int
    number: str
    state: str
    opened_at: datetime | None
    closed_at: datetime | None
    available: int


def holder(session: Session, actor: Actor, *, today: date) -> Holder:
    """Return the actor's own account with what can be spent on a day in China.

    Raises:
        PersonNotFound: the actor is no citizen.
        AccountNotFound: the person has not applied for an account.
    """
    found = person(session, actor)
    account = queries.account_of(session, found.id)
    return Holder(
        person_id=found.id,
        nickname=found.nickname,
        account_id=account.id,
        number=account.number,
        state=account.state,
        opened_at=account.opened_at,
        closed_at=account.closed_at,
        available=queries.spendable(session, account.id, today),
    )


def person(session: Session, actor: Actor) -> Person:
    """Return the actor's own row among the people.

    Raises:
        PersonNotFound: the actor is no citizen.
    """
    found = session.get(Person, actor.person_id) if actor.person_id is not None else None
    if found is None:
        raise PersonNotFound
    return found
