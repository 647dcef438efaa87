"""Carbon neutrality (碳中和): emissions declared by a methodology, then covered by cancelled units."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel import audit
from app.kernel.actor import Actor
from app.kernel.permissions import Permission
from app.kernel.sources import cites
from cqcer import queries
from cqcer.commands.accounts import known_beneficiary
from cqcer.commands.moving import propose_movement
from cqcer.errors import (
    HoldingAccountNotFound,
    NeutralityNotFound,
    NothingEmitted,
)
from cqcer.models import Movement, NeutralityRecord
from cqcer.neutrality import Activity, emissions_of
from cqcer.values import MovementKind, MovementOrder, Period, Purpose, RepresentativeRole

KIND_OF = {
    Purpose.EVENT_NEUTRALITY: "event",
    Purpose.OWN_OPERATIONS: "organisation",
    Purpose.PERSONAL: "person",
}
PURPOSE_OF = {kind: purpose for purpose, kind in KIND_OF.items()}


@cites("CQ-27.1", "CQ-42.4")
def declare_emissions(
    session: Session,
    *,
    actor: Actor,
    purpose: Purpose,
    subject: str,
    period: Period,
    methodology: str,
    activities: Sequence[Activity],
    document_id: int | None = None,
    at: datetime,
) -> NeutralityRecord:
    """Declare what an event, operations or a person emitted, with every activity and factor it rests on.

    Args:
        subject: the event's name, the organisation's, or the person's.
        methodology: by which it is computed, with its version.

    Raises:
        HoldingAccountNotFound: the actor's subject has no account.
        NotARepresentative: the actor does not initiate for it.
        NothingEmitted: no activity, or one with a negative figure; nothing to make neutral.

    Source: CQ-27.1, CQ-42.4.
    """
    actor.require(Permission.MOVE_OWN_UNITS)
    account = queries.account_of(
        session,
        organisation_id=actor.organisation_id,
        person_id=actor.person_id if actor.organisation_id is None else None,
    )
    if account is None:
        raise HoldingAccountNotFound
    queries.require_representative(session, actor, account.id, RepresentativeRole.INITIATING)
    found = emissions_of(activities)
    if found.grams < 1 or any(one.quantity_milli < 0 or one.factor_mg < 0 for one in activities):
        raise NothingEmitted
    kind = KIND_OF[purpose]
    for_whom = known_beneficiary(
        session,
        kind=kind,
        name=subject,
        organisation_id=account.organisation_id if kind == "organisation" else None,
        entered_by=actor.ref,
        at=at,
    )
    made = NeutralityRecord(
        account_id=account.id,
        beneficiary_id=for_whom.id,
        subject=subject.strip(),
        first_day=period.first,
        last_day=period.last,
        methodology=methodology.strip(),
        activities=[one.plain() for one in activities],
        emissions_g=found.grams,
        emissions_t=found.tonnes,
        document_id=document_id,
        declared_by=actor.ref,
        declared_at=at,
    )
    session.add(made)
    session.flush()
    session.refresh(made)
    audit.record(
        session,
        actor=actor,
        event="registry.neutrality.declare",
        subject=("neutrality_record", made.id),
        at=at,
        emissions_t=made.emissions_t,
    )
    return made


@cites("CQ-27.1", "CQ-29.1", "CQ-42.4")
def propose_neutrality(
    session: Session,
    *,
    actor: Actor,
    record_id: int,
    quantity: int | None = None,
    key: str,
    at: datetime,
) -> Movement:
    """Propose to cancel units against what was declared; confirmed by the other person, it is neutral.

    Args:
        quantity: tonnes, as many as were emitted at least; None for exactly that.

    Raises:
        NeutralityNotFound: there is no such record of the actor's account.
        ChecksFailed: numbered checks stand against it, too few units among them.

    Source: CQ-27.1, CQ-29.1, CQ-42.4.
    """
    record = session.scalars(select(NeutralityRecord).where(NeutralityRecord.id == record_id)).one_or_none()
    account = queries.account_of(
        session,
        organisation_id=actor.organisation_id,
        person_id=actor.person_id if actor.organisation_id is None else None,
    )
    if record is None or account is None or record.account_id != account.id:
        raise NeutralityNotFound(record_id=record_id)
    kind = queries.beneficiary(session, record.beneficiary_id).kind
    order = MovementOrder(
        kind=MovementKind.CANCEL,
        quantity=record.emissions_t if quantity is None else quantity,
        giving_account_id=account.id,
        purpose=PURPOSE_OF[kind],
        beneficiary_id=record.beneficiary_id,
        neutrality_id=record.id,
        usage={
            "subject": record.subject,
            "first_day": record.first_day.isoformat(),
            "last_day": record.last_day.isoformat(),
            "methodology": record.methodology,
            "emissions_t": record.emissions_t,
        },
    )
    return propose_movement(session, actor=actor, order=order, key=key, at=at)
