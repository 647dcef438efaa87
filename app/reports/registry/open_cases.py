"""Projects and batches as anyone may read them (项目与减排量公开), at any past instant."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, ScalarSelect, exists, func, or_, select
from sqlalchemy.orm import Session

from app.identity.models import Organisation
from app.kernel.days import day_in_china
from app.kernel.documents import Document
from app.kernel.sources import cites
from app.reports.registry.open_units import Quantities, quantities_of
from cqcer.errors import CaseNotFound
from cqcer.models import (
    Batch,
    CaseDocument,
    CaseStep,
    Methodology,
    MethodologyVersion,
    PublicNotice,
    RegistrationLetter,
    RegistryProject,
    VvReport,
)
from cqcer.values import CaseState, Subject

OPEN_STATES: Final = ("legacy_approved", "registered", "cancelled", "revoked")
"""States that are public whether or not a notice led there (CQ-36.1, CQ-43.1)."""


@dataclass(frozen=True, kw_only=True)
class OpenProject:
    """A project as it stood at an instant; what came later is not told."""

    project: RegistryProject
    state: CaseState
    owner: str | None
    methodology: str
    registered_on: date | None
    ended_on: date | None
    quantities: Quantities

    @property
    def number(self) -> str | None:
        """Return the registration number, which only a registered project has."""
        return self.project.number if self.registered_on else None


@dataclass(frozen=True, kw_only=True)
class OpenBatch:
    """A batch as it stood at an instant, with the quantity that each party named."""

    batch: Batch
    project: RegistryProject
    state: CaseState
    verified_t: int | None
    letter_t: int | None
    registered_on: date | None
    ended_on: date | None


@dataclass(frozen=True, kw_only=True)
class OpenStep:
    """One step of a case: what was done and when; by whom is not public."""

    number: int
    act: str
    state: str
    on: date


@dataclass(frozen=True, kw_only=True)
class OpenReport:
    """A report of a body of validation and verification."""

    body: str
    signed_on: date
    positive: bool
    verified_t: int | None


@dataclass(frozen=True, kw_only=True)
class OpenDocument:
    """The public version of a document of a case."""

    id: int
    kind: str
    filed_on: date
    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Dossier:
    """What else is public of a case (项目档案)."""

    steps: tuple[OpenStep, ...]
    reports: tuple[OpenReport, ...]
    documents: tuple[OpenDocument, ...]
    notice_ids: tuple[int, ...]


@cites("CQ-36.1", "CQ-6.3", "CQ-30.3")
def projects(
    session: Session,
    *,
    at: datetime,
    after: int | None,
    limit: int,
    state: str | None = None,
    category: str | None = None,
    rulebook: str | None = None,
    area: str | None = None,
    project_id: int | None = None,
) -> list[OpenProject]:
    """Return projects that had been made public by an instant, as they stood then, by id.

    Args:
        at: facts of this instant and before.

    Source: CQ-36.1, CQ-6.3, CQ-30.3.
    """
    then = _state_at(CaseStep.project_id == RegistryProject.id, RegistryProject.state, at)
    wanted = (
        select(RegistryProject, then, Organisation.name, Methodology.code, MethodologyVersion.version)
        .join(MethodologyVersion, MethodologyVersion.id == RegistryProject.methodology_version_id)
        .join(Methodology, Methodology.id == MethodologyVersion.methodology_id)
        .outerjoin(Organisation, Organisation.id == RegistryProject.owner_organisation_id)
        .where(
            RegistryProject.created_at <= at,
            or_(
                exists().where(PublicNotice.project_id == RegistryProject.id, PublicNotice.opened_at <= at),
                then.in_(OPEN_STATES),
            ),
        )
        .order_by(RegistryProject.id)
        .limit(limit)
    )
    for column, value in (
        (RegistryProject.id, project_id),
        (RegistryProject.category, category),
        (RegistryProject.rulebook, rulebook),
        (RegistryProject.area_code, area),
        (then, state),
    ):
        if value is not None:
            wanted = wanted.where(column == value)
    if after is not None:
        wanted = wanted.where(RegistryProject.id > after)
    rows: Sequence[Any] = session.execute(wanted).all()
    sums = quantities_of(session, [row[0].id for row in rows], at=at)
    today = day_in_china(at)
    return [
        OpenProject(
            project=project,
            state=CaseState(stood),
            owner=owner,
            methodology=f"{code} {version}",
            registered_on=_by(project.registered_on, today),
            ended_on=_by(project.ended_on, today),
            quantities=sums.get(project.id, Quantities(0, 0)),
        )
        for project, stood, owner, code, version in rows
    ]


@cites("CQ-36.1")
def project(session: Session, project_id: int, *, at: datetime) -> OpenProject:
    """Return one project that had been made public by an instant.

    Raises:
        CaseNotFound: there is none, or it was not public then.

    Source: CQ-36.1.
    """
    found = projects(session, at=at, after=None, limit=1, project_id=project_id)
    if not found:
        raise CaseNotFound(subject=Subject.PROJECT.value, id=project_id)
    return found[0]


@cites("CQ-36.1", "CQ-20.5", "CQ-30.3")
def batches(
    session: Session,
    *,
    at: datetime,
    after: int | None,
    limit: int,
    state: str | None = None,
    project_id: int | None = None,
    batch_id: int | None = None,
) -> list[OpenBatch]:
    """Return batches that had been made public by an instant, as they stood then, by id.

    Source: CQ-36.1, CQ-20.5, CQ-30.3.
    """
    then = _state_at(CaseStep.batch_id == Batch.id, Batch.state, at)
    verified = (
        select(VvReport.verified_t)
        .where(VvReport.batch_id == Batch.id, VvReport.filed_at <= at)
        .order_by(VvReport.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    letter = (
        select(RegistrationLetter.quantity)
        .where(RegistrationLetter.batch_id == Batch.id, RegistrationLetter.issued_at <= at)
        .scalar_subquery()
    )
    wanted = (
        select(Batch, RegistryProject, then, verified, letter)
        .join(RegistryProject, RegistryProject.id == Batch.project_id)
        .where(
            or_(
                exists().where(PublicNotice.batch_id == Batch.id, PublicNotice.opened_at <= at),
                then == CaseState.REGISTERED.value,
            )
        )
        .order_by(Batch.id)
        .limit(limit)
    )
    for column, value in ((Batch.id, batch_id), (Batch.project_id, project_id), (then, state)):
        if value is not None:
            wanted = wanted.where(column == value)
    if after is not None:
        wanted = wanted.where(Batch.id > after)
    today = day_in_china(at)
    return [
        OpenBatch(
            batch=batch,
            project=project,
            state=CaseState(stood),
            verified_t=verified_t,
            letter_t=letter_t,
            registered_on=_by(batch.registered_on, today),
            ended_on=_by(batch.ended_on, today),
        )
        for batch, project, stood, verified_t, letter_t in session.execute(wanted)
    ]


@cites("CQ-36.1")
def batch(session: Session, batch_id: int, *, at: datetime) -> OpenBatch:
    """Return one batch that had been made public by an instant.

    Raises:
        CaseNotFound: there is none, or it was not public then.

    Source: CQ-36.1.
    """
    found = batches(session, at=at, after=None, limit=1, batch_id=batch_id)
    if not found:
        raise CaseNotFound(subject=Subject.BATCH.value, id=batch_id)
    return found[0]


@cites("CQ-6.3", "CQ-17.6", "Q-43")
def dossier(session: Session, subject: Subject, case_id: int, *, at: datetime) -> Dossier:
    """Return steps, reports, public documents and notices of a public case up to an instant.

    Source: CQ-6.3, CQ-17.6, Q-43.
    """
    steps = session.scalars(
        select(CaseStep).where(_of(CaseStep, subject, case_id), CaseStep.at <= at).order_by(CaseStep.number)
    ).all()
    reports = session.execute(
        select(VvReport, Organisation.name)
        .join(Organisation, Organisation.id == VvReport.organisation_id)
        .where(_of(VvReport, subject, case_id), VvReport.filed_at <= at)
        .order_by(VvReport.id)
    ).all()
    documents = session.execute(
        select(CaseDocument, Document)
        .join(Document, Document.id == CaseDocument.public_document_id)
        .where(_of(CaseDocument, subject, case_id), CaseDocument.filed_at <= at)
        .order_by(CaseDocument.id)
    ).all()
    notices = session.scalars(
        select(PublicNotice.id)
        .where(_of(PublicNotice, subject, case_id), PublicNotice.opened_at <= at)
        .order_by(PublicNotice.id)
    ).all()
    return Dossier(
        steps=tuple(
            OpenStep(number=one.number, act=one.act, state=one.to_state, on=day_in_china(one.at))
            for one in steps
        ),
        reports=tuple(
            OpenReport(body=name, signed_on=one.signed_on, positive=one.positive, verified_t=one.verified_t)
            for one, name in reports
        ),
        documents=tuple(
            OpenDocument(
                id=kept.id,
                kind=filed.kind,
                filed_on=day_in_china(filed.filed_at),
                media_type=kept.media_type,
                size=kept.size,
                sha256=kept.sha256.hex(),
            )
            for filed, kept in documents
        ),
        notice_ids=tuple(notices),
    )


def _state_at(
    own: ColumnElement[bool], present: ColumnElement[str] | Any, at: datetime
) -> ColumnElement[str]:
    steps = select(CaseStep.to_state).where(own, CaseStep.at <= at)
    last: ScalarSelect[str] = steps.order_by(CaseStep.number.desc()).limit(1).scalar_subquery()
    first: ScalarSelect[str] = (
        select(CaseStep.from_state).where(own).order_by(CaseStep.number).limit(1).scalar_subquery()
    )
    return func.coalesce(last, first, present)


_Part = type[CaseStep] | type[VvReport] | type[CaseDocument] | type[PublicNotice]


def _of(model: _Part, subject: Subject, case_id: int) -> ColumnElement[bool]:
    return model.batch_id == case_id if subject is Subject.BATCH else model.project_id == case_id


def _by(day: date | None, today: date) -> date | None:
    return day if day is not None and day <= today else None
