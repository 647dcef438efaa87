"""Giving and withdrawing leave to use behaviour data (授权与撤回)."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.kernel import audit
from app.kernel.actor import Actor
from app.kernel.events import Event, publish
from app.kernel.permissions import Permission
from app.kernel.sources import cites
from scenarios import queries, rules
from scenarios.commands.steps import check_own
from scenarios.errors import (
    AuthorisationTextOutdated,
    HostUserTaken,
    ScenarioNotListed,
    TooManyLinks,
)
from scenarios.models import Authorisation, LinkProposal, Scenario
from scenarios.states import State
from scenarios.values import Link, LinkDecision, LinksProposed

MOST_LINKS = 10_000
"""Links that a host may propose at once."""


@cites("CQ-34.1", "Q-57")
def authorise(
    session: Session,
    *,
    actor: Actor,
    account_id: int,
    scenario_code: str,
    host_user: str,
    phone_hash: bytes,
    data_kinds: Iterable[str],
    text_version: str,
    at: datetime,
) -> Authorisation:
    """Give leave for one scenario and named kinds of data, from this instant on (授权).

    Giving it again for the same user of the host returns the authorisation in force.

    Args:
        account_id: of the actor's own open account.
        host_user: the person's reference at the host.
        phone_hash: of the actor's telephone; a link which the host proposed for another is not theirs.
        text_version: of the text that was shown.

    Raises:
        ScenarioNotListed: only listed scenarios are authorised.
        AuthorisationTextOutdated: another text holds now.
        DataKindsWrong: not the kinds that the scenario reads.
        HostUserTaken: linked with, or proposed to, somebody else.

    Source: CQ-34.1, Q-57.
    """
    actor.require(Permission.AUTHORISE_SCENARIO)
    scenario = queries.scenario_by_code(session, scenario_code)
    name = rules.check_host_user(host_user)
    proposal = queries.proposal_of_user(session, scenario.id, name)
    if proposal is not None and proposal.phone_hash != phone_hash:
        raise HostUserTaken(scenario=scenario.code)
    if proposal is not None:
        proposal.decided_at, proposal.decision = at, LinkDecision.CONFIRMED.value
    return _give(session, actor, scenario, account_id, name, data_kinds, text_version, at)


@cites("CQ-34.1")
def confirm_link(
    session: Session,
    *,
    actor: Actor,
    account_id: int,
    proposal_id: int,
    phone_hash: bytes,
    data_kinds: Iterable[str],
    text_version: str,
    at: datetime,
) -> Authorisation:
    """Confirm a link that the host proposed; the authorisation is given at this instant (确认关联).

    Raises:
        ProposalNotFound: no such open proposal for this telephone.
        ScenarioNotListed, AuthorisationTextOutdated, DataKindsWrong, HostUserTaken: as in `authorise`.

    Source: CQ-34.1.
    """
    actor.require(Permission.AUTHORISE_SCENARIO)
    proposal = queries.open_proposal(session, proposal_id, phone_hash=phone_hash)
    proposal.decided_at, proposal.decision = at, LinkDecision.CONFIRMED.value
    scenario = queries.scenario(session, proposal.scenario_id)
    return _give(session, actor, scenario, account_id, proposal.host_user, data_kinds, text_version, at)


def decline_link(
    session: Session, *, actor: Actor, proposal_id: int, phone_hash: bytes, at: datetime
) -> LinkProposal:
    """Decline a link that the host proposed; nothing of it takes effect (拒绝关联).

    Raises:
        ProposalNotFound: no such open proposal for this telephone.

    Source: CQ-34.1.
    """
    actor.require(Permission.AUTHORISE_SCENARIO)
    proposal = queries.open_proposal(session, proposal_id, phone_hash=phone_hash)
    proposal.decided_at, proposal.decision = at, LinkDecision.DECLINED.value
    _record(session, actor, "decline", "link_proposal", proposal.id, at, scenario_id=proposal.scenario_id)
    session.flush()
    return proposal


@cites("Q-40", "CQ-34.1")
def withdraw(
    session: Session, *, actor: Actor, account_id: int, authorisation_id: int, at: datetime
) -> Authorisation:
    """Withdraw an authorisation at once; points issued stay (撤回授权). Doing it again changes nothing.

    Raises:
        AuthorisationNotFound: no such authorisation of this account.

    Source: Q-40, CQ-34.1.
    """
    actor.require(Permission.AUTHORISE_SCENARIO)
    found = queries.authorisation(session, authorisation_id, account_id=account_id, lock=True)
    if found.withdrawn_at is None:
        _end(session, actor, found, at)
    return found


@cites("Q-40")
def withdraw_all(session: Session, *, actor: Actor, account_id: int, at: datetime) -> int:
    """Withdraw every authorisation of an account that is being closed; return how many.

    Source: Q-40.
    """
    count = 0
    for found, _ in queries.authorisations_of(session, account_id):
        held = queries.authorisation(session, found.id, account_id=account_id, lock=True)
        if held.withdrawn_at is None:
            _end(session, actor, held, at)
            count += 1
    return count


@cites("CQ-34.1")
def propose_links(
    session: Session,
    *,
    actor: Actor,
    scenario_code: str,
    links: Iterable[Link],
    at: datetime,
    contradicted: Mapping[int, int] | None = None,
) -> LinksProposed:
    """Propose, for a host, which of its users have which telephone; nothing holds until confirmed.

    A proposal that waits already stays as it is.

    Args:
        contradicted: authorisations that citizens gave for one of these users without the host's word,
            with another telephone than the host knows, and their accounts: they end, points issued stay.

    Raises:
        NotThisHost: another host's scenario.
        ScenarioNotListed: only listed scenarios are linked with.
        TooManyLinks: more than 10,000 at once.
        HostUserWrong: a reference cannot be one.

    Source: CQ-34.1.
    """
    actor.require(Permission.PROPOSE_LINKS)
    scenario = queries.scenario_by_code(session, scenario_code)
    check_own(actor, scenario)
    _check_listed(scenario)
    wanted = {rules.check_host_user(link.host_user): link.phone_hash for link in links}
    if len(wanted) > MOST_LINKS:
        raise TooManyLinks(most=MOST_LINKS)
    for number, account_id in sorted((contradicted or {}).items()):
        held = queries.authorisation(session, number, account_id=account_id, lock=True)
        if held.withdrawn_at is None and held.scenario_id == scenario.id:
            _end(session, actor, held, at)
    linked = _linked(session, scenario.id, list(wanted))
    rows = [
        {
            "scenario_id": scenario.id,
            "host_user": host_user,
            "phone_hash": phone_hash,
            "proposed_by": actor.ref,
            "proposed_at": at,
        }
        for host_user, phone_hash in sorted(wanted.items())
        if host_user not in linked
    ]
    made = 0
    if rows:
        statement = insert(LinkProposal).on_conflict_do_nothing().returning(LinkProposal.id)
        made = len(session.scalars(statement, rows).all())
    _record(session, actor, "propose", "scenario", scenario.id, at, links=made)
    session.flush()
    return LinksProposed(made, len(rows) - made, len(linked))


def _linked(session: Session, scenario_id: int, host_users: list[str]) -> set[str]:
    found = session.execute(
        text(
            "select host_user from authorisation where scenario_id = :scenario and withdrawn_at is null"
            " and host_user = any(:users)"
        ),
        {"scenario": scenario_id, "users": host_users},
    )
    return {host_user for (host_user,) in found}


def _check_listed(scenario: Scenario) -> None:
    if scenario.state != State.LISTED:
        raise ScenarioNotListed(scenario=scenario.code, state=scenario.state)


def _give(
    session: Session,
    actor: Actor,
    scenario: Scenario,
    account_id: int,
    host_user: str,
    data_kinds: Iterable[str],
    text_version: str,
    at: datetime,
) -> Authorisation:
    _check_listed(scenario)
    if text_version != scenario.authorisation_version:
        raise AuthorisationTextOutdated(shown=text_version, present=scenario.authorisation_version)
    kinds = rules.check_data_kinds(data_kinds, needed=scenario.data_kinds)
    session.flush()
    made: Authorisation | None = session.scalar(
        insert(Authorisation)
        .values(
            account_id=account_id,
            scenario_id=scenario.id,
            host_user=host_user,
            data_kinds=kinds,
            text_version=text_version,
            given_at=at,
        )
        .on_conflict_do_nothing(
            index_elements=["scenario_id", "host_user"], index_where=Authorisation.withdrawn_at.is_(None)
        )
        .returning(Authorisation)
    )
    if made is None:
        earlier = queries.open_authorisation(session, scenario.id, host_user)
        if earlier is None or earlier.account_id != account_id:
            raise HostUserTaken(scenario=scenario.code)
        return earlier
    _record(session, actor, "give", "authorisation", made.id, at, scenario=scenario.code, data_kinds=kinds)
    _tell_host(session, Event.AUTHORISATION_GIVEN, scenario, made, at)
    session.flush()
    return made


def _end(session: Session, actor: Actor, found: Authorisation, at: datetime) -> None:
    scenario = queries.scenario(session, found.scenario_id)
    found.withdrawn_at = max(at, found.given_at)
    _record(session, actor, "withdraw", "authorisation", found.id, at, scenario=scenario.code)
    _tell_host(session, Event.AUTHORISATION_WITHDRAWN, scenario, found, at)
    session.flush()


def _tell_host(
    session: Session, event: Event, scenario: Scenario, authorisation: Authorisation, at: datetime
) -> None:
    publish(
        session,
        organisation_id=scenario.host_id,
        event=event,
        about=f"authorisation:{authorisation.id}",
        data={"scenario": scenario.code, "user": authorisation.host_user, "authorisation": authorisation.id},
        at=at,
    )


def _record(
    session: Session, actor: Actor, act: str, kind: str, subject: int, at: datetime, **details: object
) -> None:
    audit.record(
        session,
        actor=actor,
        event=f"scenarios.authorisation.{act}",
        subject=(kind, subject),
        at=at,
        **details,
    )
