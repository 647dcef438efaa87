"""The one clock (时钟). Only routes, jobs and commands of the command line read it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime


class _Clock:
    """Holds the source of the present instant, so that tests and demonstrations can set it."""

    def __init__(self) -> None:
        self.source: Callable[[], datetime] | None = None


_clock = _Clock()


def now() -> datetime:
    """Return the present instant, aware and in UTC."""
    if _clock.source is not None:
        return _clock.source().astimezone(UTC)
    return datetime.now(UTC)


def set_clock(source: Callable[[], datetime] | None) -> None:
    """Take the instant from `source` from now on; None returns to the system's clock."""
    _clock.source = source


@contextmanager
def frozen(at: datetime) -> Iterator[None]:
    """Hold the clock at `at` within the block; for tests and demonstrations."""
    if at.tzinfo is None:
        raise ValueError("the clock is set to aware instants only")
    earlier = _clock.source
    _clock.source = lambda: at
    try:
        yield
    finally:
        _clock.source = earlier
