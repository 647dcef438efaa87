"""Builders of what units are used for: beneficiaries, cancellations, certificates."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from cqcer import commands
from cqcer.models import Movement
from cqcer.values import MovementKind, MovementOrder, Purpose
from tests.integration.cqcer import registry as build


def beneficiary(session: Session, world: build.Registry, kind: str, name: str) -> int:
    """Enter somebody for whom units may be cancelled."""
    organisation = world.owner.organisation.id if kind == "organisation" else None
    return commands.enter_beneficiary(
        session, actor=world.agency[0], kind=kind, name=name, organisation_id=organisation, at=world.at
    ).id


def cancel(
    session: Session,
    world: build.Registry,
    quantity: int,
    purpose: Purpose = Purpose.PUBLIC_BENEFIT,
    *,
    kind: str = "public",
    name: str = "公众",
    at: datetime | None = None,
    **more: Any,
) -> Movement:
    """Cancel units of the owner: proposed by one representative, confirmed by the other."""
    order = MovementOrder(
        kind=MovementKind.CANCEL,
        quantity=quantity,
        giving_account_id=world.owner.account.id,
        purpose=purpose,
        beneficiary_id=beneficiary(session, world, kind, name),
        **more,
    )
    when = at or world.at
    proposed = commands.propose_movement(
        session, actor=world.owner.initiator, order=order, key=f"cancel-{quantity}-{purpose}", at=when
    )
    return commands.confirm_movement(
        session, actor=world.owner.confirmer, movement_id=proposed.id, at=when, second_factor=True
    )
