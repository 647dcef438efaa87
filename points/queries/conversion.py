"""Conversion rules: which holds on a day, and all that ever did."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel.sources import cites
from points.errors import RuleMissing
from points.models import ConversionRule


@cites("Q-38", "CQ-31.4")
def rule_on(session: Session, day: date) -> ConversionRule:
    """Return the conversion rule in force on a day of issue.

    Raises:
        RuleMissing: none is.

    Source: Q-38, CQ-31.4.
    """
    found = session.scalars(
        select(ConversionRule)
        .where(ConversionRule.valid_from <= day)
        .order_by(ConversionRule.valid_from.desc())
        .limit(1)
    ).first()
    if found is None:
        raise RuleMissing(day=day.isoformat())
    return found


def rules(session: Session) -> list[ConversionRule]:
    """Return every published version, the latest to hold first."""
    return list(session.scalars(select(ConversionRule).order_by(ConversionRule.valid_from.desc())))


def rule_taken(session: Session, *, version: str, valid_from: date) -> bool:
    """Tell whether a version's name or first day is another's."""
    found = session.scalars(
        select(ConversionRule.id).where(
            (ConversionRule.version == version) | (ConversionRule.valid_from == valid_from)
        )
    ).first()
    return found is not None
