"""The id of the request or job run that is being served, for logs and audit lines."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_request_id: ContextVar[str | None] = ContextVar("request_id", default=None)


def request_id() -> str | None:
    """Return the id of the present request, None outside one."""
    return _request_id.get()


def new_request_id() -> str:
    """Return a fresh id of 16 hexadecimal digits."""
    return secrets.token_hex(8)


@contextmanager
def serving(identifier: str) -> Iterator[None]:
    """Mark everything within the block as done for the request `identifier`."""
    token = _request_id.set(identifier)
    try:
        yield
    finally:
        _request_id.reset(token)
