"""Claims about missing behaviour (补登申诉) as their citizen and the operator see them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.identity.models import Organisation
from app.reports.actor_names import ActorName, actor_names
from points.models import CarbonAccount
from scenarios import queries
from scenarios.models import Authorisation, Behaviour, Claim, ClaimStep, Scenario
from scenarios.states import ClaimAct, ClaimState

SHOWN = 50
OF_OPERATOR = (ClaimState.FILED, ClaimState.APPEALED)
AT_HOST = (ClaimState.WITH_HOST,)


@dataclass(frozen=True, kw_only=True)
class Claimable:
    """A scenario about which a claim can be filed, with the first day that it still takes."""

    scenario: Scenario
    first_on: date


@dataclass(frozen=True, kw_only=True)
class ClaimFile:
    """One claim with what it is about and what was done with it."""

    claim: Claim
    scenario: Scenario
    host: Organisation
    host_user: str
    account_number: str
    steps: Sequence[ClaimStep]
    arrived: Sequence[Behaviour]
    resend_until: date
    names: Mapping[str, ActorName]


@dataclass(frozen=True, kw_only=True)
class ClaimLine:
    """One claim in the operator's list."""

    claim: Claim
    scenario: Scenario
    host: Organisation
    arrived: int


@dataclass(frozen=True, kw_only=True)
class ClaimPage:
    """A page of the operator's list; `after` continues it."""

    lines: Sequence[ClaimLine]
    after: int | None


def claimable(session: Session, *, account_id: int, today: date) -> list[Claimable]:
    """Return the scenarios that an account authorised at some time, each once."""
    found = {
        scenario.id: scenario
        for given, scenario in queries.authorisations_of(session, account_id)
        if given.withdrawn_at is None
        or given.withdrawn_at.date() >= today - timedelta(days=scenario.lateness_days + 1)
    }
    return [
        Claimable(scenario=scenario, first_on=today - timedelta(days=scenario.lateness_days))
        for scenario in found.values()
    ]


def claim_file(session: Session, claim_id: int, *, account_id: int | None = None) -> ClaimFile:
    """Return one claim, of one account only if it is named.

    Raises:
        ClaimNotFound: there is none, or it is another's.
    """
    found = queries.claim(session, claim_id, account_id=account_id)
    scenario = queries.scenario(session, found.scenario_id)
    steps = queries.claim_history(session, claim_id)
    return ClaimFile(
        claim=found,
        scenario=scenario,
        host=session.get_one(Organisation, scenario.host_id),
        host_user=session.get_one(Authorisation, found.authorisation_id).host_user,
        account_number=session.get_one(CarbonAccount, found.account_id).number,
        steps=steps,
        arrived=queries.arrived_for(session, found),
        resend_until=found.day + timedelta(days=scenario.lateness_days),
        names=actor_names(session, [step.actor for step in steps]),
    )


def waiting_claims(
    session: Session, states: Sequence[ClaimState] | None, *, after: int = 0, newest_first: bool = False
) -> ClaimPage:
    """Return claims in these states: those that wait by the promised day, all by the latest.

    Args:
        after: how many lines were shown before.
    """
    arrived = (
        select(func.count())
        .select_from(Behaviour)
        .where(
            Behaviour.account_id == Claim.account_id,
            Behaviour.day == Claim.day,
            Behaviour.scenario_id == Claim.scenario_id,
            Behaviour.received_at >= Claim.filed_at,
        )
        .correlate(Claim)
        .scalar_subquery()
    )
    asked = (
        select(Claim, Scenario, Organisation, arrived)
        .join(Scenario, Scenario.id == Claim.scenario_id)
        .join(Organisation, Organisation.id == Scenario.host_id)
    )
    if states is not None:
        asked = asked.where(Claim.state.in_([state.value for state in states]))
    order = (Claim.id.desc(),) if newest_first else (Claim.due_on, Claim.id)
    rows = session.execute(asked.order_by(*order).offset(after).limit(SHOWN + 1)).all()
    return ClaimPage(
        lines=[
            ClaimLine(claim=claim, scenario=scenario, host=host, arrived=int(count))
            for claim, scenario, host, count in rows[:SHOWN]
        ],
        after=after + SHOWN if len(rows) > SHOWN else None,
    )


def counts(session: Session) -> Mapping[str, int]:
    """Return how many claims are in each state."""
    rows = session.execute(select(Claim.state, func.count()).group_by(Claim.state))
    return {state: int(number) for state, number in rows}


@dataclass(frozen=True, kw_only=True)
class HostClaim:
    """A claim that the operator brought to a host: its own user, the day, and what to look for."""

    claim: Claim
    scenario: Scenario
    host_user: str
    note: str
    resend_until: date
    arrived: int


def at_host(session: Session, host_id: int) -> list[HostClaim]:
    """Return the claims that wait for a host's data, those that must be sent soonest first.

    What the citizen wrote stays with the operator; the host reads the operator's words.
    """
    rows = session.execute(
        select(Claim, Scenario, Authorisation.host_user)
        .join(Scenario, Scenario.id == Claim.scenario_id)
        .join(Authorisation, Authorisation.id == Claim.authorisation_id)
        .where(Scenario.host_id == host_id, Claim.state == ClaimState.WITH_HOST.value)
        .order_by(Claim.day, Claim.id)
        .limit(SHOWN)
    ).all()
    notes = {
        claim_id: reason or ""
        for claim_id, reason in session.execute(
            select(ClaimStep.claim_id, ClaimStep.reason)
            .where(
                ClaimStep.claim_id.in_([claim.id for claim, _, _ in rows]),
                ClaimStep.act == ClaimAct.FORWARD.value,
            )
            .order_by(ClaimStep.id)
        )
    }
    return [
        HostClaim(
            claim=claim,
            scenario=scenario,
            host_user=host_user,
            note=notes.get(claim.id, ""),
            resend_until=claim.day + timedelta(days=scenario.lateness_days),
            arrived=len(queries.arrived_for(session, claim)),
        )
        for claim, scenario, host_user in rows
    ]


def count_at_host(session: Session, host_id: int) -> int:
    """Return how many claims wait for a host's data."""
    return int(
        session.scalar(
            select(func.count())
            .select_from(Claim)
            .join(Scenario, Scenario.id == Claim.scenario_id)
            .where(Scenario.host_id == host_id, Claim.state == ClaimState.WITH_HOST.value)
        )
        or 0
    )
