"""Reads of compliance offset: the list of units, the ratios of a year, applications and what they hold."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from sqlalchemy import func, or_, select, text
from sqlalchemy.orm import Session

from app.kernel.sources import cites
from cqcer.checks.offsets import OffsetFacts, Offsetting
from cqcer.errors import OffsetNotFound
from cqcer.models import AllowanceUnit, MovementPart, OffsetApplication, OffsetRule, OffsetStep
from cqcer.values import Category, MovementKind, OffsetState, Range

COUNTED: Final = (
    OffsetState.SUBMITTED,
    OffsetState.RETURNED,
    OffsetState.CONFIRMED,
    OffsetState.COMPLETED,
)
"""Applications whose units count towards the ceilings of a year (Q-44)."""


def offset(session: Session, application_id: int) -> OffsetApplication:
    """Return an application as it is now; who acts on it holds the lock of its account.

    Raises:
        OffsetNotFound: there is none with this id.
    """
    found = session.scalars(
        select(OffsetApplication)
        .where(OffsetApplication.id == application_id)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise OffsetNotFound(application_id=application_id)
    return found


def offsets(
    session: Session, *, organisation_id: int | None = None, state: OffsetState | None = None
) -> Sequence[OffsetApplication]:
    """Return applications, the latest first; of one unit, or in one state."""
    wanted = select(OffsetApplication).order_by(OffsetApplication.id.desc())
    if organisation_id is not None:
        wanted = wanted.where(OffsetApplication.organisation_id == organisation_id)
    if state is not None:
        wanted = wanted.where(OffsetApplication.state == state.value)
    return session.scalars(wanted).all()


def steps_of_offset(session: Session, application_id: int) -> Sequence[OffsetStep]:
    """Return the history of an application."""
    return session.scalars(
        select(OffsetStep).where(OffsetStep.application_id == application_id).order_by(OffsetStep.number)
    ).all()


def offset_rule(session: Session, compliance_year: int) -> OffsetRule | None:
    """Return the ratios that hold for a year, None while the Bureau has entered none."""
    return session.scalars(
        select(OffsetRule)
        .where(OffsetRule.compliance_year == compliance_year)
        .order_by(OffsetRule.id.desc())
        .limit(1)
    ).one_or_none()


def offset_rules(session: Session) -> Sequence[OffsetRule]:
    """Return all ratios ever entered, for the public."""
    return session.scalars(select(OffsetRule).order_by(OffsetRule.compliance_year, OffsetRule.id)).all()


@cites("CQ-26.1")
def is_under_allowance_management(session: Session, organisation_id: int, *, on: date) -> bool:
    """Tell whether an organisation is on the list on a day.

    Source: CQ-26.1.
    """
    return bool(
        session.scalar(
            select(func.count()).where(
                AllowanceUnit.organisation_id == organisation_id,
                AllowanceUnit.listed_from <= on,
                or_(AllowanceUnit.ended_on.is_(None), AllowanceUnit.ended_on > on),
            )
        )
    )


_BY_CATEGORY = text("""
    select b.category, p.owner_organisation_id is distinct from :organisation as bought,
           sum(least(part.last_no, b.end_no) - greatest(part.first_no, b.start_no) + 1) as quantity
      from unnest(cast(:first as bigint[]), cast(:last as bigint[])) as part(first_no, last_no)
      join issued_block b
        on int8range(b.start_no, b.end_no, '[]') && int8range(part.first_no, part.last_no, '[]')
      join registry_project p on p.id = b.project_id
     group by 1, 2
""")


@cites("CQ-24.2", "CQ-26.3", "CQ-26.4")
def told_apart(session: Session, ranges: Sequence[Range], *, organisation_id: int) -> Offsetting:
    """Return units by category, and how many were purchased: those of projects of another owner.

    Source: CQ-24.2, CQ-26.3, CQ-26.4.
    """
    rows = session.execute(
        _BY_CATEGORY,
        {
            "organisation": organisation_id,
            "first": [one.first for one in ranges],
            "last": [one.last for one in ranges],
        },
    ).all()
    of_category = dict.fromkeys(Category, 0)
    for row in rows:
        of_category[Category(row.category)] += int(row.quantity)
    return Offsetting(of_category=of_category, purchased=sum(int(row.quantity) for row in rows if row.bought))


def ranges_of_movement(session: Session, movement_id: int) -> list[Range]:
    """Return the ranges of a movement."""
    parts = session.scalars(select(MovementPart).where(MovementPart.movement_id == movement_id)).all()
    return sorted(Range(part.start_no, part.end_no) for part in parts)


_HOLD = text(
    "select id from unit_movement where offset_id = :offset and kind = :kind and state in"
    " ('proposed', 'executed') order by id desc limit 1"
)


def hold_of(session: Session, application_id: int) -> int | None:
    """Return the movement that froze, or is about to freeze, the units of an application."""
    found: int | None = session.scalar(
        _HOLD, {"offset": application_id, "kind": MovementKind.HOLD_FOR_OFFSET.value}
    )
    return found


@cites("CQ-24.2", "CQ-26.1", "CQ-26.3", "Q-44")
def offset_facts(
    session: Session,
    *,
    organisation_id: int,
    compliance_year: int,
    emissions_t: int,
    base_t: int,
    asked_t: int,
    ranges: Sequence[Range],
    on: date,
    application_id: int | None = None,
    first_time: bool = True,
) -> OffsetFacts:
    """Gather what the checks of an application ask for.

    Source: CQ-24.2, CQ-26.1, CQ-26.3, Q-44.
    """
    rule = offset_rule(session, compliance_year)
    before = Offsetting(of_category=dict.fromkeys(Category, 0))
    for other in session.scalars(
        select(OffsetApplication).where(
            OffsetApplication.organisation_id == organisation_id,
            OffsetApplication.compliance_year == compliance_year,
            OffsetApplication.id != (application_id or 0),
            OffsetApplication.state.in_([state.value for state in COUNTED]),
        )
    ):
        before = before.plus(
            Offsetting(
                of_category={
                    Category.ENGINEERING: other.engineering_t,
                    Category.SINK: other.sink_t,
                    Category.INCLUSION: other.inclusion_t,
                },
                purchased=other.purchased_t,
            )
        )
    return OffsetFacts(
        on_the_list=is_under_allowance_management(session, organisation_id, on=on),
        entered=rule is not None,
        window_open=rule is not None and rule.opens_on <= on <= rule.closes_on,
        first_time=first_time,
        base_fits=base_t <= emissions_t
        and (rule is None or rule.base != "verified_emissions" or base_t == emissions_t),
        overall_bp=0 if rule is None else rule.overall_bp,
        purchased_bp=0 if rule is None else rule.purchased_bp,
        category_bp={}
        if rule is None
        else {
            Category.ENGINEERING: rule.engineering_bp,
            Category.SINK: rule.sink_bp,
            Category.INCLUSION: rule.inclusion_bp,
        },
        base_t=base_t,
        asked_t=asked_t,
        asked=told_apart(session, ranges, organisation_id=organisation_id),
        before=before,
    )
