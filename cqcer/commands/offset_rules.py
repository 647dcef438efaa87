"""What the Bureau enters for compliance offset: the list of units, the ratios of a year (抵销规则)."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel import audit
from app.kernel.actor import Actor
from app.kernel.permissions import Permission
from app.kernel.sources import cites
from cqcer.errors import OffsetNotFound
from cqcer.models import AllowanceUnit, OffsetRule


@cites("CQ-26.1", "CQ-4.1")
def list_allowance_unit(
    session: Session,
    *,
    actor: Actor,
    organisation_id: int,
    document_id: int,
    listed_from: date,
    at: datetime,
) -> AllowanceUnit:
    """Put an organisation on the list of units under allowance management; listed twice is listed once.

    Source: CQ-26.1, CQ-4.1.
    """
    actor.require(Permission.SET_OFFSET_RULES)
    current = session.scalars(
        select(AllowanceUnit).where(
            AllowanceUnit.organisation_id == organisation_id, AllowanceUnit.ended_on.is_(None)
        )
    ).one_or_none()
    if current is not None:
        return current
    listed = AllowanceUnit(
        organisation_id=organisation_id,
        document_id=document_id,
        listed_from=listed_from,
        listed_by=actor.ref,
        listed_at=at,
    )
    session.add(listed)
    session.flush()
    audit.record(
        session, actor=actor, event="offset.unit.list", subject=("organisation", organisation_id), at=at
    )
    return listed


@cites("CQ-26.1")
def end_allowance_unit(
    session: Session, *, actor: Actor, organisation_id: int, ended_on: date, at: datetime
) -> None:
    """Take a unit from the list: it moved to the national market, or ceased to emit.

    Args:
        ended_on: the first day on which it is not listed.

    Raises:
        OffsetNotFound: it is not on the list.

    Source: CQ-26.1.
    """
    actor.require(Permission.SET_OFFSET_RULES)
    listed = session.scalars(
        select(AllowanceUnit)
        .where(AllowanceUnit.organisation_id == organisation_id, AllowanceUnit.ended_on.is_(None))
        .with_for_update()
    ).one_or_none()
    if listed is None:
        raise OffsetNotFound(organisation_id=organisation_id)
    listed.ended_on, listed.ended_by = ended_on, actor.ref
    session.flush()
    audit.record(
        session, actor=actor, event="offset.unit.end", subject=("organisation", organisation_id), at=at
    )


@cites("CQ-24.2", "CQ-26.3", "CQ-28.1", "Q-16", "Q-44")
def enter_offset_rule(
    session: Session,
    *,
    actor: Actor,
    compliance_year: int,
    base: str,
    overall_bp: int,
    engineering_bp: int,
    sink_bp: int,
    inclusion_bp: int,
    purchased_bp: int,
    opens_on: date,
    closes_on: date,
    rule_text: str,
    document_id: int,
    at: datetime,
) -> OffsetRule:
    """Enter the ratios of a compliance year, which opens it; entered again, the latest holds.

    Args:
        base: `verified_emissions` or `surrender_duty`.
        overall_bp: hundredths of a percent, like every ratio here.
        rule_text: the rule and version the numbers come from.

    Source: CQ-24.2, CQ-26.3, CQ-28.1, Q-16, Q-44.
    """
    actor.require(Permission.SET_OFFSET_RULES)
    entered = OffsetRule(
        compliance_year=compliance_year,
        base=base,
        overall_bp=overall_bp,
        engineering_bp=engineering_bp,
        sink_bp=sink_bp,
        inclusion_bp=inclusion_bp,
        purchased_bp=purchased_bp,
        opens_on=opens_on,
        closes_on=closes_on,
        rule_text=rule_text.strip(),
        document_id=document_id,
        entered_by=actor.ref,
        entered_at=at,
    )
    session.add(entered)
    session.flush()
    audit.record(session, actor=actor, event="offset.rule.enter", subject=("offset_rule", entered.id), at=at)
    return entered
