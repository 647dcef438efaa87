"""Shapes of behaviours sent, uploads, links and profiles."""

from typing import Any, Final

from marshmallow import ValidationError, fields, validate

from app.api.fields import In, Out, Text, nothing, one_of
from app.api.paging import page_of, page_query
from app.journeys.intake import MOST_ROWS, BatchResult
from scenarios.profiles import FileFormat
from scenarios.values import Outcome

PROFILE_NAME: Final = "[a-z][a-z0-9-]{1,39}"
METHOD_CODE: Final = "[a-z][a-z0-9_.-]{1,59}"
LONGEST_NAME_IN_ROW: Final = 200
MOST_COLUMNS: Final = 200
HUNDREDTHS: Final = {"description": "Hundredths of a point."}


class Row(fields.Dict):
    """One behaviour, in the product's own words or in those of a profile."""

    def __init__(self, **options: Any) -> None:
        said_of = {
            "record_id": "The host's own number of the record, unique for ever.",
            "user": "The host's reference of the person.",
            "occurred_at": "ISO 8601; without an offset it is a wall time in Asia/Shanghai.",
            "quantity": "A number, in `unit`.",
            "unit": "Of the scenario's method, such as `ride` or `km`.",
        }
        metadata = {
            "description": "Without a profile: "
            + " ".join(f"`{name}`: {said}" for name, said in said_of.items()),
            "maxProperties": MOST_COLUMNS,
            "example": {
                "record_id": "T-20261120-000001",
                "user": "u-1001",
                "occurred_at": "2026-11-20T08:12:00+08:00",
                "quantity": 1,
                "unit": "ride",
            },
        }
        super().__init__(keys=fields.String(), metadata=metadata, **options)

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self.make_error("invalid")
        if len(value) > MOST_COLUMNS or any(len(name) > LONGEST_NAME_IN_ROW for name in value):
            raise ValidationError("Has too many names, or too long ones.")
        return value


class BehavioursIn(In):
    """Up to a thousand behaviours."""

    numbers_as_written = True  # so that a record is the same by request and by file

    rows = fields.List(Row(), required=True, validate=validate.Length(min=1, max=MOST_ROWS))
    profile = Text(least=2, most=40, pattern=PROFILE_NAME, load_default=nothing)
    method = Text(least=2, most=60, pattern=METHOD_CODE, load_default=nothing)


class RowOutcomeOut(Out):
    """What became of one row."""

    row_no = fields.Integer()
    record_id = fields.String(attribute="source_id", allow_none=True)
    outcome = fields.String()
    reason = fields.String(allow_none=True)
    reduction_g = fields.Integer()


class BatchOut(Out):
    """What became of the rows of a request."""

    upload_id = fields.Integer()
    rows = fields.List(fields.Nested(RowOutcomeOut))
    outcomes = fields.Dict(keys=fields.String(), values=fields.Integer())
    reduction_g = fields.Integer()
    issued_hundredths = fields.Integer(metadata=HUNDREDTHS)


class UploadQuery(In):
    """How the file is to be read."""

    profile = Text(least=2, most=40, pattern=PROFILE_NAME, load_default=nothing)
    method = Text(least=2, most=60, pattern=METHOD_CODE, load_default=nothing)
    format = one_of(*FileFormat, load_default=nothing)
    filename = Text(least=1, most=200, load_default=nothing)


class UploadOut(Out):
    """Where an upload stands."""

    id = fields.Integer()
    scenario = fields.String(attribute="scenario_code")
    door = fields.String()
    profile = fields.String(allow_none=True)
    filename = fields.String(allow_none=True)
    sha256 = fields.String(allow_none=True)
    size = fields.Integer(allow_none=True)
    state = fields.String(metadata={"description": "`queued`, `reading`, `deciding`, `done` or `failed`."})
    created_at = fields.DateTime()
    finished_at = fields.DateTime(allow_none=True)
    waiting_before = fields.Integer()
    rows = fields.Integer()
    decided = fields.Integer()
    outcomes = fields.Dict(keys=fields.String(), values=fields.Integer())
    reasons = fields.Dict(
        keys=fields.String(), values=fields.Dict(keys=fields.String(), values=fields.Integer())
    )
    reduction_g = fields.Integer()
    issued_hundredths = fields.Integer(attribute="points", metadata=HUNDREDTHS)
    error_code = fields.String(allow_none=True)
    error_details = fields.Dict(keys=fields.String(), allow_none=True)


UploadsQuery = page_query("uploads")
UploadPage = page_of(UploadOut)


class RowsQuery(In):
    """Which rows."""

    outcome = one_of(*(word for word in Outcome if word is not Outcome.ACCEPTED), load_default=nothing)


def shown_batch(result: BatchResult) -> dict[str, Any]:
    """Return what `BatchOut` shows of a result."""
    return {
        "upload_id": result.upload_id,
        "rows": result.rows,
        "outcomes": result.outcomes,
        "reduction_g": result.reduction_g,
        "issued_hundredths": result.points,
    }
