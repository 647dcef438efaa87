"""Shapes of links and of mapping profiles."""

import base64
import binascii
from typing import Any

from marshmallow import ValidationError, fields, validate

from app.api.behaviour_schemas import METHOD_CODE, PROFILE_NAME
from app.api.fields import In, Out, Text, nothing
from app.api.paging import page_of, page_query
from scenarios.commands.authorisations import MOST_LINKS
from scenarios.profiles import ReadRow


class LinkIn(In):
    """A user of the host with the telephone that the host has of them."""

    user = Text(required=True, least=1, most=200)
    phone = Text(required=True, least=5, most=30)


class LinksIn(In):
    """Links to propose."""

    links = fields.List(fields.Nested(LinkIn), required=True, validate=validate.Length(min=1, max=MOST_LINKS))


class LinksOut(Out):
    """What became of the links; who has an account is not said."""

    proposed = fields.Integer()
    open_already = fields.Integer(metadata={"description": "Wait for the citizen's answer already."})
    linked_already = fields.Integer(metadata={"description": "Are authorised already."})


LinkedUsersQuery = page_query("linked_users")


class LinkedUserOut(Out):
    """A user of the host whose authorisation is in force."""

    id = fields.Integer()
    user = fields.String(attribute="host_user")
    data_kinds = fields.List(fields.String())
    text_version = fields.String()
    given_at = fields.DateTime()


LinkedUserPage = page_of(LinkedUserOut)


class Base64(fields.String):
    """Bytes, written as base64."""

    def __init__(self, *, most: int, **options: Any) -> None:
        metadata = {
            "contentEncoding": "base64",
            "pattern": "^[A-Za-z0-9+/]*={0,2}$",
            **options.pop("metadata", {}),
        }
        super().__init__(validate=validate.Length(min=1, max=most), metadata=metadata, **options)

    def deserialize(self, value: Any, *positional: Any, **named: Any) -> Any:
        """Return the bytes."""
        text = super().deserialize(value, *positional, **named)
        try:
            return base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            raise ValidationError("Is not base64.") from None


class ProfileIn(In):
    """A version of a mapping profile."""

    name = Text(required=True, least=2, most=40, pattern=PROFILE_NAME)
    text = Text(required=True, least=1, most=50_000, lines=True, metadata={"description": "TOML."})
    method = Text(least=2, most=60, pattern=METHOD_CODE, load_default=nothing)


class ProfileOut(Out):
    """A version of a mapping profile (映射配置)."""

    name = fields.String()
    version = fields.Integer()
    text = fields.String()
    created_at = fields.DateTime()


ProfilePage = page_of(ProfileOut)


class PreviewIn(In):
    """A profile and the beginning of a file to try it on."""

    text = Text(required=True, least=1, most=50_000, lines=True, metadata={"description": "TOML."})
    method = Text(least=2, most=60, pattern=METHOD_CODE, load_default=nothing)
    sample = Base64(required=True, most=200_000, metadata={"description": "The beginning of the file."})


class PreviewRowOut(Out):
    """A row as it would be read; `outcome` and `reason` where it would not be taken."""

    row_no = fields.Integer()
    record_id = fields.String(allow_none=True)
    user = fields.String(allow_none=True)
    occurred_at = fields.DateTime(allow_none=True)
    day = fields.Date(allow_none=True)
    quantity_milli = fields.Integer(allow_none=True)
    outcome = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)


PreviewPage = page_of(PreviewRowOut, "Preview")


def shown_row(row: ReadRow) -> dict[str, Any]:
    """Return what `PreviewRowOut` shows of a row."""
    outcome, reason = row.problem or (None, None)
    return {
        "row_no": row.row_no,
        "record_id": row.source_id,
        "user": row.user,
        "occurred_at": row.occurred_at,
        "day": row.day,
        "quantity_milli": row.quantity_milli,
        "outcome": outcome,
        "reason": reason,
    }
