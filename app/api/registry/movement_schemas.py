"""Shapes of an account and its movements, as their holder sees them."""

from typing import Any, Final

from marshmallow import fields

from app.api.fields import In, Out, Text, Whole, nothing, one_of
from app.api.paging import page_of, page_query
from app.api.registry.case_schemas import TONNES
from app.reports.registry.own_units import OwnMovement
from cqcer.values import MovementKind, Purpose

HOLDERS_KINDS: Final = (
    MovementKind.GIFT,
    MovementKind.CANCEL,
    MovementKind.DEPOSIT,
    MovementKind.WITHDRAW,
)
HOLDERS_PURPOSES: Final = (
    Purpose.EVENT_NEUTRALITY,
    Purpose.OWN_OPERATIONS,
    Purpose.PERSONAL,
    Purpose.JUDICIAL,
    Purpose.PUBLIC_BENEFIT,
)


class MovementIn(In):
    """What the holder asks to be moved; units are taken oldest first unless a block is named."""

    kind = one_of(*(one.value for one in HOLDERS_KINDS), required=True)
    quantity_t = Whole(least=1, most=10**12, required=True, metadata=TONNES)
    taking_account = Text(
        least=14,
        most=14,
        pattern="[0-9]{14}",
        load_default=nothing,
        metadata={"description": "Number of the account that is given to; with `gift`."},
    )
    block_id = Whole(load_default=nothing)
    purpose = one_of(*(one.value for one in HOLDERS_PURPOSES), load_default=nothing)
    beneficiary_id = Whole(load_default=nothing)
    emissions_t = Whole(
        most=10**12,
        load_default=nothing,
        metadata={"description": "Computed emissions that the cancellation offsets (CQ-42.4)."},
    )
    note = Text(least=1, most=500, load_default=nothing)


class RefusalIn(In):
    """Why a proposal is refused."""

    reason = Text(least=1, most=2000, lines=True, required=True)


class HoldingAccountOut(Out):
    """The own holding account (持有账户) with what it holds."""

    number = fields.String()
    state = fields.String()
    units_t = fields.Dict(
        keys=fields.String(), values=fields.Integer(), metadata={"description": "Tonnes by state."}
    )


class PartOut(Out):
    """A range of numbers, both included."""

    first_no = fields.Integer()
    last_no = fields.Integer()


class MovementOut(Out):
    """A movement from or to the own account."""

    id = fields.Integer()
    kind = fields.String()
    state = fields.String()
    quantity_t = fields.Integer(metadata=TONNES)
    purpose = fields.String(allow_none=True)
    taking_account = fields.String(allow_none=True)
    note = fields.String(allow_none=True)
    proposed_by = fields.String()
    proposed_at = fields.DateTime()
    waits_until = fields.DateTime(allow_none=True)
    parts = fields.List(fields.Nested(PartOut))


MovementPage = page_of(MovementOut)
MovementsQuery = page_query("registry_movements")


def shown_movement(found: OwnMovement) -> dict[str, Any]:
    """Return what `MovementOut` shows of a movement."""
    of = found.movement
    names = ("id", "kind", "state", "purpose", "note", "proposed_by", "proposed_at", "waits_until")
    return {
        **{name: getattr(of, name) for name in names},
        "quantity_t": of.quantity,
        "taking_account": found.taking_number,
        "parts": [{"first_no": first, "last_no": last} for first, last in found.parts],
    }
