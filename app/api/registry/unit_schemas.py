"""Shapes of units as anyone may read them."""

from typing import Any

from marshmallow import fields

from app.api.fields import In, Out, Text, Whole, nothing, one_of
from app.api.paging import page_of, page_query
from app.api.registry.case_schemas import TONNES
from app.api.registry.past import as_of_field
from cqcer.values import Purpose


class PassageOut(Out):
    """An executed movement of the number."""

    movement_id = fields.Integer()
    kind = fields.String()
    purpose = fields.String(allow_none=True)
    on = fields.Date()


class UnitOut(Out):
    """One number, which is one tonne (单个编号)."""

    number = fields.Integer()
    serial = fields.String()
    project_id = fields.Integer()
    project_number = fields.String()
    batch_id = fields.Integer()
    state = fields.String()
    passages = fields.List(fields.Nested(PassageOut))


class BlockOut(Out):
    """The numbers of a registered batch (签发区块)."""

    id = fields.Integer()
    serial = fields.String()
    project_id = fields.Integer()
    project_number = fields.String()
    batch_id = fields.Integer()
    category = fields.String()
    first_no = fields.Integer()
    last_no = fields.Integer(metadata={"description": "Included."})
    quantity_t = fields.Integer(metadata=TONNES)
    cancelled_t = fields.Integer(metadata=TONNES)
    issued_on = fields.Date()


class CancellationOut(Out):
    """A cancellation (注销)."""

    id = fields.Integer()
    on = fields.Date()
    purpose = fields.String()
    beneficiary = fields.String(
        allow_none=True, metadata={"description": "Null where there is none, or an individual."}
    )
    quantity_t = fields.Integer(metadata=TONNES)
    serials = fields.List(fields.String())


class SerialQuery(In):
    """A serial text as somebody typed it."""

    text = Text(least=1, most=120, required=True)
    as_of = as_of_field()


def block_filters() -> dict[str, fields.Field[Any]]:
    """Return what a list of blocks can be narrowed by."""
    return {"as_of": as_of_field(), "project_id": Whole(digits=True, load_default=nothing)}


def cancellation_filters() -> dict[str, fields.Field[Any]]:
    """Return what a list of cancellations can be narrowed by."""
    return {
        "as_of": as_of_field(),
        "purpose": one_of(*(one.value for one in Purpose), load_default=nothing),
    }


BlockPage = page_of(BlockOut)
BlocksQuery = page_query("registry_blocks", **block_filters())
BlocksFileQuery = In.from_dict(block_filters(), name="RegistryBlocksFileQuery")
CancellationPage = page_of(CancellationOut)
CancellationsQuery = page_query("registry_cancellations", **cancellation_filters())
CancellationsFileQuery = In.from_dict(cancellation_filters(), name="RegistryCancellationsFileQuery")
