"""A request of up to 1,000 behaviours, decided at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.journeys.intake.buckets import settle_bucket
from app.journeys.intake.submitting import remember
from app.kernel import idempotency
from app.kernel.actor import Actor
from app.kernel.sources import cites
from scenarios import profiles, queries
from scenarios.commands import progress, staging
from scenarios.commands.uploads import begin_batch, sending_scenario
from scenarios.errors import NoRows, TooManyRows
from scenarios.values import Door, RowOutcome

MOST_ROWS: Final = 1_000
_ACT: Final = "behaviours.send"


@dataclass(frozen=True, kw_only=True)
class BatchResult:
    """What became of the rows of one request."""

    upload_id: int
    rows: tuple[RowOutcome, ...]
    outcomes: dict[str, int]
    reduction_g: int
    points: int  # hundredths

    def to_plain(self) -> dict[str, Any]:
        """Return plain JSON."""
        return {
            "upload_id": self.upload_id,
            "rows": [list(row) for row in self.rows],
            "outcomes": self.outcomes,
            "reduction_g": self.reduction_g,
            "points": self.points,
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> "BatchResult":
        """Read what `to_plain` wrote."""
        return cls(**{**plain, "rows": tuple(RowOutcome(*row) for row in plain["rows"])})


@cites("CQ-34.1", "CQ-34.2", "CQ-34.4", "CQ-35.1")
def accept_rows(
    session: Session,
    *,
    actor: Actor,
    scenario_code: str,
    rows: Sequence[Mapping[str, Any]],
    at: datetime,
    key: str | None = None,
    profile: str | None = None,
    method: str | None = None,
) -> BatchResult:
    """Take in the rows of one request; each has its outcome when this returns (实时接入).

    Args:
        rows: 1 to 1,000 objects, in the words of the profile or, without one, in the product's own:
            `record_id, user, occurred_at, quantity, unit`.
        key: the door's idempotency key; with the same content it returns the earlier result.

    Raises:
        NoRows, TooManyRows: none, or more than 1,000.
        NotThisHost, ScenarioNotListed, ProfileNotFound, MethodUnknown: as for files.
        KeyReused: the key stands for other rows.
        UploadsCollide: other uploads with the same records were first, again and again.

    Source: CQ-34.1, CQ-34.2, CQ-34.4, CQ-35.1.
    """
    scenario = sending_scenario(session, actor, scenario_code)
    if not rows:
        raise NoRows
    if len(rows) > MOST_ROWS:
        raise TooManyRows(rows=len(rows), most=MOST_ROWS)
    if key is not None:
        content = [scenario_code, profile, method, list(rows)]
        earlier = idempotency.claim(session, actor=actor, act=_ACT, key=key, content=content, at=at)
        if earlier is not None:
            assert earlier.result is not None
            return BatchResult.from_plain(earlier.result)

    chosen = queries.newest_profile(session, scenario.id, profile) if profile is not None else None
    upload = begin_batch(
        session,
        actor=actor,
        scenario=scenario,
        method_id=chosen.method_id if chosen else queries.method_of_scenario(session, scenario.id, method).id,
        profile_id=chosen.id if chosen else None,
        door=Door.API,
        rows=len(rows),
        at=at,
    )
    reading = progress.reading_of(session, upload, scenario)
    read = profiles.read_objects(rows, reading.profile, max_quantity_milli=reading.max_quantity_milli)
    staging.open_stage(session, lasting=False)
    loaded = staging.copy_lines(session, reading.judge.lines(read))
    assert loaded == len(rows), "one row for every object"
    staging.close_small_stage(session)

    bucket = progress.bucket_of(upload, scenario, 0)
    counts, points = settle_bucket(session, bucket, sandbox=scenario.sandbox, at=at)
    progress.bucket_done(session, upload, counts, points=points, at=at)
    progress.finish(session, upload_id=upload.id, at=at)
    result = BatchResult(
        upload_id=upload.id,
        rows=tuple(RowOutcome(*row) for row in session.execute(_OUTCOMES)),
        outcomes={outcome: sum(reasons.values()) for outcome, reasons in counts.outcomes.items()},
        reduction_g=counts.reduction_g,
        points=points,
    )
    if key is not None:
        remember(session, actor, _ACT, key, result.to_plain())
    return result


_OUTCOMES = text("select row_no, source_id, outcome, reason, reduction_g from verdict order by row_no")
