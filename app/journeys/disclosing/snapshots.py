"""The monthly snapshot (每月公开快照): written from committed data alone, never by hand."""

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from app.disclosure import commands, queries
from app.disclosure.models import DisclosureSnapshot
from app.disclosure.serials import first_of_month, last_of_month, next_month
from app.disclosure.values import FEWEST_PEOPLE, LICENCE, SCHEMA, Measure
from app.journeys.disclosing import lists
from app.kernel.actor import SYSTEM, Actor
from app.kernel.days import end_of_day
from app.kernel.sources import cites


def months_due(session: Session) -> list[date]:
    """Return the months that are added up to their end and have no snapshot, the earliest first."""
    first, last = queries.first_day(session), queries.last_day(session)
    if first is None or last is None:
        return []
    told = queries.months_told(session)
    due = []
    month = first_of_month(first)
    while last_of_month(month) <= last:
        if month not in told:
            due.append(month)
        month = next_month(month)
    return due


@cites("CQ-36.4", "CQ-36.5", "Q-30")
def publish_month(
    session: Session, *, month: date, at: datetime, actor: Actor = SYSTEM
) -> DisclosureSnapshot:
    """Publish what came of a month.

    Raises:
        MonthNotOver: days of it are missing.
        AlreadyCorrected: it has been published.

    Source: CQ-36.4, CQ-36.5, Q-30.
    """
    return commands.keep_snapshot(
        session, actor=actor, month=month, body=_body(session, month=month, at=at), at=at
    )


@cites("CQ-36.5", "Q-30")
def correct_snapshot(
    session: Session, *, actor: Actor, number: str, reason: str, at: datetime
) -> DisclosureSnapshot:
    """Publish a month anew from the data as they are now; the earlier edition stays where it is.

    Raises:
        SnapshotNotFound: no snapshot has this number.
        CorrectionUnexplained: the reason has fewer than 10 or more than 500 characters.
        AlreadyCorrected: it has a later edition.

    Source: CQ-36.5, Q-30.
    """
    corrected = queries.snapshot(session, number)
    return commands.keep_snapshot(
        session,
        actor=actor,
        month=corrected.month,
        body=_body(session, month=corrected.month, at=at),
        at=at,
        corrects=corrected,
        reason=reason,
    )


def _body(session: Session, *, month: date, at: datetime) -> dict[str, Any]:
    last = last_of_month(month)
    ended = end_of_day(last)
    to_date = queries.sums(session, last=last)
    of_month = queries.sums(session, first=month, last=last)
    in_month = {(each.measure, each.cell): each.amount for each in of_month}
    whole: dict[Measure, int] = {}
    for each in to_date:
        whole[each.measure] = whole.get(each.measure, 0) + each.amount
    opened = whole.get(Measure.OPENED)
    return {
        "schema": SCHEMA,
        "licence": LICENCE,
        "first_day": month.isoformat(),
        "last_day": last.isoformat(),
        "made_at": at.isoformat(timespec="seconds"),
        "fewest_people": FEWEST_PEOPLE,
        "registered_users": None if opened is None else opened - whole.get(Measure.CLOSED, 0),
        "figures": [
            {
                "measure": each.measure.value,
                "cell": each.cell,
                "in_month": in_month.get((each.measure, each.cell)),
                "to_date": each.amount,
            }
            for each in to_date
        ],
        "scenarios": lists.scenarios(session, before=ended),
        "merchants": lists.merchants(session, before=ended),
        "conversion_rules": lists.conversion_rules(session, published_before=ended),
        "methods": lists.methods(session, on=last),
    }
