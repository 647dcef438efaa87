"""The audit log searched (审计检索): by who acted, what was done, to what, and when."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from app.identity.models import Organisation, StaffUser
from app.kernel.actor import ActorKind
from app.kernel.audit import AuditLine
from app.kernel.days import end_of_day, start_of_day
from app.kernel.sources import cites
from app.reports.actor_names import ActorName, actor_names

SHOWN: Final = 50
USUAL: Final = timedelta(days=30)
MOST: Final = 50_000
"""Lines that one file holds; a longer answer is taken in parts."""
_EVENT: Final = re.compile(r"[a-z_]{1,40}(\.[a-z_]{0,40}){0,2}")
_REF: Final = re.compile(r"[a-z]{1,12}:[0-9]{1,18}")
_WORD: Final = re.compile(r"[a-z_]{1,40}")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is looked for; days in China, both included.

    Attributes:
        actor: a reference (`staff:12`), a login, or part of a name.
        event: the beginning of an event, `points.correction`.
    """

    first: date
    last: date
    actor: str = ""
    event: str = ""
    subject_kind: str = ""
    subject_id: str = ""
    before: int | None = None

    @classmethod
    def of(cls, given: Mapping[str, str], *, today: date) -> "Asked":
        """Read the wishes from the parts of an address; what cannot be read is no wish."""
        last = _day(given.get("last")) or today
        first = _day(given.get("first")) or last - USUAL
        event, kind = given.get("event", "").strip().lower(), given.get("subject_kind", "").strip().lower()
        before = given.get("before", "")
        return cls(
            first=min(first, last),
            last=last,
            actor=given.get("actor", "").replace("\0", "").strip()[:60],
            event=event if _EVENT.fullmatch(event) else "",
            subject_kind=kind if _WORD.fullmatch(kind) else "",
            subject_id=given.get("subject_id", "").replace("\0", "").strip()[:60],
            before=int(before) if before.isascii() and before.isdigit() and len(before) <= 18 else None,
        )

    @property
    def wishes(self) -> dict[str, str]:
        """The filters as parts of an address, without the place in the list."""
        said = {
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "actor": self.actor,
            "event": self.event,
            "subject_kind": self.subject_kind,
            "subject_id": self.subject_id,
        }
        return {name: value for name, value in said.items() if value}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One audit line with who acted, and for whom."""

    line: AuditLine
    actor: ActorName
    organisation: Organisation | None


@dataclass(frozen=True, kw_only=True)
class Lines:
    """One page; `before` is where the next begins."""

    lines: tuple[Line, ...]
    before: int | None


@cites("CQ-37.2", "CQ-37.3")
def lines(session: Session, asked: Asked, *, limit: int = SHOWN) -> Lines:
    """Return one page of the log, the latest first.

    Source: CQ-37.2, CQ-37.3.
    """
    wanted = _wanted(session, asked)
    if asked.before is not None:
        wanted = wanted.where(AuditLine.id < asked.before)
    found = session.scalars(wanted.limit(limit + 1)).all()
    shown = found[:limit]
    return Lines(
        lines=tuple(_with_names(session, shown)), before=shown[-1].id if len(found) > limit else None
    )


@cites("CQ-37.3")
def every(session: Session, asked: Asked, *, most: int = MOST) -> Iterator[Line]:
    """Yield up to `most` lines, the latest first, for a file that serves as evidence.

    Source: CQ-37.3.
    """
    before, left = None, most
    while left:
        wanted = _wanted(session, asked)
        if before is not None:
            wanted = wanted.where(AuditLine.id < before)
        found = session.scalars(wanted.limit(min(left, 1_000))).all()
        if not found:
            return
        yield from _with_names(session, found)
        before, left = found[-1].id, left - len(found)


def _wanted(session: Session, asked: Asked) -> Select[AuditLine]:
    wanted = (
        select(AuditLine)
        .where(AuditLine.at >= start_of_day(asked.first), AuditLine.at < end_of_day(asked.last))
        .order_by(AuditLine.id.desc())
    )
    if asked.actor:
        wanted = wanted.where(AuditLine.actor.in_(_references(session, asked.actor)))
    if asked.event:
        wanted = wanted.where(AuditLine.event.startswith(asked.event, autoescape=True))
    if asked.subject_kind:
        wanted = wanted.where(AuditLine.subject_kind == asked.subject_kind)
    if asked.subject_id:
        wanted = wanted.where(AuditLine.subject_id == asked.subject_id)
    return wanted


def _references(session: Session, said: str) -> list[str]:
    if _REF.fullmatch(said):
        return [said]
    named = select(StaffUser.id).where(
        or_(StaffUser.login == said.lower(), StaffUser.display_name.icontains(said, autoescape=True))
    )
    return [f"{ActorKind.STAFF.value}:{number}" for number in session.scalars(named.limit(200))]


def _with_names(session: Session, found: Any) -> Iterator[Line]:
    names = actor_names(session, [line.actor for line in found])
    numbers = {line.organisation_id for line in found if line.organisation_id is not None}
    places = {
        each.id: each
        for each in session.scalars(select(Organisation).where(Organisation.id.in_(numbers or {0})))
    }
    for line in found:
        yield Line(line=line, actor=names[line.actor], organisation=places.get(line.organisation_id or 0))


def _day(given: str | None) -> date | None:
    try:
        return date.fromisoformat(given or "")
    except ValueError:
        return None
