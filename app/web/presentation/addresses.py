"""Addresses within a page (地址): the present one, with parts of its query changed."""

from urllib.parse import urlencode

from flask import has_request_context, request


def here() -> str:
    """Return path and query of the page, for coming back to it."""
    if not has_request_context() or request.method not in {"GET", "HEAD"}:
        return "/"
    return request.full_path.rstrip("?")


def with_query(**changes: str | int | None) -> str:
    """Return the page's own address with parts of its query set, or left out where None."""
    if not has_request_context():
        return "?"
    parts = {key: values for key, values in request.args.lists() if key not in changes}
    pairs = [(key, value) for key, values in parts.items() for value in values]
    pairs += [(key, str(value)) for key, value in changes.items() if value is not None]
    return f"{request.path}?{urlencode(pairs)}" if pairs else request.path


def local_path(asked: str | None) -> str:
    """Return `asked` where it is a path of this host, else the root: nobody is sent elsewhere."""
    if not asked or not asked.startswith("/") or asked.startswith(("//", "/\\")):
        return "/"
    return "/" if any(ord(character) < 0x20 for character in asked) else asked
