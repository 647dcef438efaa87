"""Claims about missing behaviour (补登申诉): filed, brought to the host, resolved by its data or refused.

Nothing here makes a behaviour or a point: the only way to a resolved claim is a row of the host that
the intake accepted after the claim was filed.
"""

from datetime import date, datetime
from typing import Final

from sqlalchemy.orm import Session

from app.kernel import audit, calendar
from app.kernel.actor import Actor
from app.kernel.days import day_in_china
from app.kernel.events import Event, publish
from app.kernel.permissions import Permission
from app.kernel.sources import cites
from scenarios import queries, rules
from scenarios.errors import ClaimExists, ClaimNotAuthorised, ClaimsTooMany, NothingArrived
from scenarios.models import Claim, ClaimStep
from scenarios.queries.claims import OPEN
from scenarios.states import ClaimAct, ClaimState, next_of_claim

WORKING_DAYS: Final = 15
"""Within which an answer is promised."""
MOST_OPEN: Final = 10


@cites("Q-71", "CQ-34.1")
def file_claim(
    session: Session,
    *,
    actor: Actor,
    account_id: int,
    scenario_code: str,
    day: date,
    said: str,
    reference: str | None,
    at: datetime,
) -> Claim:
    """Say that behaviour of a day is missing; an answer is promised within fifteen working days.

    Args:
        account_id: of the actor's own account.
        day: in China, of the behaviour.
        reference: order or ticket number at the host, so that it can be found there.

    Raises:
        ScenarioNotFound: there is no such scenario.
        ClaimSaysNothing: nothing is said, or too much.
        ClaimDayWrong: the day is ahead, or the scenario takes nothing of it any more.
        ClaimNotAuthorised: the scenario was not authorised on that day.
        ClaimExists: one about the same scenario and day is open.
        ClaimsTooMany: ten are open.

    Source: Q-71, CQ-34.1.
    """
    actor.require(Permission.CLAIM_MISSING_BEHAVIOUR)
    text = rules.check_claim_text(said)
    scenario = queries.scenario_by_code(session, scenario_code)
    today = day_in_china(at)
    rules.check_claim_day(day, today=today, lateness_days=scenario.lateness_days)
    leave = queries.authorisation_on(session, account_id, scenario_id=scenario.id, day=day)
    if leave is None:
        raise ClaimNotAuthorised(day=day.isoformat())
    own = queries.claims_of(session, account_id)
    waiting = [found for found, _ in own if ClaimState(found.state) in OPEN]
    if any(found.scenario_id == scenario.id and found.day == day for found in waiting):
        raise ClaimExists(day=day.isoformat())
    if len(waiting) >= MOST_OPEN:
        raise ClaimsTooMany(most=MOST_OPEN)
    made = Claim(
        account_id=account_id,
        scenario_id=scenario.id,
        authorisation_id=leave.id,
        day=day,
        said=text,
        reference=(reference or "").strip()[:100] or None,
        state=ClaimState.FILED,
        filed_at=at,
        due_on=_due(session, at),
    )
    session.add(made)
    session.flush()
    _write_down(session, made, ClaimAct.FILE, None, actor=actor, reason=None, at=at)
    return made


@cites("Q-71")
def forward_claim(session: Session, *, actor: Actor, claim_id: int, note: str, at: datetime) -> Claim:
    """Ask the host to look and to send the behaviour again; on an appeal, as another person.

    Raises:
        ClaimNotFound: there is none.
        AnotherPersonNeeded: the actor refused it before.
        ReasonMissing: the host is told nothing.
        ActOutOfTurn: it does not wait for this.

    Source: Q-71.
    """
    actor.require(Permission.ANSWER_CLAIMS)
    said = rules.check_reason(note)
    found = queries.claim(session, claim_id, lock=True)
    if found.state == ClaimState.APPEALED:
        actor.require(Permission.DECIDE_APPEALS)
        rules.check_another_person(refused_by=found.refused_by, actor=actor.ref)
    _step(session, found, ClaimAct.FORWARD, actor=actor, reason=said, at=at)
    scenario = queries.scenario(session, found.scenario_id)
    publish(
        session,
        organisation_id=scenario.host_id,
        event=Event.CLAIM_FORWARDED,
        about=f"claim:{found.id}:{int(at.timestamp())}",
        data={"claim_id": found.id, "scenario": scenario.code, "day": found.day.isoformat()},
        at=at,
    )
    return found


@cites("Q-71", "CQ-34.4", "CQ-42.14")
def resolve_claim(session: Session, *, actor: Actor, claim_id: int, at: datetime) -> Claim:
    """Close a claim with the behaviour that the host has sent since.

    Raises:
        ClaimNotFound: there is none.
        NothingArrived: no behaviour of that day came in after the claim was filed.
        ActOutOfTurn: it does not wait for this.

    Source: Q-71, CQ-34.4, CQ-42.14.
    """
    actor.require(Permission.ANSWER_CLAIMS)
    found = queries.claim(session, claim_id, lock=True)
    following = next_of_claim(ClaimState(found.state), ClaimAct.RESOLVE)
    arrived = queries.arrived_for(session, found)
    if not arrived:
        raise NothingArrived(day=found.day.isoformat())
    before = ClaimState(found.state)
    found.behaviour_id, found.state = arrived[0].id, following.value
    session.flush()
    _write_down(session, found, ClaimAct.RESOLVE, before, actor=actor, reason=None, at=at)
    return found


@cites("Q-71")
def refuse_claim(session: Session, *, actor: Actor, claim_id: int, reason: str, at: datetime) -> Claim:
    """Refuse a claim with a reason that its citizen reads, and may appeal against.

    Raises:
        ClaimNotFound: there is none.
        ReasonMissing: no reason is given.
        ActOutOfTurn: it does not wait for this.

    Source: Q-71.
    """
    actor.require(Permission.ANSWER_CLAIMS)
    said = rules.check_reason(reason)
    found = queries.claim(session, claim_id, lock=True)
    found.refused_by = actor.ref
    return _step(session, found, ClaimAct.REFUSE, actor=actor, reason=said, at=at)


@cites("Q-71")
def appeal_claim(
    session: Session, *, actor: Actor, account_id: int, claim_id: int, reason: str, at: datetime
) -> Claim:
    """Appeal, as the citizen, against a refusal; the time for the answer begins anew.

    Raises:
        ClaimNotFound: there is none of this account.
        ReasonMissing: nothing is said.
        ClaimExists: another claim about the same scenario and day is open.
        ActOutOfTurn: it was not refused, or the appeal was decided.

    Source: Q-71.
    """
    actor.require(Permission.CLAIM_MISSING_BEHAVIOUR)
    said = rules.check_claim_text(reason)
    found = queries.claim(session, claim_id, account_id=account_id, lock=True)
    next_of_claim(ClaimState(found.state), ClaimAct.APPEAL)
    for other, _ in queries.claims_of(session, account_id):
        same = (other.scenario_id, other.day) == (found.scenario_id, found.day)
        if same and ClaimState(other.state) in OPEN:
            raise ClaimExists(day=found.day.isoformat())
    found.due_on = _due(session, at)
    return _step(session, found, ClaimAct.APPEAL, actor=actor, reason=said, at=at)


@cites("Q-71")
def uphold_claim(session: Session, *, actor: Actor, claim_id: int, reason: str, at: datetime) -> Claim:
    """Hold to a refusal after an appeal, as another person; with this the claim has ended.

    Raises:
        ClaimNotFound: there is none.
        AnotherPersonNeeded: the actor refused it.
        ReasonMissing: no reason is given.
        ActOutOfTurn: there is no appeal to decide.

    Source: Q-71.
    """
    actor.require(Permission.DECIDE_APPEALS)
    said = rules.check_reason(reason)
    found = queries.claim(session, claim_id, lock=True)
    rules.check_another_person(refused_by=found.refused_by, actor=actor.ref)
    found.upheld_by = actor.ref
    return _step(session, found, ClaimAct.UPHOLD, actor=actor, reason=said, at=at)


@cites("Q-71")
def withdraw_claim(session: Session, *, actor: Actor, account_id: int, claim_id: int, at: datetime) -> Claim:
    """Withdraw, as the citizen, a claim that waits for its answer.

    Raises:
        ClaimNotFound: there is none of this account.
        ActOutOfTurn: it was answered.

    Source: Q-71.
    """
    actor.require(Permission.CLAIM_MISSING_BEHAVIOUR)
    found = queries.claim(session, claim_id, account_id=account_id, lock=True)
    return _step(session, found, ClaimAct.WITHDRAW, actor=actor, reason=None, at=at)


def _due(session: Session, at: datetime) -> date:
    return calendar.working_days_after(session, day_in_china(at), WORKING_DAYS).last_day


def _step(
    session: Session, found: Claim, act: ClaimAct, *, actor: Actor, reason: str | None, at: datetime
) -> Claim:
    before = ClaimState(found.state)
    found.state = next_of_claim(before, act).value
    session.flush()
    _write_down(session, found, act, before, actor=actor, reason=reason, at=at)
    return found


def _write_down(
    session: Session,
    found: Claim,
    act: ClaimAct,
    before: ClaimState | None,
    *,
    actor: Actor,
    reason: str | None,
    at: datetime,
) -> None:
    session.add(
        ClaimStep(
            claim_id=found.id,
            act=act.value,
            from_state=before.value if before else None,
            to_state=found.state,
            actor=actor.ref,
            reason=reason,
            at=at,
        )
    )
    audit.record(
        session,
        actor=actor,
        event=f"scenario.claim.{act.value}",
        subject=("missing_claim", found.id),
        at=at,
        day=found.day.isoformat(),
    )
    session.flush()
