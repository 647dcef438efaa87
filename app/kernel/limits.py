"""Rate limits (频率限制): counters in PostgreSQL, shared by all processes."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.kernel.base import Base
from app.kernel.errors import TooMany


class RateCounter(Base):
    """How often something was asked in one window; unlogged, a crash may forget it."""

    __tablename__ = "rate_counter"
    __table_args__ = ({"prefixes": ["UNLOGGED"]},)

    bucket: Mapped[str] = mapped_column(primary_key=True)
    window_start: Mapped[datetime] = mapped_column(primary_key=True)
    hits: Mapped[int]


class Limit(NamedTuple):
    """At most `times` in each window of `seconds`."""

    times: int
    seconds: int


_HIT = text("""
    insert into rate_counter as r (bucket, window_start, hits) values (:bucket, :start, 1)
    on conflict (bucket, window_start) do update set hits = r.hits + 1
    returning hits
""")


def hit(session: Session, *, bucket: str, limits: tuple[Limit, ...], at: datetime) -> None:
    """Count one request and refuse it when any limit is passed.

    The caller's transaction must be one that commits also when the act itself is refused.

    Args:
        bucket: what is counted and of whom, `sms:phone:ab12…`; no personal data in clear.

    Raises:
        TooMany: a limit is passed; `retry_after` in seconds.
    """
    for limit in limits:
        window = int(at.timestamp()) // limit.seconds * limit.seconds
        start = datetime.fromtimestamp(window, UTC)
        name = f"{bucket}/{limit.seconds}"
        hits = session.execute(_HIT, {"bucket": name, "start": start}).scalar_one()
        if hits > limit.times:
            again = start + timedelta(seconds=limit.seconds)
            raise TooMany(retry_after=max(1, int((again - at).total_seconds())))


def forget_before(session: Session, before: datetime) -> int:
    """Delete counters of windows that began before `before`; return how many."""
    result = session.execute(
        text("delete from rate_counter where window_start < :before"), {"before": before}
    )
    return int(result.rowcount)  # type: ignore[attr-defined]
