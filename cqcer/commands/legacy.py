"""Projects approved before the measure (历史项目): brought over, and registered again before any batch."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel import audit
from app.kernel.actor import Actor
from app.kernel.permissions import Permission
from app.kernel.sources import cites
from cqcer import states
from cqcer.commands.cases import owned, write_step
from cqcer.crediting import is_within_years
from cqcer.errors.parties import LegacyMalformed
from cqcer.legacy_lists import Listed
from cqcer.models import LegacyApproval, Methodology, MethodologyVersion, RegistryProject
from cqcer.queries import methodologies
from cqcer.rulebooks import rulebook
from cqcer.values import CaseAct, Category, Period, RulebookCode, Subject

MEASURE: Final = date(2024, 9, 1)
"""From this day on nothing is approved but under the measure (CQ-44.1)."""


@cites("CQ-43.1", "Q-17")
def bring_over_project(
    session: Session,
    *,
    actor: Actor,
    source: str,
    number: str,
    approved_on: date,
    title: str,
    methodology_version_id: int,
    owner_organisation_id: int | None = None,
    owner_person_id: int | None = None,
    area_code: str | None = None,
    project_date: date | None = None,
    crediting: Period | None = None,
    facts: Mapping[str, Any],
    at: datetime,
) -> RegistryProject:
    """Bring over a project that was approved earlier; the same number of a list again is the same project.

    It is not registered by this: its owner applies again, and a batch on it is refused until then.
    What was approved from 2024-01-20 on waits for the Bureau's decision.

    Raises:
        MethodologyNotFound: there is no such version.
        LegacyMalformed: it was approved under the measure, has not one owner, or no title or number;
            or its crediting period goes backwards or is longer than the category allows.

    Source: CQ-43.1, Q-17.
    """
    actor.require(Permission.PROPOSE_REGISTRY_ACT)
    version = methodologies.version(session, methodology_version_id)
    category = Category(session.get_one(Methodology, version.methodology_id).category)
    earlier = session.scalars(
        select(LegacyApproval).where(LegacyApproval.source == source, LegacyApproval.number == number)
    ).one_or_none()
    if earlier is not None:
        return session.get_one(RegistryProject, earlier.project_id)
    breaches = _breaches(title, number, approved_on, owner_organisation_id, owner_person_id)
    if crediting is not None and crediting.first > crediting.last:
        breaches["crediting"] = "backwards"
    elif crediting is not None and not is_within_years(
        crediting, rulebook(RulebookCode.CQCER).crediting_years[category]
    ):
        breaches["crediting"] = "longer_than_category"
    if breaches:
        raise LegacyMalformed(**breaches)
    project = _project(version, category, title, at)
    project.owner_organisation_id, project.owner_person_id = owner_organisation_id, owner_person_id
    project.area_code, project.project_date = area_code, project_date
    project.created_by = actor.ref
    if crediting is not None:
        project.crediting_first, project.crediting_last = crediting
    session.add(project)
    session.flush()
    session.add(
        LegacyApproval(
            project_id=project.id,
            number=number,
            approved_on=approved_on,
            source=source,
            awaits_bureau=approved_on >= rulebook(RulebookCode.CQCER).legacy_approved_before,
            facts=dict(facts),
            brought_by=actor.ref,
            brought_at=at,
        )
    )
    session.flush()
    session.refresh(project)
    audit.record(
        session,
        actor=actor,
        event="registry.project.bring_over",
        subject=("project", project.id),
        at=at,
        number=number,
    )
    return project


@cites("CQ-43.1")
def apply_again(
    session: Session,
    *,
    actor: Actor,
    project_id: int,
    methodology_version_id: int,
    project_date: date | None,
    crediting: Period | None,
    declarations: Mapping[str, Any],
    at: datetime,
) -> RegistryProject:
    """Begin the application of one's own earlier project under the measure (重新申请登记).

    Raises:
        CaseNotFound: it is not the actor's.
        MethodologyNotFound: there is no such version.
        ActOutOfTurn: it is under way or registered.

    Source: CQ-43.1.
    """
    actor.require(Permission.APPLY_TO_REGISTRY)
    project = owned(session, actor, Subject.PROJECT, project_id, lock=True)
    if not isinstance(project, RegistryProject):
        raise TypeError(type(project).__name__)
    version = methodologies.version(session, methodology_version_id)
    project.category = session.get_one(Methodology, version.methodology_id).category
    project.methodology_version_id = version.id
    project.project_date = project_date
    project.crediting_first = None if crediting is None else crediting.first
    project.crediting_last = None if crediting is None else crediting.last
    project.declarations = dict(declarations)
    session.flush()
    write_step(session, project, CaseAct.BEGIN, actor=actor, at=at)
    return project


def _project(version: MethodologyVersion, category: Category, title: str, at: datetime) -> RegistryProject:
    return RegistryProject(
        rulebook=RulebookCode.CQCER.value,
        category=category.value,
        title=title.strip(),
        methodology_version_id=version.id,
        equipment=[],
        declarations={},
        state=states.after(states.PROJECT, None, CaseAct.BRING_OVER).value,
        created_at=at,
    )


def _breaches(
    title: str, number: str, approved_on: date, organisation_id: int | None, person_id: int | None
) -> dict[str, str]:
    breaches: dict[str, str] = {}
    if not title.strip():
        breaches["title"] = "missing"
    if not number.strip():
        breaches["number"] = "missing"
    if approved_on >= MEASURE:
        breaches["approved_on"] = "under_the_measure"
    if (organisation_id is None) == (person_id is None):
        breaches["owner"] = "not_exactly_one"
    return breaches


class Brought(NamedTuple):
    """What came of a list: projects brought over now, those that were there, and why others were not."""

    new: int
    known: int
    left_out: dict[str, str]  # why, by number or by the row's place in the list


@cites("CQ-43.1")
def bring_over_list(
    session: Session,
    *,
    actor: Actor,
    rows: Iterable[Listed],
    source: str,
    methodology_version_id: int,
    owner_organisation_id: int,
    at: datetime,
) -> Brought:
    """Bring over every project of a list that was approved before the measure; twice is as once.

    A crediting period longer than the category allows stays among the facts of the list.

    Raises:
        MethodologyNotFound: there is no such version.

    Source: CQ-43.1.
    """
    actor.require(Permission.PROPOSE_REGISTRY_ACT)
    category = Category(
        session.get_one(
            Methodology, methodologies.version(session, methodology_version_id).methodology_id
        ).category
    )
    years = rulebook(RulebookCode.CQCER).crediting_years[category]
    before = _known(session, source)
    new, known, left_out = 0, 0, dict[str, str]()
    for place, row in enumerate(rows, start=1):
        name = row.number or f"row {place}"
        if row.problems:
            left_out[name] = ", ".join(f"{column}: {why}" for column, why in sorted(row.problems.items()))
        elif row.approved_on is None:
            left_out[name] = "not_approved"
        elif row.approved_on >= MEASURE:
            left_out[name] = "under_the_measure"
        elif row.number in before:
            known += 1
        else:
            short = row.crediting is not None and is_within_years(row.crediting, years)
            bring_over_project(
                session,
                actor=actor,
                source=source,
                number=row.number,
                approved_on=row.approved_on,
                title=row.title,
                methodology_version_id=methodology_version_id,
                owner_organisation_id=owner_organisation_id,
                crediting=row.crediting if short else None,
                facts=row.facts,
                at=at,
            )
            before.add(row.number)
            new += 1
    return Brought(new, known, left_out)


def _known(session: Session, source: str) -> set[str]:
    return set(session.scalars(select(LegacyApproval.number).where(LegacyApproval.source == source)))
