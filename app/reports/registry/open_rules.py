"""The rules by which the registry works, as anyone may read them: methodologies, lives, checks, rulebooks."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel.days import day_in_china
from app.kernel.sources import cites
from cqcer.checks import Check
from cqcer.checks.batches import BATCH_CHECKS
from cqcer.checks.projects import PROJECT_CHECKS
from cqcer.checks.units import MOVEMENT_CHECKS
from cqcer.models import BooksAudit, LifeStep, Methodology, MethodologyVersion
from cqcer.rulebooks import rulebook, sources
from cqcer.values import MethodologyState, RulebookCode

PUBLISHED: Final = ("issued", "superseded", "abolished")


@dataclass(frozen=True, kw_only=True)
class OpenMethodology:
    """A version of a methodology that the Bureau issued, as it stood at an instant."""

    methodology: Methodology
    version: MethodologyVersion
    state: MethodologyState
    ended_on: date | None


@dataclass(frozen=True, kw_only=True)
class OpenCheck:
    """A numbered check: its question in both languages, its source, the acts before which it is asked."""

    code: int
    zh: str
    en: str
    source: str
    severity: str
    acts: tuple[str, ...]


@cites("CQ-36.1", "CQ-12.1", "CQ-13.1")
def methodologies(
    session: Session, *, at: datetime, after: int | None, limit: int, category: str | None = None
) -> list[OpenMethodology]:
    """Return the versions issued by an instant, as they stood then, by id.

    Source: CQ-36.1, CQ-12.1, CQ-13.1.
    """
    today = day_in_china(at)
    wanted = (
        select(Methodology, MethodologyVersion)
        .join(MethodologyVersion, MethodologyVersion.methodology_id == Methodology.id)
        .where(MethodologyVersion.state.in_(PUBLISHED), MethodologyVersion.issued_on <= today)
        .order_by(MethodologyVersion.id)
        .limit(limit)
    )
    if category is not None:
        wanted = wanted.where(Methodology.category == category)
    if after is not None:
        wanted = wanted.where(MethodologyVersion.id > after)
    found = []
    for methodology, version in session.execute(wanted):
        ended = version.ended_on is not None and version.ended_on <= today
        found.append(
            OpenMethodology(
                methodology=methodology,
                version=version,
                state=MethodologyState(version.state) if ended else MethodologyState.ISSUED,
                ended_on=version.ended_on if ended else None,
            )
        )
    return found


@cites("CQ-9.1", "CQ-30.3")
def lives(session: Session) -> list[LifeStep]:
    """Return every step of every life, as the database enforces it.

    Source: CQ-9.1, CQ-30.3.
    """
    return list(session.scalars(select(LifeStep).order_by(LifeStep.life, LifeStep.from_state, LifeStep.act)))


@cites("CQ-9.1")
def checks() -> list[OpenCheck]:
    """Return every numbered check by its number.

    Source: CQ-9.1.
    """
    every: list[Check[Any]] = [*PROJECT_CHECKS, *BATCH_CHECKS, *MOVEMENT_CHECKS]
    known = {one.code: one for one in every}
    return [
        OpenCheck(
            code=one.code,
            zh=one.zh,
            en=one.en,
            source=one.source,
            severity=one.severity.value,
            acts=tuple(sorted(act.value for act in one.at)),
        )
        for _code, one in sorted(known.items())
    ]


@cites("CQ-9.1", "CQ-42.2")
def rulebook_values(code: RulebookCode) -> list[tuple[str, Any, str]]:
    """Return each value of a rulebook as plain JSON with the provision behind it.

    Source: CQ-9.1, CQ-42.2.
    """
    values = vars(rulebook(code))
    return [(name, _plain(values[name]), source) for name, source in sorted(sources(code).items())]


@cites("CQ-30.3", "CQ-36.1")
def audits(session: Session, *, after: int | None, limit: int) -> list[BooksAudit]:
    """Return the second computations of the books, the latest first, those that disagree included.

    Source: CQ-30.3, CQ-36.1.
    """
    wanted = select(BooksAudit).order_by(BooksAudit.id.desc()).limit(limit)
    if after is not None:
        wanted = wanted.where(BooksAudit.id < after)
    return list(session.scalars(wanted))


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, frozenset):
        return sorted(str(one) for one in value)
    if isinstance(value, tuple):
        return [str(one) for one in value]
    return value
