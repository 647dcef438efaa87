"""Scenarios in any state as lists for staff (场景列表): searched, filtered, page by page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.identity.models import District, Organisation
from app.reports.sorting import UNSORTED, Order
from scenarios.models import Scenario
from scenarios.states import State

SHOWN: Final = 50
COLUMNS: Final = {
    "scenario": Scenario.name,
    "code": Scenario.code,
    "host": Organisation.name,
    "area": District.position,
    "applied": Scenario.applied_at,
    "state": Scenario.state,
}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is looked for."""

    words: str = ""
    state: str | None = None
    area: str | None = None
    before: int | None = None
    order: Order = UNSORTED

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "Asked":
        """Read the wishes from the parts of an address; what cannot be read is no wish."""
        state, before = given.get("state"), given.get("before", "")
        return cls(
            words=given.get("q", "").replace("\0", "").strip()[:60],
            state=state if state in set(State) else None,
            area=given.get("area") or None,
            before=int(before) if before.isascii() and before.isdigit() and len(before) <= 18 else None,
            order=Order.of(given, COLUMNS),
        )


@dataclass(frozen=True, kw_only=True)
class Line:
    """A scenario with its host and district."""

    scenario: Scenario
    host: Organisation
    area: District


@dataclass(frozen=True, kw_only=True)
class Lines:
    """One page; `before` is where the next begins."""

    lines: tuple[Line, ...]
    before: int | None
    start: int | None = None


def every(session: Session, asked: Asked, *, limit: int = SHOWN) -> Lines:
    """Return scenarios in any state, the newest first; sandboxes are their hosts' alone."""
    wanted: Any = _lines().where(Scenario.sandbox.is_(False))
    if asked.words:
        texts = (Scenario.code, Scenario.name, Scenario.name_en, Organisation.name)
        wanted = wanted.where(or_(*(each.icontains(asked.words, autoescape=True) for each in texts)))
    if asked.state is not None:
        wanted = wanted.where(Scenario.state == asked.state)
    if asked.area is not None:
        wanted = wanted.where(Scenario.area_code == asked.area)
    if asked.before is not None:
        wanted = wanted.where(Scenario.id < asked.before)
    wanted = asked.order.applied(wanted, COLUMNS, Scenario.id)
    rows = session.execute(wanted.limit(limit + 1)).all()
    shown = tuple(Line(scenario=row[0], host=row[1], area=row[2]) for row in rows[:limit])
    more = len(rows) > limit
    if asked.order.column is not None:
        return Lines(lines=shown, before=None, start=asked.order.start + limit if more else None)
    return Lines(lines=shown, before=shown[-1].scenario.id if more else None)


def of_host(session: Session, host_id: int) -> list[Line]:
    """Return every scenario of one host, the newest first."""
    rows = session.execute(_lines().where(Scenario.host_id == host_id))
    return [Line(scenario=row[0], host=row[1], area=row[2]) for row in rows]


def _lines() -> Any:
    return (
        select(Scenario, Organisation, District)
        .join(Organisation, Organisation.id == Scenario.host_id)
        .join(District, District.code == Scenario.area_code)
        .order_by(Scenario.id.desc())
    )
