"""Corrections (更正) of wrongly issued points: clause, evidence, two people, notice, time to object."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from app.kernel import audit
from app.kernel.actor import Actor
from app.kernel.days import day_in_china
from app.kernel.documents import document
from app.kernel.outbox import Channel, enqueue
from app.kernel.permissions import Permission
from app.kernel.sources import cites
from points import queries, rules, states
from points.commands.books import lock_accounts, lock_own_account, post
from points.errors import CorrectionExists, CorrectionNotFound
from points.lots import is_past
from points.models import Correction, PointLot
from points.values import Change, CorrectionAct, CorrectionState, Kind, Lot, Part


@cites("Q-25", "CQ-34.10")
def propose_correction(
    session: Session,
    *,
    actor: Actor,
    account_id: int,
    behaviour_id: int,
    behaviour_day: date,
    amount: int,
    rule_clause: str,
    reason: str,
    evidence_id: int,
    at: datetime,
) -> Correction:
    """Propose to take back points wrongly issued for one behaviour; nothing moves yet.

    Args:
        amount: hundredths asked for, no more than the behaviour earned.
        rule_clause: words of the published rule under which the points were issued.
        evidence_id: document that shows the error.

    Raises:
        EntryNotFound: the behaviour earned nothing in this account.
        CorrectionInvalid: clause, reason or amount are not in order.
        DocumentNotFound: there is no such evidence.
        CorrectionExists: one is under way or was carried out.

    Source: Q-25, CQ-34.10.
    """
    actor.require(Permission.PROPOSE_CORRECTION)
    lock_accounts(session, [account_id])
    issue = queries.issue_of(session, account_id, behaviour_id)
    rules.check_proposal(
        clause=rule_clause, rule_text=issue.rule_text, reason=reason, amount=amount, issued=issue.amount
    )
    document(session, evidence_id)
    if queries.correction_open(session, behaviour_id):
        raise CorrectionExists(behaviour_id=behaviour_id)
    correction = Correction(
        account_id=account_id,
        lot_id=issue.lot_id,
        behaviour_id=behaviour_id,
        behaviour_day=behaviour_day,
        amount=amount,
        rule_clause=rule_clause.strip(),
        reason=reason.strip(),
        evidence_id=evidence_id,
        state=CorrectionState.PROPOSED,
        proposed_by=actor.ref,
        proposed_at=at,
    )
    session.add(correction)
    session.flush()
    _record(session, actor, correction, "propose", at, amount=amount, behaviour_id=behaviour_id)
    return correction


@cites("Q-25")
def confirm_correction(session: Session, *, actor: Actor, correction_id: int, at: datetime) -> Correction:
    """Confirm another person's proposal; the holder is told, and has fifteen full days to object.

    Raises:
        CorrectionNotFound: there is none.
        SecondPersonNeeded: the actor proposed it.
        ActOutOfTurn: it is not waiting for this.

    Source: Q-25.
    """
    actor.require(Permission.CONFIRM_CORRECTION)
    correction = _locked(session, correction_id)
    rules.check_second_person(first=correction.proposed_by, second=actor.ref)
    correction.state = _after(correction, CorrectionAct.CONFIRM)
    correction.confirmed_by = actor.ref
    correction.noticed_at = at
    correction.object_until = rules.objection_end(at)
    session.flush()
    _record(session, actor, correction, "confirm", at)
    _tell(
        session,
        correction,
        "correction.notice",
        at,
        amount=correction.amount,
        rule_clause=correction.rule_clause,
        reason=correction.reason,
        object_until=correction.object_until.isoformat(),
    )
    return correction


@cites("Q-25")
def object_to_correction(
    session: Session, *, actor: Actor, correction_id: int, objection: str, at: datetime
) -> Correction:
    """Object, as the holder, to a correction of one's own points.

    Raises:
        AccountNotFound: the actor has no account.
        CorrectionNotFound: there is none about the actor's points.
        ObjectionTimeOver: the fifteen days are over.
        ReasonMissing: nothing is said.
        ActOutOfTurn: it was objected to, carried out or withdrawn.

    Source: Q-25.
    """
    actor.require(Permission.OBJECT_TO_CORRECTION)
    said = rules.check_reason(objection)
    book = lock_own_account(session, actor)
    correction = queries.correction(session, correction_id)
    if correction.account_id != book.account_id or correction.object_until is None:
        raise CorrectionNotFound(correction_id=correction_id)
    following = _after(correction, CorrectionAct.OBJECT)
    rules.check_objection_time(at=at, until=correction.object_until)
    correction.state = following
    correction.objection = said
    correction.objected_at = at
    session.flush()
    _record(session, actor, correction, "object", at)
    return correction


@cites("Q-25")
def answer_objection(
    session: Session, *, actor: Actor, correction_id: int, answer: str, at: datetime
) -> Correction:
    """Answer a holder's objection and hold to the correction; to give way, withdraw it.

    Raises:
        CorrectionNotFound: there is none.
        SecondPersonNeeded: the actor proposed it.
        ReasonMissing: nothing is said.
        ActOutOfTurn: there is no objection to answer.

    Source: Q-25.
    """
    actor.require(Permission.CONFIRM_CORRECTION)
    said = rules.check_reason(answer)
    correction = _locked(session, correction_id)
    rules.check_second_person(first=correction.proposed_by, second=actor.ref)
    correction.state = _after(correction, CorrectionAct.ANSWER)
    correction.answer = said
    correction.answered_by = actor.ref
    session.flush()
    _record(session, actor, correction, "answer", at)
    _tell(session, correction, "correction.answer", at, answer=said)
    return correction


@cites("Q-25")
def withdraw_correction(
    session: Session, *, actor: Actor, correction_id: int, reason: str, at: datetime
) -> Correction:
    """Withdraw a correction before it is carried out; the holder is told if they were told of it.

    Raises:
        CorrectionNotFound: there is none.
        ReasonMissing: nothing is said why.
        ActOutOfTurn: it was carried out or withdrawn.

    Source: Q-25.
    """
    if not actor.may(Permission.CONFIRM_CORRECTION):
        actor.require(Permission.PROPOSE_CORRECTION)
    said = rules.check_reason(reason)
    correction = _locked(session, correction_id)
    correction.state = _after(correction, CorrectionAct.WITHDRAW)
    session.flush()
    _record(session, actor, correction, "withdraw", at, reason=said)
    if correction.noticed_at is not None:
        _tell(session, correction, "correction.withdrawn", at, reason=said)
    return correction


@cites("Q-25", "CQ-34.10")
def execute_correction(session: Session, *, actor: Actor, correction_id: int, at: datetime) -> Correction:
    """Carry a correction out: only unspent points of the very lot, and never below zero.

    What is past its last day has expired already, swept or not, and is left to expiry.

    Raises:
        CorrectionNotFound: there is none.
        SecondPersonNeeded: the actor proposed it.
        ObjectionTimeRuns: the fifteen days are not over.
        ActOutOfTurn: it is not confirmed, or an objection waits for its answer.

    Source: Q-25, CQ-34.10.
    """
    actor.require(Permission.CONFIRM_CORRECTION)
    asked = queries.correction(session, correction_id)
    books = lock_accounts(session, [asked.account_id])
    correction = queries.correction(session, correction_id)
    rules.check_second_person(first=correction.proposed_by, second=actor.ref)
    following = _after(correction, CorrectionAct.EXECUTE)
    if correction.object_until is not None:
        rules.check_execution_time(at=at, until=correction.object_until)
    lot = session.get_one(PointLot, correction.lot_id, populate_existing=True)
    unspent = 0 if is_past(lot.last_valid_on, day_in_china(at)) else lot.available
    amount = rules.amount_to_take(asked=correction.amount, available=unspent)
    correction.state = following
    correction.executed_at = at
    correction.executed_amount = amount
    session.flush()
    if amount:
        part = Part(Lot(lot.last_valid_on, lot.issued_on, lot.id, lot.available), amount)
        change = Change.of(Kind.CORRECT, part, correction_id=correction.id)
        post(session, books, {correction.account_id: [change]}, at=at)
    _record(session, actor, correction, "execute", at, amount=amount)
    _tell(session, correction, "correction.executed", at, amount=amount)
    return correction


def _locked(session: Session, correction_id: int) -> Correction:
    """Lock the account behind a correction and read the correction as it is from now on."""
    asked = queries.correction(session, correction_id)
    lock_accounts(session, [asked.account_id])
    return queries.correction(session, correction_id)


def _after(correction: Correction, act: CorrectionAct) -> CorrectionState:
    return states.after(states.CORRECTION, CorrectionState(correction.state), act)


def _record(
    session: Session, actor: Actor, correction: Correction, verb: str, at: datetime, **details: object
) -> None:
    audit.record(
        session,
        actor=actor,
        event=f"points.correction.{verb}",
        subject=("correction", correction.id),
        at=at,
        **details,
    )
    session.flush()


def _tell(session: Session, correction: Correction, template: str, at: datetime, **said: object) -> None:
    person_id = queries.account(session, correction.account_id).person_id
    for channel in (Channel.IN_APP, Channel.SMS):
        enqueue(
            session,
            channel=channel,
            recipient=f"person:{person_id}",
            template=template,
            payload={"correction_id": correction.id, **said},
            at=at,
            key=f"{template}:{correction.id}:{channel.value}",
        )
