"""Reading requests (读取请求): whatever is sent, the answer is a clear one."""

import json
import math
import re
from typing import Any, Final, NoReturn

import flask
from marshmallow import RAISE, Schema, ValidationError
from webargs import core
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import UnsupportedMediaType

from app.kernel.errors import Malformed

MOST_FAULTS: Final = 100
LONGEST_FAULT: Final = 200
_HALF_CHARACTERS: Final = re.compile("[\ud800-\udfff\x00]")


class RequestInvalid(Malformed):
    """The request's fields are not as the document says."""

    code = "request.invalid"
    title = "请求字段有误"


class BodyUnreadable(Malformed):
    """The body is not JSON, or nests too deeply."""

    code = "request.body_unreadable"
    title = "请求体无法读取"


class Parser(FlaskParser):
    """Reads JSON strictly and names every fault at once."""

    DEFAULT_VALIDATION_STATUS = 400
    DEFAULT_UNKNOWN_BY_LOCATION: dict[str, str | None] = {  # noqa: RUF012  (webargs declares it so)
        **FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION,
        "query": RAISE,
    }

    def load_json(self, req: flask.Request, schema: Schema) -> Any:
        """Return the JSON of the body.

        Raises:
            UnsupportedMediaType: the body is said to be something else.
            BodyUnreadable: it is no JSON, or nests too deeply.
        """
        body = req.get_data(cache=True)
        if not body:
            return core.missing
        if not core.is_json(req.mimetype):
            raise UnsupportedMediaType
        return read_json(body, as_written=getattr(schema, "numbers_as_written", False))

    def handle_error(self, error: ValidationError, *_: Any, **__: Any) -> NoReturn:
        """Refuse the request with every fault."""
        by_place: Any = error.messages  # by the part of the request, of which there is one
        raise RequestInvalid(fields=plain(next(iter(by_place.values()))))


def read_json(body: bytes, *, as_written: bool = False) -> Any:
    """Return strict JSON: no NaN, no name twice in one object, no endless nesting.

    Args:
        as_written: numbers with decimals stay the text they were written as.

    Raises:
        BodyUnreadable: it is not that.
    """
    try:
        return json.loads(
            body,
            parse_constant=_no_constant,
            parse_float=_finite_text if as_written else _finite,
            object_pairs_hook=_each_name_once,
        )
    except RecursionError:
        raise BodyUnreadable(reason="nesting") from None
    except ValueError:
        raise BodyUnreadable(reason="json") from None


def plain(faults: Any, depth: int = 0) -> Any:
    """Return faults as short plain JSON that can be written in any encoding."""
    if isinstance(faults, dict) and depth < 6:
        kept = list(faults.items())[:MOST_FAULTS]
        return {_short(str(name)): plain(inner, depth + 1) for name, inner in kept}
    if isinstance(faults, list) and depth < 6:
        return [plain(inner, depth + 1) for inner in faults[:MOST_FAULTS]]
    return _short(str(faults))


def _short(text: str) -> str:
    return _HALF_CHARACTERS.sub("\ufffd", text)[:LONGEST_FAULT]


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(digits)
    return number


def _finite_text(digits: str) -> str:
    _finite(digits)
    return digits


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _each_name_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name twice")
    return found
