"""Reads of projects that may be one, and of what the agency answered."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.kernel.sources import cites
from cqcer.likeness import Sign, Site, Traits, signs
from cqcer.models import CaseStep, LikenessAnswer, MethodologyVersion, RegistryProject
from cqcer.values import CaseAct


class Like(NamedTuple):
    """Another project that this one resembles."""

    project_id: int
    number: str | None
    state: str
    signs: frozenset[Sign]
    was_before: bool
    """It was uploaded earlier, so that this one has to be told from it, and not the other way round."""

    @property
    def name(self) -> str:
        """Return how people speak of it: its number, else its place in the registry."""
        return self.number or str(self.project_id)


@cites("CQ-42.10", "CQ-22.5")
def like(session: Session, project: RegistryProject) -> list[Like]:
    """Return the other projects that a project resembles; drafts and what came to nothing are left out.

    Every project is compared, which takes a few hundredths of a second for some thousand.

    Source: CQ-42.10, CQ-22.5.
    """
    uploads = (
        select(CaseStep.project_id, func.min(CaseStep.id).label("first"))
        .where(CaseStep.project_id.is_not(None), CaseStep.act == CaseAct.UPLOAD.value)
        .group_by(CaseStep.project_id)
        .subquery()
    )
    own_upload = session.scalar(select(uploads.c.first).where(uploads.c.project_id == project.id))
    rows = session.execute(
        select(
            RegistryProject.id,
            RegistryProject.number,
            RegistryProject.state,
            RegistryProject.title,
            RegistryProject.owner_organisation_id,
            RegistryProject.owner_person_id,
            MethodologyVersion.methodology_id,
            RegistryProject.latitude_e6,
            RegistryProject.longitude_e6,
            RegistryProject.equipment,
            func.coalesce(uploads.c.first, 0).label("upload"),
        )
        .outerjoin(uploads, uploads.c.project_id == RegistryProject.id)
        .join(MethodologyVersion, MethodologyVersion.id == RegistryProject.methodology_version_id)
        .where(
            RegistryProject.id != project.id,
            RegistryProject.state.not_in(("draft", "withdrawn", "refused", "revoked")),
        )
        .order_by(RegistryProject.id)
    )
    own = _traits(
        project.title,
        (project.owner_organisation_id, project.owner_person_id),
        session.get_one(MethodologyVersion, project.methodology_version_id).methodology_id,
        project.latitude_e6,
        project.longitude_e6,
        project.equipment,
    )
    found = []
    for row in rows:
        other = _traits(
            row.title,
            (row.owner_organisation_id, row.owner_person_id),
            row.methodology_id,
            row.latitude_e6,
            row.longitude_e6,
            row.equipment,
        )
        if common := signs(own, other):
            before = own_upload is None or row.upload < own_upload
            found.append(Like(row.id, row.number, row.state, common, before))
    return found


def answers_of(session: Session, project_id: int) -> Sequence[LikenessAnswer]:
    """Return what the agency answered about a project's likenesses."""
    return session.scalars(
        select(LikenessAnswer)
        .where(LikenessAnswer.project_id == project_id)
        .order_by(LikenessAnswer.other_id)
    ).all()


def _traits(
    title: str,
    owner: tuple[int | None, int | None],
    methodology_id: int,
    latitude_e6: int | None,
    longitude_e6: int | None,
    equipment: Sequence[object],
) -> Traits:
    site = None if latitude_e6 is None or longitude_e6 is None else Site(latitude_e6, longitude_e6)
    return Traits(title, owner, methodology_id, site, frozenset(str(one) for one in equipment))
