"""What the Bureau sets: the operator's appointment (运营主体) and yearly targets (年度目标任务)."""

from datetime import date, datetime

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.identity import rules
from app.identity.errors import AppointmentNotFound, AppointmentOverlaps, OrganisationNotFound
from app.identity.models import OperatorAppointment, Organisation, YearlyTarget
from app.identity.values import Measure
from app.kernel import audit
from app.kernel.actor import Actor
from app.kernel.days import day_in_china
from app.kernel.permissions import Permission
from app.kernel.sources import cites


@cites("CQ-6.8", "Q-42")
def appoint_operator(
    session: Session,
    *,
    actor: Actor,
    organisation_id: int,
    selection_reference: str,
    starts_on: date,
    ends_on: date,
    at: datetime,
) -> OperatorAppointment:
    """Record the operator's appointment after open selection (委托运营主体).

    Args:
        starts_on, ends_on: days in China, both included; on each day there is at most one operator.

    Raises:
        OrganisationNotFound: there is no such organisation.
        AppointmentMalformed: with the breaches by field.
        AppointmentOverlaps: another is appointed on one of the days.

    Source: CQ-6.8, Q-42.
    """
    actor.require(Permission.APPOINT_OPERATOR)
    organisation = session.get(Organisation, organisation_id)
    if organisation is None:
        raise OrganisationNotFound
    rules.check_appointment(
        selection_reference=selection_reference,
        starts_on=starts_on,
        ends_on=ends_on,
        authority=organisation.authority,
    )
    session.execute(text("select pg_advisory_xact_lock(hashtext('operator_appointment'))"))
    overlapping = session.scalar(
        select(OperatorAppointment.id)
        .where(OperatorAppointment.starts_on <= ends_on, OperatorAppointment.ends_on >= starts_on)
        .limit(1)
    )
    if overlapping is not None:
        raise AppointmentOverlaps(appointment_id=overlapping)
    appointment = OperatorAppointment(
        organisation_id=organisation_id,
        selection_reference=" ".join(selection_reference.split()),
        starts_on=starts_on,
        ends_on=ends_on,
        recorded_by=actor.ref,
        recorded_at=at,
    )
    session.add(appointment)
    session.flush()
    audit.record(
        session,
        actor=actor,
        event="identity.operator.appoint",
        subject=("operator_appointment", appointment.id),
        at=at,
        organisation=organisation_id,
    )
    return appointment


@cites("CQ-6.8", "Q-42")
def end_appointment(
    session: Session, *, actor: Actor, appointment_id: int, last_day: date, reason: str, at: datetime
) -> OperatorAppointment:
    """Bring the last day of an appointment forward; what the operator did until then stays (提前终止委托).

    Args:
        last_day: today or later, and before the day on which it ends now.

    Raises:
        AppointmentNotFound: there is none with this id.
        AppointmentMalformed: with the breaches by field.

    Source: CQ-6.8, Q-42.
    """
    actor.require(Permission.APPOINT_OPERATOR)
    session.execute(text("select pg_advisory_xact_lock(hashtext('operator_appointment'))"))
    found = session.get(OperatorAppointment, appointment_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise AppointmentNotFound(appointment_id=appointment_id)
    told = rules.check_early_end(
        last_day=last_day,
        reason=reason,
        starts_on=found.starts_on,
        ends_on=found.ends_on,
        today=day_in_china(at),
    )
    before, found.ends_on = found.ends_on, last_day
    session.flush()
    audit.record(
        session,
        actor=actor,
        event="identity.operator.end",
        subject=("operator_appointment", found.id),
        at=at,
        before=before.isoformat(),
        last_day=last_day.isoformat(),
        reason=told,
    )
    session.flush()
    return found


@cites("CQ-6.9")
def set_target(
    session: Session,
    *,
    actor: Actor,
    year: int,
    measure: Measure,
    goal: int,
    at: datetime,
    note: str | None = None,
) -> YearlyTarget:
    """Set a yearly target, or a new version of it; earlier versions stay (年度目标任务).

    Args:
        goal: in the measure's smallest unit: accounts, scenarios, grams, hundredths of a point.

    Raises:
        TargetMalformed: with the breaches by field.

    Source: CQ-6.9.
    """
    actor.require(Permission.SET_TARGETS)
    rules.check_target(year=year, goal=goal)
    session.execute(text("select pg_advisory_xact_lock(hashtext('yearly_target'))"))
    latest = session.scalar(
        select(func.max(YearlyTarget.version)).where(
            YearlyTarget.year == year, YearlyTarget.measure == measure.value
        )
    )
    target = YearlyTarget(
        year=year,
        measure=measure.value,
        version=(latest or 0) + 1,
        goal=goal,
        note=note.strip()[:1000] if note else None,
        set_by=actor.ref,
        set_at=at,
    )
    session.add(target)
    session.flush()
    audit.record(
        session,
        actor=actor,
        event="identity.target.set",
        subject=("yearly_target", target.id),
        at=at,
        year=year,
        measure=measure.value,
        goal=goal,
    )
    return target
