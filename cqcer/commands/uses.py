"""Lists that the Bureau keeps for uses of units, and certificates of what was cancelled (注销证明)."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.kernel import audit, signing
from app.kernel.actor import Actor
from app.kernel.days import day_in_china
from app.kernel.permissions import Permission
from app.kernel.sources import cites
from cqcer import queries
from cqcer.certificates import PURPOSE, canonical, certificate_number
from cqcer.errors import CaseNotFound, NotASinkProject
from cqcer.models import CancellationCertificate, JudicialListing, Movement, RegistryProject, SigningKey
from cqcer.values import Category, MovementKind, MovementState, Subject


@cites("CQ-24.4", "CQ-27.2")
def list_for_subscription(
    session: Session, *, actor: Actor, project_id: int, document_id: int, at: datetime
) -> JudicialListing:
    """Put a registered sink project on the list for judicial subscription; listed twice is listed once.

    Raises:
        CaseNotFound: there is no such project.
        NotASinkProject: it is of another category, or not registered.

    Source: CQ-24.4, CQ-27.2.
    """
    actor.require(Permission.KEEP_LISTS_OF_UNITS)
    project = session.get(RegistryProject, project_id, with_for_update={"key_share": True})
    if project is None:
        raise CaseNotFound(subject=Subject.PROJECT.value, id=project_id)
    if project.category != Category.SINK or project.state != "registered":
        raise NotASinkProject(category=project.category, state=project.state)
    current = session.scalars(
        select(JudicialListing).where(
            JudicialListing.project_id == project_id, JudicialListing.delisted_at.is_(None)
        )
    ).one_or_none()
    if current is not None:
        return current
    listed = JudicialListing(
        project_id=project_id, document_id=document_id, listed_by=actor.ref, listed_at=at
    )
    session.add(listed)
    audit.record(session, actor=actor, event="unit.subscription.list", subject=("project", project_id), at=at)
    session.flush()
    return listed


@cites("CQ-24.4")
def end_listing(session: Session, *, actor: Actor, project_id: int, at: datetime) -> None:
    """Take a project from the list for judicial subscription; what was subscribed stays.

    Raises:
        CaseNotFound: the project is not on the list.

    Source: CQ-24.4.
    """
    actor.require(Permission.KEEP_LISTS_OF_UNITS)
    listed = session.scalars(
        select(JudicialListing)
        .where(JudicialListing.project_id == project_id, JudicialListing.delisted_at.is_(None))
        .with_for_update()
    ).one_or_none()
    if listed is None:
        raise CaseNotFound(subject=Subject.PROJECT.value, id=project_id)
    listed.delisted_by, listed.delisted_at = actor.ref, at
    audit.record(session, actor=actor, event="unit.subscription.end", subject=("project", project_id), at=at)
    session.flush()


@cites("CQ-27.1", "CQ-29.1", "CQ-29.3")
def certify(session: Session, movement: Movement, *, at: datetime) -> CancellationCertificate | None:
    """Sign what a cancellation did, in its own transaction; none where nobody benefits from it.

    Source: CQ-27.1, CQ-29.1, CQ-29.3.
    """
    done = movement.kind == MovementKind.CANCEL and movement.state == MovementState.EXECUTED
    if not done or movement.beneficiary_id is None:
        return None
    number = certificate_number(day_in_china(at).year, movement.id)
    content = canonical(_content(session, movement, number, at))
    made = CancellationCertificate(
        movement_id=movement.id,
        number=number,
        content=content,
        signature=signing.sign(content.encode(), purpose=PURPOSE),
        key_id=_key(session, at),
        issued_at=at,
    )
    session.add(made)
    session.flush()
    return made


def _content(session: Session, movement: Movement, number: str, at: datetime) -> dict[str, Any]:
    for_whom = queries.beneficiary(session, movement.beneficiary_id or 0)
    return {
        "kind": "cancellation_of_units",
        "version": 1,
        "number": number,
        "movement": movement.id,
        "cancelled_on": day_in_china(at).isoformat(),
        "cancelled_at": at.isoformat(),
        "quantity_t": movement.quantity,
        "purpose": movement.purpose,
        "beneficiary": {"kind": for_whom.kind, "name": for_whom.name},
        "usage": movement.usage,
        "units": [
            {
                "serial": part.text,
                "project": part.project_number,
                "title": part.project_title,
                "category": part.serial.category.value,
                "first_day": part.serial.vintage.first.isoformat(),
                "last_day": part.serial.vintage.last.isoformat(),
                "quantity_t": part.serial.units.quantity,
            }
            for part in queries.parts_of(session, movement.id)
        ],
    }


def _key(session: Session, at: datetime) -> int:
    key = signing.public_key(purpose=PURPOSE)
    session.execute(
        insert(SigningKey)
        .values(algorithm=signing.ALGORITHM, public_key=key, first_used_at=at)
        .on_conflict_do_nothing(index_elements=["public_key"])
    )
    return session.scalars(select(SigningKey.id).where(SigningKey.public_key == key)).one()
