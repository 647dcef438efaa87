"""Bodies of validation and verification: recognised by the Bureau, their people and interests on record."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from app.kernel import audit
from app.kernel.actor import Actor
from app.kernel.days import day_in_china
from app.kernel.permissions import Permission
from app.kernel.sources import cites
from cqcer import states
from cqcer.errors import ReasonMissing
from cqcer.errors.parties import InterestMalformed, RecognitionMalformed, RecognitionRunning, SignerNotFound
from cqcer.models import KnownInterest, Recognition, RecognitionScope, RecognitionStep, VvbPerson
from cqcer.queries import bodies
from cqcer.values import Activity, Category, InterestKind, RecognitionAct, RecognitionState

ANY_FIELD: Final = "any"


class Scope(NamedTuple):
    """One activity in one category, in one field of methodologies or in any."""

    activity: Activity
    category: Category
    field: str = ANY_FIELD


@cites("CQ-21.1", "CQ-21.2", "CQ-4.1", "CQ-9.1")
def recognise_body(
    session: Session,
    *,
    actor: Actor,
    organisation_id: int,
    scopes: Iterable[Scope],
    valid_from: date,
    valid_to: date,
    ground: str,
    at: datetime,
) -> Recognition:
    """Recognise a body for a scope on days from `valid_from` to `valid_to`, both included (认可).

    Raises:
        RecognitionMalformed: no scope, no ground, or days in the wrong order.
        RecognitionRunning: a recognition of the body has not ended.

    Source: CQ-21.1, CQ-21.2, CQ-4.1, CQ-9.1.
    """
    actor.require(Permission.RECOGNISE_BODIES)
    wanted = sorted(set(scopes))
    breaches: dict[str, str] = {}
    if not wanted or any(not scope.field.strip() for scope in wanted):
        breaches["scopes"] = "missing"
    if valid_to < valid_from:
        breaches["valid_to"] = "before_start"
    if not ground.strip():
        breaches["ground"] = "missing"
    if breaches:
        raise RecognitionMalformed(**breaches)
    if any(one.state != RecognitionState.ENDED for one in bodies.recognitions_of(session, organisation_id)):
        raise RecognitionRunning(organisation_id=organisation_id)
    made = Recognition(
        organisation_id=organisation_id,
        valid_from=valid_from,
        valid_to=valid_to,
        decided_by=actor.ref,
        decided_at=at,
    )
    session.add(made)
    session.flush()
    session.add_all(
        RecognitionScope(
            recognition_id=made.id,
            activity=scope.activity.value,
            category=scope.category.value,
            field=scope.field.strip(),
        )
        for scope in wanted
    )
    _record(session, actor, "registry.body.recognise", organisation_id, at, ground=ground.strip())
    session.flush()
    session.refresh(made)
    return made


@cites("CQ-21.1", "CQ-38.1", "CQ-4.1", "Q-45")
def decide_recognition(
    session: Session,
    *,
    actor: Actor,
    recognition_id: int,
    act: RecognitionAct,
    on_day: date,
    ground: str,
    document_id: int | None,
    at: datetime,
) -> Recognition:
    """Suspend, resume or end a recognition from a day on; its reports are flagged (暂停、恢复、终止认可).

    Reports signed before that day stand until their review says otherwise.

    Args:
        on_day: first day on which it holds; today or later.

    Raises:
        RecognitionNotFound: there is none with this id.
        RecognitionMalformed: the day lies in the past, or before the decision before it.
        ReasonMissing: no ground is given.
        ActOutOfTurn: the recognition stands elsewhere.

    Source: CQ-21.1, CQ-38.1, CQ-4.1, Q-45.
    """
    actor.require(Permission.RECOGNISE_BODIES)
    found = bodies.recognition(session, recognition_id, lock=True)
    if not ground.strip():
        raise ReasonMissing
    earlier = bodies.steps_of_recognition(session, found.id)
    earliest = max([day_in_china(at), *(step.on_day for step in earlier[-1:])])
    if on_day < earliest:
        raise RecognitionMalformed(on_day="too_early", earliest=earliest.isoformat())
    present = RecognitionState(found.state)
    session.add(
        RecognitionStep(
            recognition_id=found.id,
            number=len(earlier) + 1,
            act=act.value,
            from_state=present.value,
            to_state=states.after(states.RECOGNITION, present, act).value,
            on_day=on_day,
            ground=ground.strip(),
            document_id=document_id,
            actor=actor.ref,
            at=at,
        )
    )
    _record(
        session,
        actor,
        f"registry.recognition.{act.value}",
        found.organisation_id,
        at,
        on_day=on_day.isoformat(),
    )
    session.flush()
    session.refresh(found)
    return found


@cites("CQ-21.1", "CQ-18.5")
def name_person(
    session: Session, *, actor: Actor, staff_id: int, name: str, qualification: str, at: datetime
) -> VvbPerson:
    """Name somebody of one's own body who may sign its reports from today on (备案责任人员).

    Raises:
        ReasonMissing: name or qualification is left out.
        SignerNotFound: somebody outside an organisation asks.

    Source: CQ-21.1, CQ-18.5.
    """
    actor.require(Permission.FILE_VV_REPORT)
    if actor.organisation_id is None:
        raise SignerNotFound
    if not name.strip() or not qualification.strip():
        raise ReasonMissing
    today = day_in_china(at)
    if present := bodies.signer(session, actor.organisation_id, staff_id, on=today):
        return present
    named = VvbPerson(
        organisation_id=actor.organisation_id,
        staff_user_id=staff_id,
        name=name.strip(),
        qualification=qualification.strip(),
        named_on=today,
        named_by=actor.ref,
        named_at=at,
    )
    session.add(named)
    _record(session, actor, "registry.signer.name", actor.organisation_id, at, staff_id=staff_id)
    session.flush()
    return named


@cites("CQ-21.1", "CQ-18.5")
def end_person(session: Session, *, actor: Actor, person_id: int, at: datetime) -> VvbPerson:
    """Let somebody sign no more from today on; a body does it for its own, the Bureau for anybody.

    Raises:
        SignerNotFound: there is no such naming that still holds.

    Source: CQ-21.1, CQ-18.5.
    """
    if not actor.may(Permission.RECOGNISE_BODIES):
        actor.require(Permission.FILE_VV_REPORT)
    named = session.get(VvbPerson, person_id, with_for_update=True)
    if named is None or named.ended_on is not None:
        raise SignerNotFound(person_id=person_id)
    if named.organisation_id != actor.organisation_id and not actor.may(Permission.RECOGNISE_BODIES):
        raise SignerNotFound(person_id=person_id)
    named.ended_on = max(day_in_china(at), named.named_on)
    _record(session, actor, "registry.signer.end", named.organisation_id, at, person_id=named.id)
    session.flush()
    return named


@cites("CQ-7.2", "CQ-21.3")
def record_interest(
    session: Session,
    *,
    actor: Actor,
    kind: InterestKind,
    note: str,
    since: date,
    body_id: int | None = None,
    expert_staff_id: int | None = None,
    party_organisation_id: int | None = None,
    party_person_id: int | None = None,
    at: datetime,
) -> KnownInterest:
    """Record what binds a body or an expert to an owner: its own declaration, or a finding (利益关系).

    A body and an expert declare their own; the Bureau and the agency record anybody's.

    Raises:
        Forbidden: it is neither one's own, nor is the actor of the Bureau or the agency.
        InterestMalformed: it binds not exactly one to exactly one other, or says nothing.

    Source: CQ-7.2, CQ-21.3.
    """
    own = (actor.may(Permission.FILE_VV_REPORT) and body_id == actor.organisation_id) or (
        actor.may(Permission.FILE_EXPERT_OPINION) and expert_staff_id == actor.staff_id
    )
    if not own and not actor.may(Permission.RECOGNISE_BODIES):
        actor.require(Permission.REVIEW_REGISTRY_CASES)
    breaches: dict[str, str] = {}
    if (body_id is None) == (expert_staff_id is None):
        breaches["body_id"] = "not_exactly_one"
    if (party_organisation_id is None) == (party_person_id is None) or (
        body_id is not None and body_id == party_organisation_id
    ):
        breaches["party_organisation_id"] = "not_exactly_one"
    if not note.strip():
        breaches["note"] = "missing"
    if breaches:
        raise InterestMalformed(**breaches)
    recorded = KnownInterest(
        body_id=body_id,
        expert_staff_id=expert_staff_id,
        party_organisation_id=party_organisation_id,
        party_person_id=party_person_id,
        kind=kind.value,
        note=note.strip(),
        since=since,
        recorded_by=actor.ref,
        recorded_at=at,
    )
    session.add(recorded)
    session.flush()
    audit.record(
        session,
        actor=actor,
        event="registry.interest.record",
        subject=("known_interest", recorded.id),
        at=at,
    )
    return recorded


def _record(
    session: Session, actor: Actor, event: str, organisation_id: int, at: datetime, **details: object
) -> None:
    audit.record(
        session, actor=actor, event=event, subject=("organisation", organisation_id), at=at, **details
    )
