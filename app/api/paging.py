"""Pages of lists (分页): `{items, next}`; `next` is handed back as `after` and means nothing else."""

import base64
import binascii
import re
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

from marshmallow import Schema, ValidationError, fields

from app.api.fields import LARGEST, In, Out, Whole, nothing

Row = TypeVar("Row")
USUAL: Final = 50
MOST: Final = 200
_PLACE: Final = re.compile(r"([a-z_]+)\.([0-9]{1,19})", re.ASCII)


class Cursor(fields.Field[int]):
    """A place in one list, as the page before named it.

    Args:
        name: the list; a place in another list is refused.
    """

    def __init__(self, name: str, **options: Any) -> None:
        self.list_name = name
        super().__init__(**options)

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> int:
        try:
            raw = base64.b64decode(str(value).encode("ascii"), altchars=b"-_", validate=True).decode("ascii")
        except (ValueError, binascii.Error):
            raw = ""
        place = _PLACE.fullmatch(raw)
        if place is None or place[1] != self.list_name or int(place[2]) > LARGEST:
            raise ValidationError("Is not the `next` of a page of this list.")
        return int(place[2])


def cursor_text(name: str, place: int) -> str:
    """Return the text of a place in a list."""
    return base64.urlsafe_b64encode(f"{name}.{place}".encode()).decode()


def page_query(name: str, **more: fields.Field[Any]) -> type[Schema]:
    """Return the schema of the query of a list: `limit`, `after` and what else it takes."""
    declared = {
        "limit": Whole(least=1, most=MOST, digits=True, load_default=USUAL),
        "after": Cursor(
            name,
            load_default=nothing,
            metadata={"description": "`next` of the page before.", "pattern": "^[A-Za-z0-9_-]+=*$"},
        ),
        **more,
    }
    return type(f"{_camel(name)}Query", (In,), declared)


def page_of(item: type[Schema], name: str | None = None) -> type[Schema]:
    """Return the schema of a page of items."""
    declared = {
        "items": fields.List(fields.Nested(item)),
        "next": fields.String(
            allow_none=True, metadata={"description": "Where the next page begins; null on the last one."}
        ),
    }
    return type(f"{name or item.__name__.removesuffix('Out')}Page", (Out,), declared)


def page(
    schema: type[Schema],
    rows: Sequence[Row],
    *,
    name: str,
    limit: int,
    place: Callable[[Row], int],
    show: Callable[[Row], Any] = lambda row: row,
) -> dict[str, Any]:
    """Return one page as plain JSON.

    Args:
        schema: made by `page_of`.
        rows: in their order, one more than `limit` where there are more.
        place: the number by which the list goes on after a row.
        show: what the schema dumps of a row.
    """
    kept = rows[:limit]
    following = cursor_text(name, place(kept[-1])) if len(rows) > limit else None
    return dumped(schema, {"items": [show(row) for row in kept], "next": following})


def page_on(
    schema: type[Schema],
    items: Sequence[Row],
    *,
    name: str,
    following: int | None,
    show: Callable[[Row], Any],
) -> dict[str, Any]:
    """Return a page of which it is known where the next begins."""
    after = None if following is None else cursor_text(name, following)
    return dumped(schema, {"items": [show(item) for item in items], "next": after})


def whole(schema: type[Schema], rows: Sequence[Any]) -> dict[str, Any]:
    """Return a list that has one page only."""
    return dumped(schema, {"items": rows, "next": None})


def dumped(schema: type[Schema], found: Any) -> dict[str, Any]:
    """Return what a schema shows of something, as plain JSON."""
    plain: dict[str, Any] = schema().dump(found)
    return plain


def _camel(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("_"))
