"""Scenarios as the pages show them (低碳场景): to everybody, and to one holder with their authorisations."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.identity.models import District, Organisation, Person
from app.kernel.sources import cites
from app.reports import catalogue
from scenarios.errors import ProposalNotFound
from scenarios.models import Authorisation, LinkProposal, Scenario


@dataclass(frozen=True, kw_only=True)
class KnownScenario:
    """A scenario with its host, its district and its methods."""

    scenario: Scenario
    host: str
    host_en: str | None
    area: str
    area_en: str
    methods: tuple[str, ...] = ()
    authorisations: tuple[Authorisation, ...] = ()

    @property
    def in_force(self) -> tuple[Authorisation, ...]:
        """The holder's authorisations that are not withdrawn."""
        return tuple(each for each in self.authorisations if each.withdrawn_at is None)


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A host's open proposal that one of its users is this person."""

    proposal: LinkProposal
    known: KnownScenario


@cites("CQ-36.4")
def known(session: Session, *, life_field: str | None = None) -> list[KnownScenario]:
    """Return the listed scenarios by field of life.

    Source: CQ-36.4.
    """
    wanted = _scenarios().where(Scenario.state == "listed", Scenario.sandbox.is_(False))
    if life_field is not None:
        wanted = wanted.where(Scenario.life_field == life_field)
    return [_known(row) for row in session.execute(wanted)]


def life_fields(session: Session) -> dict[str, int]:
    """Return how many listed scenarios there are in each field of life."""
    rows = session.execute(
        select(Scenario.life_field, func.count().label("scenarios"))
        .where(Scenario.state == "listed", Scenario.sandbox.is_(False))
        .group_by(Scenario.life_field)
        .order_by(Scenario.life_field.desc())
    )
    return {row.life_field: row.scenarios for row in rows}


@cites("CQ-36.4")
def one(session: Session, *, code: str, account_id: int | None = None) -> KnownScenario:
    """Return a scenario that is or was listed, with the account's authorisations of it.

    Raises:
        ScenarioNotFound: there is none, or it has never been made known.

    Source: CQ-36.4.
    """
    found = catalogue.scenario(session, code=code)
    row = session.execute(_scenarios().where(Scenario.id == found.scenario.id)).one()
    held = _held(session, account_id) if account_id is not None else {}
    return _known(row, methods=found.methods, authorisations=tuple(held.get(found.scenario.id, ())))


def of_holder(session: Session, *, account_id: int) -> list[KnownScenario]:
    """Return the listed scenarios and those once authorised, with the holder's authorisations."""
    held = _held(session, account_id)
    rows = session.execute(
        _scenarios().where(
            Scenario.sandbox.is_(False), (Scenario.state == "listed") | Scenario.id.in_(list(held))
        )
    )
    return [_known(row, authorisations=tuple(held.get(row[0].id, ()))) for row in rows]


def proposals(session: Session, *, person_id: int) -> list[Proposal]:
    """Return the open proposals of hosts to link one of their users with this person."""
    rows = session.execute(_proposals(person_id).where(Scenario.state == "listed"))
    return [Proposal(proposal=row[3], known=_known(row)) for row in rows]


def proposal(session: Session, proposal_id: int, *, person_id: int) -> Proposal:
    """Return one open proposal for this person.

    Raises:
        ProposalNotFound: there is none, it is another's, or it is answered.
    """
    row = session.execute(_proposals(person_id).where(LinkProposal.id == proposal_id)).first()
    if row is None:
        raise ProposalNotFound(proposal_id=proposal_id)
    return Proposal(proposal=row[3], known=_known(row))


def _proposals(person_id: int) -> Any:
    mine = select(Person.phone_hash).where(Person.id == person_id).scalar_subquery()
    return (
        _scenarios()
        .add_columns(LinkProposal)
        .join(LinkProposal, LinkProposal.scenario_id == Scenario.id)
        .where(LinkProposal.phone_hash == mine, LinkProposal.decided_at.is_(None))
    )


def _scenarios() -> Any:
    return (
        select(Scenario, Organisation, District)
        .join(Organisation, Organisation.id == Scenario.host_id)
        .join(District, District.code == Scenario.area_code)
        .order_by(Scenario.life_field.desc(), Scenario.id)
    )


def _held(session: Session, account_id: int) -> dict[int, list[Authorisation]]:
    """Return the account's authorisations by scenario, the latest first."""
    held: dict[int, list[Authorisation]] = {}
    for authorisation in session.scalars(
        select(Authorisation)
        .where(Authorisation.account_id == account_id)
        .order_by(Authorisation.given_at.desc(), Authorisation.id.desc())
    ):
        held.setdefault(authorisation.scenario_id, []).append(authorisation)
    return held


def _known(
    row: Any, *, methods: tuple[str, ...] = (), authorisations: tuple[Authorisation, ...] = ()
) -> KnownScenario:
    scenario, host, area = row[:3]
    return KnownScenario(
        scenario=scenario,
        host=host.name,
        host_en=host.name_en,
        area=area.name,
        area_en=area.name_en,
        methods=methods,
        authorisations=authorisations,
    )
