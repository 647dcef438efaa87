"""What a scenario host's desk shows (场景方工作台): uploads, quality, authorisations, links, profiles."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.kernel.days import end_of_day, start_of_day
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
from scenarios.values import Door, UploadState, UploadStatus

SHOWN: Final = 30
AT_ONCE: Final = 500


@dataclass(frozen=True, kw_only=True)
class HostScenario:
    """A scenario with how many authorisations of it are in force."""

    scenario: Scenario
    authorised: int


@dataclass(frozen=True, kw_only=True)
class UploadsAsked:
    """What is looked for among the uploads; days in China, both included.

    Attributes:
        words: part of the file's name.
        before: the upload after which the page begins.
    """

    scenario_id: int | None = None
    state: str | None = None
    door: str | None = None
    words: str = ""
    since: date | None = None
    until: date | None = None
    oldest_first: bool = False
    before: int | None = None

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "UploadsAsked":
        """Read the wishes from the parts of an address; what cannot be read is no wish."""
        state, door = given.get("state"), given.get("door")
        return cls(
            scenario_id=_number(given.get("scenario", "")),
            state=state if state in set(UploadState) else None,
            door=door if door in set(Door) else None,
            words=given.get("q", "").replace("\0", "").strip()[:60],
            since=_day(given.get("since", "")),
            until=_day(given.get("until", "")),
            oldest_first=given.get("order") == "asc",
            before=_number(given.get("before", "")),
        )


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


def last_uploads(
    session: Session, host_id: int, *, limit: int, scenario_id: int | None = None
) -> list[UploadStatus]:
    """Return the host's latest uploads, of one scenario or of all."""
    return list(uploads_page(session, host_id, UploadsAsked(scenario_id=scenario_id), limit=limit).uploads)


def uploads_page(session: Session, host_id: int, asked: UploadsAsked, *, limit: int = SHOWN) -> Uploads:
    """Return a page of the host's uploads in the order of their receipt."""
    here = Upload.id.asc() if asked.oldest_first else Upload.id.desc()
    wanted = (
        select(Upload.id)
        .join(Scenario, Scenario.id == Upload.scenario_id)
        .where(Scenario.host_id == host_id)
        .order_by(here)
        .limit(limit + 1)
    )
    if asked.scenario_id is not None:
        wanted = wanted.where(Upload.scenario_id == asked.scenario_id)
    if asked.state is not None:
        wanted = wanted.where(Upload.state == asked.state)
    if asked.door is not None:
        wanted = wanted.where(Upload.door == asked.door)
    if asked.words:
        wanted = wanted.where(Upload.filename.icontains(asked.words, autoescape=True))
    if asked.since is not None:
        wanted = wanted.where(Upload.created_at >= start_of_day(asked.since))
    if asked.until is not None:
        wanted = wanted.where(Upload.created_at < end_of_day(asked.until))
    if asked.before is not None:
        wanted = wanted.where(Upload.id > asked.before if asked.oldest_first else Upload.id < asked.before)
    ids = session.scalars(wanted).all()
    found = tuple(queries.upload_status(session, upload_id) for upload_id in ids[:limit])
    return Uploads(uploads=found, before=found[-1].id if len(ids) > limit else None)


def every_upload(
    sessions: Callable[[], AbstractContextManager[Session]], host_id: int, asked: UploadsAsked
) -> Iterator[UploadStatus]:
    """Yield the host's uploads, in short transactions.

    Args:
        sessions: opens a transaction.
    """
    before = asked.before
    while True:
        with sessions() as session:
            page = uploads_page(session, host_id, replace(asked, before=before), limit=AT_ONCE)
        yield from page.uploads
        before = page.before
        if before is None:
            return


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


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
