"""What a scenario host's desk shows (场景方工作台): uploads, quality, authorisations, links, profiles."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.kernel.days import day_in_china, start_of_day
from scenarios import queries
from scenarios.models import (
    Authorisation,
    LinkProposal,
    MappingProfile,
    Method,
    PublishedMethod,
    Scenario,
    Upload,
)
from scenarios.states import State
from scenarios.values import UploadStatus

SHOWN: Final = 30
DAYS_OF_QUALITY: Final = 30


@dataclass(frozen=True, kw_only=True)
class HostScenario:
    """A scenario with how many authorisations of it are in force."""

    scenario: Scenario
    authorised: int


@dataclass(frozen=True, kw_only=True)
class Quality:
    """What became of the rows that were sent in the last thirty days."""

    rows: int
    outcomes: Mapping[str, int]
    reduction_g: int

    def of(self, outcome: str) -> int:
        """Return how many rows ended so."""
        return self.outcomes.get(outcome, 0)


@dataclass(frozen=True, kw_only=True)
class Uploads:
    """One page; `before` is where the next begins."""

    uploads: tuple[UploadStatus, ...]
    before: int | None


@dataclass(frozen=True, kw_only=True)
class Links:
    """Where the proposed links of a scenario stand."""

    scenario: Scenario
    authorised: int
    waiting: int
    declined: int


@dataclass(frozen=True, kw_only=True)
class KnownProfile:
    """A profile in its newest version."""

    profile: MappingProfile
    scenario: Scenario
    method: str


def scenarios(session: Session, host_id: int) -> list[HostScenario]:
    """Return the host's scenarios, the newest first."""
    found = queries.scenarios_in(session, list(State), host_id=host_id)
    counts = _authorised(session, [each.id for each in found])
    return [HostScenario(scenario=each, authorised=counts.get(each.id, 0)) for each in found]


def authorised(session: Session, scenario_id: int) -> int:
    """Return how many authorisations of a scenario are in force."""
    return _authorised(session, [scenario_id]).get(scenario_id, 0)


def _authorised(session: Session, scenario_ids: Collection[int]) -> dict[int, int]:
    rows = session.execute(
        select(Authorisation.scenario_id, func.count())
        .where(Authorisation.scenario_id.in_(scenario_ids), Authorisation.withdrawn_at.is_(None))
        .group_by(Authorisation.scenario_id)
    )
    return {scenario_id: int(count) for scenario_id, count in rows}


def last_uploads(session: Session, host_id: int, *, limit: int) -> list[UploadStatus]:
    """Return the host's latest uploads of all its scenarios."""
    return list(uploads_page(session, host_id, before=None, limit=limit).uploads)


def uploads_page(session: Session, host_id: int, *, before: int | None, limit: int = SHOWN) -> Uploads:
    """Return a page of the host's uploads, the newest first."""
    wanted = (
        select(Upload.id)
        .join(Scenario, Scenario.id == Upload.scenario_id)
        .where(Scenario.host_id == host_id)
        .order_by(Upload.id.desc())
        .limit(limit + 1)
    )
    if before is not None:
        wanted = wanted.where(Upload.id < before)
    ids = session.scalars(wanted).all()
    found = tuple(queries.upload_status(session, upload_id) for upload_id in ids[:limit])
    return Uploads(uploads=found, before=found[-1].id if len(ids) > limit else None)


_QUALITY = text("""
    select outcome.key as outcome, sum(reason.value::bigint) as rows
      from upload u
      join scenario s on s.id = u.scenario_id
     cross join lateral jsonb_each(u.outcomes) as outcome
     cross join lateral jsonb_each_text(outcome.value) as reason
     where s.host_id = :host and u.created_at >= :since and u.door <> 'review'
       and (cast(:scenario as bigint) is null or u.scenario_id = :scenario)
     group by outcome.key
""")


def quality(session: Session, host_id: int, *, at: datetime, scenario_id: int | None = None) -> Quality:
    """Return what became of the rows of the last thirty days, of one scenario or of all."""
    since = start_of_day(day_in_china(at) - timedelta(days=DAYS_OF_QUALITY - 1))
    facts = {"host": host_id, "since": since, "scenario": scenario_id}
    outcomes = {row.outcome: int(row.rows) for row in session.execute(_QUALITY, facts)}
    grams = select(func.coalesce(func.sum(Upload.reduction_g), 0)).join(
        Scenario, Scenario.id == Upload.scenario_id
    )
    grams = grams.where(Scenario.host_id == host_id, Upload.created_at >= since)
    if scenario_id is not None:
        grams = grams.where(Upload.scenario_id == scenario_id)
    return Quality(
        rows=sum(outcomes.values()), outcomes=outcomes, reduction_g=int(session.scalar(grams) or 0)
    )


def methods_to_choose(session: Session) -> list[tuple[Method, PublishedMethod]]:
    """Return each published method with its latest version, by code."""
    latest: dict[str, tuple[Method, PublishedMethod]] = {}
    for method, version in queries.published_methods(session):
        latest[method.code] = (method, version)
    return list(latest.values())


def ways_to_read(session: Session, scenario_ids: Sequence[int]) -> dict[int, list[str]]:
    """Return the names of the profiles of each scenario."""
    rows = session.execute(
        select(MappingProfile.scenario_id, MappingProfile.name)
        .where(MappingProfile.scenario_id.in_(scenario_ids))
        .group_by(MappingProfile.scenario_id, MappingProfile.name)
        .order_by(MappingProfile.name)
    )
    found: dict[int, list[str]] = {}
    for scenario_id, name in rows:
        found.setdefault(scenario_id, []).append(name)
    return found


def profiles(session: Session, host_id: int) -> list[KnownProfile]:
    """Return the newest version of every profile of the host's scenarios."""
    rows = session.execute(
        select(MappingProfile, Scenario, Method.code)
        .join(Scenario, Scenario.id == MappingProfile.scenario_id)
        .join(Method, Method.id == MappingProfile.method_id)
        .where(Scenario.host_id == host_id)
        .order_by(Scenario.id.desc(), MappingProfile.name, MappingProfile.version.desc())
    )
    newest: dict[tuple[int, str], KnownProfile] = {}
    for profile, scenario, method in rows:
        known = KnownProfile(profile=profile, scenario=scenario, method=method)
        newest.setdefault((scenario.id, profile.name), known)
    return list(newest.values())


def links(session: Session, host_id: int) -> list[Links]:
    """Return where the links of the host's listed scenarios stand."""
    found = queries.scenarios_in(session, [State.LISTED, State.SUSPENDED], host_id=host_id)
    in_force = _authorised(session, [each.id for each in found])
    proposed: dict[tuple[int, str | None], int] = {
        (row[0], row[1]): int(row[2])
        for row in session.execute(
            select(LinkProposal.scenario_id, LinkProposal.decision, func.count())
            .where(LinkProposal.scenario_id.in_([each.id for each in found]))
            .group_by(LinkProposal.scenario_id, LinkProposal.decision)
        )
    }
    return [
        Links(
            scenario=each,
            authorised=in_force.get(each.id, 0),
            waiting=proposed.get((each.id, None), 0),
            declined=proposed.get((each.id, "declined"), 0),
        )
        for each in found
    ]


def unit_of_first_call(session: Session, scenario: Scenario) -> str | None:
    """Return the unit in which a scenario's behaviours are counted, None where no method is published."""
    for method in queries.methods_of(session, scenario.id):
        versions = queries.published_versions(session, method.id)
        if versions:
            return versions[-1].version.unit.value
    return None
