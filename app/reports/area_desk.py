"""What a district's bureau sees: scenarios, projects, figures and notes of its own area (辖区监督)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.identity import rules
from app.identity.models import AreaNote, District, Organisation
from app.kernel.actor import Actor
from app.kernel.sources import cites
from app.reports import period_figures, scenario_lists
from app.reports.actor_names import ActorName, actor_names
from app.reports.period_figures import OfScenario, Period
from app.reports.sorting import UNSORTED
from cqcer.errors import CaseNotFound
from cqcer.models import CaseStep, RegistryProject
from points.models import Merchant
from scenarios import queries
from scenarios.models import Scenario

SHOWN: Final = 50


@dataclass(frozen=True, kw_only=True)
class Note:
    """A note with who wrote it."""

    note: AreaNote
    author: ActorName
    office: str


@dataclass(frozen=True, kw_only=True)
class Overview:
    """An area at a glance: what is in it, what came in this year, what was noted last."""

    area: District
    scenarios: Mapping[str, int]
    merchants: int
    projects: Mapping[str, int]
    figures: tuple[OfScenario, ...]
    notes: tuple[tuple[Note, str, str], ...]  # with the subject's name and its address' last part


@dataclass(frozen=True, kw_only=True)
class Projects:
    """One page of projects; `before` is where the next begins."""

    lines: tuple[RegistryProject, ...]
    before: int | None


@dataclass(frozen=True, kw_only=True)
class ProjectFile:
    """A project with its owner's name, where that is an organisation, and its steps."""

    project: RegistryProject
    owner: Organisation | None
    steps: tuple[CaseStep, ...]
    names: Mapping[str, ActorName]
    notes: tuple[Note, ...]


@cites("CQ-4.3")
def overview(session: Session, *, area: str, today: date) -> Overview:
    """Return an area at a glance.

    Source: CQ-4.3.
    """
    year = Period(first=date(today.year, 1, 1), last=today)
    by_state = select(Scenario.state, func.count()).where(
        Scenario.area_code == area, Scenario.sandbox.is_(False)
    )
    projects = select(RegistryProject.state, func.count()).where(RegistryProject.area_code == area)
    merchants = select(func.count()).where(Merchant.area_code == area, Merchant.state == "admitted")
    return Overview(
        area=session.get_one(District, area),
        scenarios=_counted(session, by_state.group_by(Scenario.state)),
        merchants=int(session.scalar(merchants) or 0),
        projects=_counted(session, projects.group_by(RegistryProject.state)),
        figures=tuple(period_figures.by_scenario(session, year, area=area)),
        notes=tuple(_latest(session, area)),
    )


@cites("CQ-4.3")
def scenario_of(session: Session, actor: Actor, code: str) -> Scenario:
    """Return a scenario of the actor's own area.

    Raises:
        ScenarioNotFound: there is none with this code.
        OutsideArea: it lies elsewhere.

    Source: CQ-4.3.
    """
    found = queries.scenario_by_code(session, code)
    rules.check_inside(found.area_code, own=actor.area_code)
    return found


@cites("CQ-4.3")
def scenarios(session: Session, asked: scenario_lists.Asked, *, area: str) -> scenario_lists.Lines:
    """Return one page of the area's scenarios, whatever area the wishes name.

    Source: CQ-4.3.
    """
    return scenario_lists.every(session, replace(asked, area=area))


def every_scenario(
    session: Session, asked: scenario_lists.Asked, *, area: str
) -> Iterator[scenario_lists.Line]:
    """Yield every scenario of the area that is looked for, the newest first."""
    before: int | None = None
    while True:
        page = scenarios(session, replace(asked, before=before, order=UNSORTED), area=area)
        yield from page.lines
        if page.before is None:
            return
        before = page.before


@cites("CQ-4.3")
def projects(session: Session, *, area: str, before: int | None, limit: int = SHOWN) -> Projects:
    """Return one page of the area's projects, the newest first.

    Source: CQ-4.3.
    """
    wanted = select(RegistryProject).where(RegistryProject.area_code == area)
    if before is not None:
        wanted = wanted.where(RegistryProject.id < before)
    rows = session.scalars(wanted.order_by(RegistryProject.id.desc()).limit(limit + 1)).all()
    return Projects(lines=tuple(rows[:limit]), before=rows[limit - 1].id if len(rows) > limit else None)


@cites("CQ-4.3")
def project_of(session: Session, actor: Actor, project_id: int) -> RegistryProject:
    """Return a project of the actor's own area.

    Raises:
        CaseNotFound: there is none with this id.
        OutsideArea: it lies elsewhere.

    Source: CQ-4.3.
    """
    found = session.get(RegistryProject, project_id)
    if found is None:
        raise CaseNotFound(project_id=project_id)
    rules.check_inside(found.area_code, own=actor.area_code)
    return found


def project_file(session: Session, found: RegistryProject) -> ProjectFile:
    """Return a project with its steps and notes."""
    steps = tuple(
        session.scalars(select(CaseStep).where(CaseStep.project_id == found.id).order_by(CaseStep.number))
    )
    return ProjectFile(
        project=found,
        owner=session.get(Organisation, found.owner_organisation_id) if found.owner_organisation_id else None,
        steps=steps,
        names=actor_names(session, [step.actor for step in steps]),
        notes=notes_on(session, project_id=found.id),
    )


def notes_on(
    session: Session, *, scenario_id: int | None = None, project_id: int | None = None
) -> tuple[Note, ...]:
    """Return the notes on a scenario or a project, the latest first."""
    wanted = select(AreaNote).order_by(AreaNote.id.desc()).limit(200)
    if scenario_id is not None:
        wanted = wanted.where(AreaNote.scenario_id == scenario_id)
    else:
        wanted = wanted.where(AreaNote.project_id == project_id)
    return tuple(_with_names(session, list(session.scalars(wanted))))


def _latest(session: Session, area: str) -> Iterator[tuple[Note, str, str]]:
    rows = session.execute(
        select(AreaNote, Scenario.name, Scenario.code, RegistryProject.title, RegistryProject.id)
        .outerjoin(Scenario, Scenario.id == AreaNote.scenario_id)
        .outerjoin(RegistryProject, RegistryProject.id == AreaNote.project_id)
        .where(AreaNote.area_code == area)
        .order_by(AreaNote.id.desc())
        .limit(8)
    ).all()
    named = _with_names(session, [row[0] for row in rows])
    for note, row in zip(named, rows, strict=True):
        yield note, row[1] or row[3], str(row[2] or row[4])


def _with_names(session: Session, notes: list[AreaNote]) -> list[Note]:
    names = actor_names(session, [note.written_by for note in notes])
    offices = {
        each.id: each.name
        for each in session.scalars(
            select(Organisation).where(Organisation.id.in_({note.organisation_id for note in notes}))
        )
    }
    return [
        Note(note=note, author=names[note.written_by], office=offices[note.organisation_id]) for note in notes
    ]


def _counted(session: Session, wanted: Any) -> dict[str, int]:
    return {state: int(number) for state, number in session.execute(wanted)}
