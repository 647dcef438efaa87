"""What may stand in a path (路径参数): anything else is not found."""

from typing import Any, Final

from werkzeug.routing import AnyConverter, BaseConverter, IntegerConverter

CODE: Final = r"[a-z][a-z0-9-]{2,39}"
LARGEST_IN_PATH: Final = 10**18 - 1


class CodeConverter(BaseConverter):
    """A readable code, such as that of a scenario."""

    regex = CODE


def code_schema(_: CodeConverter) -> dict[str, Any]:
    """Describe a code."""
    return {"type": "string", "pattern": f"^{CODE}$"}


def number_schema(_: IntegerConverter) -> dict[str, Any]:
    """Describe a number in a path."""
    return {"type": "integer", "minimum": 0, "maximum": LARGEST_IN_PATH}


def word_schema(converter: AnyConverter) -> dict[str, Any]:
    """Describe one of some words."""
    return {"type": "string", "enum": sorted(converter.items)}
