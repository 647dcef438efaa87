"""Reads of authorisations and proposed links."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from scenarios.errors import AuthorisationNotFound, ProposalNotFound
from scenarios.models import Authorisation, LinkProposal, Scenario


def authorisations_of(session: Session, account_id: int) -> Sequence[tuple[Authorisation, Scenario]]:
    """Return the authorisations of an account with their scenarios, those in force first, then the newest."""
    found = session.execute(
        select(Authorisation, Scenario)
        .join(Scenario, Scenario.id == Authorisation.scenario_id)
        .where(Authorisation.account_id == account_id)
        .order_by(Authorisation.withdrawn_at.is_not(None), Authorisation.id.desc())
    )
    return [(authorisation, scenario) for authorisation, scenario in found]


def authorisation(
    session: Session, authorisation_id: int, *, account_id: int, lock: bool = False
) -> Authorisation:
    """Return one authorisation of an account.

    Raises:
        AuthorisationNotFound: there is none, or it is another's.
    """
    query = select(Authorisation).where(
        Authorisation.id == authorisation_id, Authorisation.account_id == account_id
    )
    if lock:
        query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise AuthorisationNotFound(authorisation_id=authorisation_id)
    return found


def authorisations_in_force(
    session: Session, account_id: int, *, scenario_id: int, at: datetime
) -> Sequence[Authorisation]:
    """Return the account's authorisations for one scenario that are in force at an instant (有效授权).

    Given at that very instant counts; withdrawn at that very instant does not.
    """
    return session.scalars(
        select(Authorisation)
        .where(
            Authorisation.account_id == account_id,
            Authorisation.scenario_id == scenario_id,
            Authorisation.given_at <= at,
            or_(Authorisation.withdrawn_at.is_(None), Authorisation.withdrawn_at > at),
        )
        .order_by(Authorisation.id)
    ).all()


def open_authorisation(session: Session, scenario_id: int, host_user: str) -> Authorisation | None:
    """Return the authorisation in force for one user of the host, whoever gave it."""
    return session.scalars(
        select(Authorisation).where(
            Authorisation.scenario_id == scenario_id,
            Authorisation.host_user == host_user,
            Authorisation.withdrawn_at.is_(None),
        )
    ).one_or_none()


def proposals_for(session: Session, phone_hash: bytes) -> Sequence[tuple[LinkProposal, Scenario]]:
    """Return the proposed links that wait for the holder of a telephone."""
    found = session.execute(
        select(LinkProposal, Scenario)
        .join(Scenario, Scenario.id == LinkProposal.scenario_id)
        .where(LinkProposal.phone_hash == phone_hash, LinkProposal.decided_at.is_(None))
        .order_by(LinkProposal.id)
    )
    return [(proposal, scenario) for proposal, scenario in found]


def open_proposal(session: Session, proposal_id: int, *, phone_hash: bytes) -> LinkProposal:
    """Return one open proposal for the holder of a telephone, locked.

    Raises:
        ProposalNotFound: there is none, it is another's, or it is answered.
    """
    found = session.scalars(
        select(LinkProposal)
        .where(
            LinkProposal.id == proposal_id,
            LinkProposal.phone_hash == phone_hash,
            LinkProposal.decided_at.is_(None),
        )
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise ProposalNotFound(proposal_id=proposal_id)
    return found


def proposal_of_user(session: Session, scenario_id: int, host_user: str) -> LinkProposal | None:
    """Return the open proposal for one user of the host, locked."""
    return session.scalars(
        select(LinkProposal)
        .where(
            LinkProposal.scenario_id == scenario_id,
            LinkProposal.host_user == host_user,
            LinkProposal.decided_at.is_(None),
        )
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one_or_none()
