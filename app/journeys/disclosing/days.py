"""Days added up (按日汇总): what came of a day for the public, in steps of ten people at least.

A day's entries are read once, in the night after it. Of each cell (a measure, divided in one way)
the people and amounts of the day join those who still wait. Where they are ten or more, one step
is published and nobody waits any more; otherwise they wait, never more than nine of a cell.
"""

from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.disclosure import commands, queries
from app.disclosure.rules import SETTLES
from app.disclosure.values import FEWEST_PEOPLE
from app.kernel.days import day_in_china, end_of_day, start_of_day
from app.kernel.sources import cites
from points.models import CarbonAccount

ADD_UP: Final = text("""
WITH issued AS (
    SELECT m.code, e.account_id, sum(e.reduction_g) AS grams, sum(e.amount) AS amount
      FROM point_entry e
      JOIN method_version v ON v.id = e.method_version_id
      JOIN method m ON m.id = v.method_id
     WHERE e.day = :day AND e.kind = 'issue'
     GROUP BY m.code, e.account_id
), redeemed AS (
    SELECT o.category, e.account_id, sum(e.amount) AS amount, count(DISTINCT e.redemption_id) AS vouchers
      FROM point_entry e
      JOIN redemption r ON r.id = e.redemption_id
      JOIN offer o ON o.id = r.offer_id
     WHERE e.day = :day AND e.kind = 'cancel'
     GROUP BY o.category, e.account_id
), lines (measure, cell, account_id, amount) AS (
    SELECT 'reduction_g', code, account_id, grams FROM issued
    UNION ALL SELECT 'issued', code, account_id, amount FROM issued
    UNION ALL SELECT 'redeemed', category, account_id, amount FROM redeemed
    UNION ALL SELECT 'redemptions', category, account_id, vouchers FROM redeemed
    UNION ALL
    SELECT CASE kind WHEN 'expire' THEN 'expired' WHEN 'close' THEN 'given_up' ELSE 'corrected' END,
           '', account_id, sum(amount)
      FROM point_entry WHERE day = :day AND kind IN ('expire', 'close', 'correct')
     GROUP BY kind, account_id
    UNION ALL SELECT 'opened', '', id, 1
      FROM carbon_account WHERE opened_at >= :began AND opened_at < :ended AND person_id IS NOT NULL
    UNION ALL SELECT 'closed', '', id, 1
      FROM carbon_account WHERE closed_at >= :began AND closed_at < :ended AND opened_at IS NOT NULL
                            AND person_id IS NOT NULL
), everything AS (
    SELECT measure, cell, account_id, amount FROM lines
    UNION ALL SELECT measure, cell, account_id, amount FROM disclosure_waiting
), cells AS (
    SELECT measure, cell, sum(amount) AS amount, count(DISTINCT account_id) AS people
      FROM everything GROUP BY measure, cell
), told AS (
    INSERT INTO disclosure_step (measure, cell, day, amount, people)
    SELECT measure, cell, :day, amount, people FROM cells WHERE people >= :fewest
    RETURNING measure, cell
), released AS (
    DELETE FROM disclosure_waiting w USING told t WHERE w.measure = t.measure AND w.cell = t.cell
), kept AS (
    INSERT INTO disclosure_waiting AS w (measure, cell, account_id, amount)
    SELECT l.measure, l.cell, l.account_id, l.amount
      FROM lines l JOIN cells c USING (measure, cell)
     WHERE c.people < :fewest
    ON CONFLICT (measure, cell, account_id) DO UPDATE SET amount = w.amount + excluded.amount
)
SELECT count(*) FROM told
""")


def days_due(session: Session, *, at: datetime, most: int = 1_000) -> list[date]:
    """Return the days that have ended and are not added up, the earliest first."""
    last = queries.last_day(session)
    if last is None:
        opened = session.scalar(select(func.min(CarbonAccount.opened_at)))
        if opened is None:
            return []
        last = day_in_china(opened).replace(day=1) - timedelta(days=1)
    due: list[date] = []
    day = last + timedelta(days=1)
    while len(due) < most and end_of_day(day) + SETTLES <= at:
        due.append(day)
        day += timedelta(days=1)
    return due


@cites("T-62", "CQ-36.4", "CQ-36.5")
def close_day(session: Session, *, day: date, at: datetime) -> int:
    """Add up one day; return how many cells of it can be told.

    Raises:
        DayOutOfTurn: it is not the next day, or has not ended.

    Source: T-62, CQ-36.4, CQ-36.5.
    """
    commands.open_day(session, day=day, at=at)
    told = session.scalar(
        ADD_UP,
        {"day": day, "began": start_of_day(day), "ended": end_of_day(day), "fewest": FEWEST_PEOPLE},
    )
    return int(told or 0)
