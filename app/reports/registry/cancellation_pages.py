"""The public list of cancellations, page by page (注销信息公开)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel.sources import cites
from cqcer import queries
from cqcer.models import CaseProposal, CaseStep, RegistryProject
from cqcer.queries.uses import Cancellation
from cqcer.values import Purpose

PAGE: Final = 50


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a reader asked to see."""

    purpose: Purpose | None = None
    year: int | None = None
    page: int = 1

    @classmethod
    def of(cls, arguments: Mapping[str, str]) -> "Asked":
        """Read an address; what it says wrongly is not asked."""
        purpose, year, page = (arguments.get(name) or "" for name in ("purpose", "year", "page"))
        return cls(
            purpose=Purpose(purpose) if purpose in set(Purpose) else None,
            year=int(year) if len(year) == 4 and year.isascii() and year.isdigit() and year > "0" else None,
            page=int(page) if page.isascii() and page.isdigit() and 0 < len(page) < 6 and int(page) else 1,
        )


@dataclass(frozen=True, kw_only=True)
class CancellationPage:
    """One page of the list, with the sums of the whole."""

    rows: list[Cancellation]
    count: int
    quantity: int
    more: bool


@dataclass(frozen=True, kw_only=True)
class EndedProject:
    """A project that was cancelled or revoked: when, on what ground, how many units it was issued."""

    number: str
    title: str
    title_en: str | None
    state: str
    ground: str
    at: datetime
    issued: int
    cancelled: int


@cites("CQ-22.4", "CQ-39.1")
def ended_projects(session: Session) -> list[EndedProject]:
    """Return every project that was cancelled or revoked, the latest first.

    Source: CQ-22.4, CQ-39.1.
    """
    rows = session.execute(
        select(RegistryProject, CaseStep.at, CaseProposal.ground)
        .join(CaseStep, CaseStep.project_id == RegistryProject.id)
        .join(CaseProposal, CaseProposal.id == CaseStep.proposal_id)
        .where(CaseStep.act.in_(("cancel", "revoke")))
        .order_by(CaseStep.id.desc())
    ).all()
    found = []
    for project, at, ground in rows:
        tally = queries.tally(session, project_id=project.id)
        found.append(
            EndedProject(
                number=project.number or "",
                title=project.title,
                title_en=project.title_en,
                state=project.state,
                ground=ground or "",
                at=at,
                issued=tally.issued,
                cancelled=tally.cancelled,
            )
        )
    return found


@cites("CQ-29.3", "CQ-22.4")
def page(session: Session, asked: Asked) -> CancellationPage:
    """Return what was cancelled, the latest first.

    Source: CQ-29.3, CQ-22.4.
    """
    first = (asked.page - 1) * PAGE
    rows = queries.cancellations(session, purpose=asked.purpose, year=asked.year, first=first, limit=PAGE + 1)
    count, quantity = queries.count_cancellations(session, purpose=asked.purpose, year=asked.year)
    return CancellationPage(rows=rows[:PAGE], count=count, quantity=quantity, more=len(rows) > PAGE)
