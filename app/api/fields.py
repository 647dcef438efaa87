"""Fields of the API (接口字段): what they accept can always be stored, and the document says so."""

import re
from datetime import UTC, date, datetime
from typing import Any, Final

from marshmallow import RAISE, Schema, ValidationError, fields, validate

LARGEST: Final = 2**63 - 1
FIRST_DAY: Final = date(1990, 1, 1)
LAST_DAY: Final = date(2199, 12, 31)
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_CONTROL_IN_LINES: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_WHOLE: Final = re.compile(r"-?[0-9]{1,19}", re.ASCII)
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_INSTANT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?([Zz]|[+-][0-9]{2}:[0-9]{2})",
    re.ASCII,
)


class In(Schema):
    """What comes in: fields that are not declared are refused."""

    class Meta:
        """Refuse what is not declared."""

        unknown = RAISE


class Out(Schema):
    """What goes out: every declared field, always, and no other."""

    class Meta:
        """Say in the document that there are no other fields."""

        unknown = RAISE

    def on_bind_field(self, _: str, field_obj: fields.Field[Any]) -> None:
        """Mark every field as present."""
        field_obj.required = True


class Text(fields.String):
    """A text that any database, log and page can take.

    Args:
        least: characters, included.
        most: characters, included.
        lines: line ends and tabs are allowed.
        pattern: what the whole text must look like.
    """

    def __init__(
        self,
        *,
        least: int = 0,
        most: int = 200,
        lines: bool = False,
        pattern: str | None = None,
        **options: Any,
    ) -> None:
        self.control = _CONTROL_IN_LINES if lines else _CONTROL
        self.pattern = None if pattern is None else re.compile(pattern, re.ASCII)
        shown = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*$" if lines else None
        shown = shown or r"^[^\u0000-\u001f\u007f-\u009f]*$"
        metadata = {
            "pattern": shown if pattern is None else f"^{pattern}$",
            **options.pop("metadata", {}),
        }
        checks = [validate.Length(min=least, max=most)]
        super().__init__(validate=checks, metadata=metadata, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        text = super()._deserialize(value, attr, data, **options)
        if self.control.search(text):
            raise ValidationError("Control characters and half characters cannot be stored.")
        if self.pattern is not None and not self.pattern.fullmatch(text):
            raise ValidationError("Does not have the expected form.")
        return text


class Whole(fields.Integer):
    """A whole number that fits its column; in a query it comes as digits, in JSON as a number."""

    def __init__(self, *, least: int = 0, most: int = LARGEST, digits: bool = False, **options: Any) -> None:
        self.digits = digits
        super().__init__(strict=not digits, validate=validate.Range(min=least, max=most), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> int:
        if self.digits and not (isinstance(value, str) and _WHOLE.fullmatch(value)):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **options)


class Day(fields.Date):
    """A day, `2026-11-20`."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> date:
        if not (isinstance(value, str) and _DAY.fullmatch(value)):
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE)
        day: date = super()._deserialize(value, attr, data, **options)
        if not FIRST_DAY <= day <= LAST_DAY:
            raise ValidationError(f"Must be from {FIRST_DAY} to {LAST_DAY}.")
        return day


class Instant(fields.DateTime):
    """An instant with its offset, `2026-11-20T08:30:00+08:00`; kept in UTC."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> datetime:
        if not (isinstance(value, str) and _INSTANT.fullmatch(value)):
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE)
        try:
            at = datetime.fromisoformat(value.upper())
        except ValueError:
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE) from None
        if not FIRST_DAY.year <= at.year <= LAST_DAY.year:
            raise ValidationError(f"Must be from {FIRST_DAY.year} to {LAST_DAY.year}.")
        return at.astimezone(UTC)


def nothing() -> None:
    """Stand for a field that was left out; the document then names no default and no null."""


def one_of(*words: str, **options: Any) -> fields.String:
    """Return a field that takes one of some words."""
    return fields.String(validate=validate.OneOf(words), **options)
