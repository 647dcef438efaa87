"""Rows that waited for a person's look, released or rejected (人工复核)."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.journeys.intake.buckets import settle_bucket
from app.kernel import audit
from app.kernel.actor import Actor
from app.kernel.permissions import Permission
from app.kernel.sources import cites
from scenarios import queries
from scenarios.commands import progress, staging
from scenarios.commands.uploads import begin_batch, check_still_listed
from scenarios.errors import HeldRowDecided
from scenarios.models import HeldRow
from scenarios.rules import check_reason
from scenarios.values import Decision, Door


class ReviewResult(NamedTuple):
    """What became of one released row."""

    held_row_id: int
    outcome: str
    reason: str
    reduction_g: int


@cites("CQ-34.3", "CQ-34.1")
def release_held(
    session: Session, *, actor: Actor, held_row_ids: Sequence[int], remark: str, at: datetime
) -> list[ReviewResult]:
    """Let held rows go on: authorisation and caps are looked at as for any row (放行).

    Raises:
        HeldRowNotFound, HeldRowDecided: unknown, or decided before.
        ReasonMissing: without a remark.
        ScenarioNotListed: the scenario is not listed any more.

    Source: CQ-34.3, CQ-34.1.
    """
    rows = _undecided(session, actor, held_row_ids)
    told = check_reason(remark)
    results: list[ReviewResult] = []
    by_scenario = sorted(rows, key=lambda row: (row.scenario_id, row.id))
    for scenario_id, group in groupby(by_scenario, key=lambda row: row.scenario_id):
        results += _release(session, actor, scenario_id, list(group), told, at)
    return results


@cites("CQ-34.3")
def reject_held(
    session: Session, *, actor: Actor, held_row_ids: Sequence[int], remark: str, at: datetime
) -> int:
    """Refuse held rows for good, with a reason; return how many (不予放行).

    Raises:
        HeldRowNotFound, HeldRowDecided: unknown, or decided before.
        ReasonMissing: without a remark.

    Source: CQ-34.3.
    """
    rows = _undecided(session, actor, held_row_ids)
    told = check_reason(remark)
    for row in rows:
        _settle(session, actor, row, Decision.REJECTED, told, at)
    session.flush()
    return len(rows)


def _undecided(session: Session, actor: Actor, held_row_ids: Sequence[int]) -> Sequence[HeldRow]:
    actor.require(Permission.REVIEW_HELD_ROWS)
    rows = queries.held_rows_by_id(session, sorted(set(held_row_ids)))
    if decided := [row.id for row in rows if row.decided_at is not None]:
        raise HeldRowDecided(held_rows=decided)
    return rows


def _release(
    session: Session, actor: Actor, scenario_id: int, rows: list[HeldRow], remark: str, at: datetime
) -> list[ReviewResult]:
    scenario = check_still_listed(session, scenario_id)
    batch = begin_batch(
        session,
        actor=actor,
        scenario=scenario,
        method_id=None,
        profile_id=None,
        door=Door.REVIEW,
        rows=len(rows),
        at=at,
    )
    staging.open_stage(session, lasting=False)
    session.execute(_STAGE_HELD, {"ids": [row.id for row in rows]})
    staging.close_small_stage(session)
    bucket = progress.bucket_of(batch, scenario, 0, review=True)
    counts, points = settle_bucket(session, bucket, sandbox=False, at=at)
    progress.bucket_done(session, batch, counts, points=points, at=at)
    progress.finish(session, upload_id=batch.id, at=at)

    by_id = {row.id: row for row in rows}
    results = [ReviewResult(*row) for row in session.execute(_OUTCOMES, {"ids": list(by_id)})]
    for result in results:
        row = by_id[result.held_row_id]
        row.outcome, row.review_id = result.outcome, batch.id
        _settle(session, actor, row, Decision.RELEASED, remark, at)
    session.flush()
    return results


def _settle(
    session: Session, actor: Actor, row: HeldRow, decision: Decision, remark: str, at: datetime
) -> None:
    row.decided_at, row.decided_by, row.decision, row.remark = at, actor.ref, decision.value, remark
    audit.record(
        session,
        actor=actor,
        event=f"scenarios.held_row.{'release' if decision is Decision.RELEASED else 'reject'}",
        subject=("held_row", row.id),
        at=at,
        remark=remark,
        outcome=row.outcome,
    )


_STAGE_HELD = text("""
    insert into stage_read (bucket, row_no, key_hash, content_hash, source_id, host_user, occurred_at, day,
           quantity_milli, computed_g, method_version_id)
    select 0, row_number() over (order by id), key_hash, content_hash, source_id, host_user, occurred_at,
           (occurred_at at time zone 'Asia/Shanghai')::date, quantity_milli, computed_g, method_version_id
      from held_row where id = any(:ids)
""")

_OUTCOMES = text("""
    select h.id, v.outcome, v.reason, v.reduction_g
      from verdict v join held_row h on h.key_hash = v.key_hash and h.id = any(:ids) order by h.id
""")
