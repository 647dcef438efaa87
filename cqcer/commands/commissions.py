"""Commissions (委托): an owner proposes, a body accepts, both declare that nothing binds them."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from app.kernel import audit
from app.kernel.actor import Actor
from app.kernel.days import day_in_china
from app.kernel.permissions import Permission
from app.kernel.sources import cites
from cqcer import states
from cqcer.checks import refuse_if_failed, run
from cqcer.checks.commissions import COMMISSION_CHECKS
from cqcer.commands.cases import key_of, owned
from cqcer.errors import ReasonMissing
from cqcer.errors.parties import CommissionExists, CommissionNotFound
from cqcer.models import Commission
from cqcer.queries import bodies, cases
from cqcer.values import CommissionAct, CommissionState, Subject


@cites("CQ-17.2", "CQ-17.3", "CQ-21.1", "CQ-21.2", "CQ-21.3")
def commission_body(
    session: Session,
    *,
    actor: Actor,
    subject: Subject,
    case_id: int,
    organisation_id: int,
    agreed_on: date,
    document_id: int,
    no_interest: bool,
    at: datetime,
) -> Commission:
    """Commission a body to validate one's project or verify one's batch; it accepts or declines.

    Args:
        document_id: the contract.
        no_interest: the owner declares that nothing binds it to the body.

    Raises:
        CaseNotFound: the case is not the actor's.
        CommissionExists: another body is commissioned; that commission ends first.
        ChecksFailed: the body is not recognised, out of scope, bound to the owner, or the validator.

    Source: CQ-17.2, CQ-17.3, CQ-21.1, CQ-21.2, CQ-21.3.
    """
    actor.require(Permission.APPLY_TO_REGISTRY)
    of = owned(session, actor, subject, case_id, lock=True)
    if current := bodies.current_commission(session, of):
        raise CommissionExists(commission_id=current.id)
    facts = bodies.commission_facts(
        session,
        of,
        organisation_id,
        own=True,
        declared=frozenset({"interest"} if no_interest else ()),
        on=agreed_on,
    )
    refuse_if_failed(run(COMMISSION_CHECKS, facts, at=CommissionAct.PROPOSE))
    made = Commission(
        **key_of(of),
        organisation_id=organisation_id,
        agreed_on=agreed_on,
        document_id=document_id,
        owner_declares=no_interest,
        proposed_by=actor.ref,
        proposed_at=at,
    )
    session.add(made)
    session.flush()
    _record(session, actor, CommissionAct.PROPOSE, made, at)
    session.refresh(made)
    return made


@cites("CQ-17.2", "CQ-18.5", "CQ-21.1", "CQ-21.2", "CQ-21.3")
def accept_commission(
    session: Session, *, actor: Actor, commission_id: int, declared: frozenset[str], at: datetime
) -> Commission:
    """Accept a commission for one's own body, declaring each thing that there is none of.

    Args:
        declared: of interest, funding, consulting and authorship those that there is none of.

    Raises:
        CommissionNotFound: there is none, or it is another body's.
        ChecksFailed: the body is not recognised today, bound to the owner, or declares not all.
        ActOutOfTurn: it is not proposed.

    Source: CQ-17.2, CQ-18.5, CQ-21.1, CQ-21.2, CQ-21.3.
    """
    found = _of_own_body(session, actor, commission_id)
    following = states.after(states.COMMISSION, CommissionState(found.state), CommissionAct.ACCEPT)
    subject, case_id = _case(found)
    facts = bodies.commission_facts(
        session,
        cases.case(session, subject, case_id),
        found.organisation_id,
        own=True,
        declared=declared,
        on=day_in_china(at),
    )
    refuse_if_failed(run(COMMISSION_CHECKS, facts, at=CommissionAct.ACCEPT))
    found.state, found.decided_by, found.decided_at = following.value, actor.ref, at
    found.body_declares = dict.fromkeys(sorted(declared), False)
    _record(session, actor, CommissionAct.ACCEPT, found, at)
    session.flush()
    return found


@cites("CQ-17.2")
def decline_commission(
    session: Session, *, actor: Actor, commission_id: int, reason: str, at: datetime
) -> Commission:
    """Decline a commission for one's own body.

    Raises:
        CommissionNotFound: there is none, or it is another body's.
        ReasonMissing: it says not why.
        ActOutOfTurn: it is not proposed.

    Source: CQ-17.2.
    """
    found = _of_own_body(session, actor, commission_id)
    following = states.after(states.COMMISSION, CommissionState(found.state), CommissionAct.DECLINE)
    if not reason.strip():
        raise ReasonMissing
    found.state, found.reason = following.value, reason.strip()
    found.decided_by, found.decided_at = actor.ref, at
    _record(session, actor, CommissionAct.DECLINE, found, at)
    session.flush()
    return found


@cites("CQ-17.2", "Q-45")
def end_commission(
    session: Session, *, actor: Actor, commission_id: int, reason: str, at: datetime
) -> Commission:
    """End one's own commission, as the owner or as the body; what was signed under it stays.

    Raises:
        CommissionNotFound: there is none, or it is another's.
        ReasonMissing: it says not why.
        ActOutOfTurn: it is declined or ended.

    Source: CQ-17.2, Q-45.
    """
    if not actor.may(Permission.FILE_VV_REPORT):
        actor.require(Permission.APPLY_TO_REGISTRY)
    found = bodies.commission(session, commission_id, lock=True)
    if actor.organisation_id is None or found.organisation_id != actor.organisation_id:
        owned(session, actor, *_case(found))
    following = states.after(states.COMMISSION, CommissionState(found.state), CommissionAct.END)
    if not reason.strip():
        raise ReasonMissing
    found.state, found.reason = following.value, reason.strip()
    found.ended_by, found.ended_at = actor.ref, at
    _record(session, actor, CommissionAct.END, found, at)
    session.flush()
    return found


def _of_own_body(session: Session, actor: Actor, commission_id: int) -> Commission:
    actor.require(Permission.FILE_VV_REPORT)
    found = bodies.commission(session, commission_id, lock=True)
    if actor.organisation_id is None or found.organisation_id != actor.organisation_id:
        raise CommissionNotFound(commission_id=commission_id)
    return found


def _case(of: Commission) -> tuple[Subject, int]:
    if of.batch_id is not None:
        return Subject.BATCH, of.batch_id
    return Subject.PROJECT, of.project_id or 0


def _record(session: Session, actor: Actor, act: CommissionAct, of: Commission, at: datetime) -> None:
    audit.record(
        session,
        actor=actor,
        event=f"registry.commission.{act.value}",
        subject=("commission", of.id),
        at=at,
        organisation=of.organisation_id,
    )
