"""Claims about missing behaviour: one, an account's own, what came in for one, what it rests on."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.kernel.days import end_of_day, start_of_day
from scenarios.errors import ClaimNotFound
from scenarios.models import Authorisation, Behaviour, Claim, ClaimStep, Scenario
from scenarios.states import ClaimState

OPEN = (ClaimState.FILED, ClaimState.WITH_HOST, ClaimState.APPEALED)


def claim(session: Session, claim_id: int, *, account_id: int | None = None, lock: bool = False) -> Claim:
    """Return one claim as it is now, of one account only if it is named.

    Raises:
        ClaimNotFound: there is none, or it is another's.
    """
    asked = select(Claim).where(Claim.id == claim_id).execution_options(populate_existing=True)
    if account_id is not None:
        asked = asked.where(Claim.account_id == account_id)
    found = session.scalars(asked.with_for_update() if lock else asked).first()
    if found is None:
        raise ClaimNotFound(claim_id=claim_id)
    return found


def claims_of(session: Session, account_id: int, *, limit: int = 100) -> Sequence[tuple[Claim, Scenario]]:
    """Return an account's claims with their scenarios, the latest first."""
    rows = session.execute(
        select(Claim, Scenario)
        .join(Scenario, Scenario.id == Claim.scenario_id)
        .where(Claim.account_id == account_id)
        .order_by(Claim.id.desc())
        .limit(limit)
    )
    return [(found, scenario) for found, scenario in rows]


def open_claims(session: Session, account_id: int) -> int:
    """Return how many claims of an account wait for an answer."""
    return int(
        session.scalar(
            select(func.count())
            .select_from(Claim)
            .where(Claim.account_id == account_id, Claim.state.in_([state.value for state in OPEN]))
        )
        or 0
    )


def claim_history(session: Session, claim_id: int) -> Sequence[ClaimStep]:
    """Return what was done with a claim, first things first."""
    return session.scalars(
        select(ClaimStep).where(ClaimStep.claim_id == claim_id).order_by(ClaimStep.id)
    ).all()


def arrived_for(session: Session, found: Claim) -> Sequence[Behaviour]:
    """Return the behaviours of a claim's day that came in after it was filed, the earliest first."""
    return session.scalars(
        select(Behaviour)
        .where(
            Behaviour.account_id == found.account_id,
            Behaviour.day == found.day,
            Behaviour.scenario_id == found.scenario_id,
            Behaviour.received_at >= found.filed_at,
        )
        .order_by(Behaviour.id)
    ).all()


def authorisation_on(
    session: Session, account_id: int, *, scenario_id: int, day: date
) -> Authorisation | None:
    """Return an authorisation that was in force at some time of a day in China, None without one."""
    return session.scalars(
        select(Authorisation)
        .where(
            Authorisation.account_id == account_id,
            Authorisation.scenario_id == scenario_id,
            Authorisation.given_at < end_of_day(day),
            Authorisation.withdrawn_at.is_(None) | (Authorisation.withdrawn_at >= start_of_day(day)),
        )
        .order_by(Authorisation.id.desc())
        .limit(1)
    ).first()
