"""What a host, and the operator, may read of uploads."""

from collections.abc import Iterator, Sequence

from sqlalchemy.orm import Session

from app.kernel.actor import Actor
from app.kernel.permissions import Permission
from scenarios import queries
from scenarios.commands.steps import check_own
from scenarios.errors import UploadNotFound
from scenarios.models import Upload
from scenarios.values import Outcome, RefusedRow, UploadStatus

_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def upload_status(session: Session, *, actor: Actor, upload_id: int) -> UploadStatus:
    """Return where an upload stands, to its host and to the operator.

    Raises:
        UploadNotFound: there is none with this id, or it is another host's.

    Source: CQ-35.1.
    """
    _readable(session, actor, upload_id)
    return queries.upload_status(session, upload_id)


def uploads_of(
    session: Session, *, actor: Actor, scenario_code: str, before: int | None = None, limit: int = 50
) -> Sequence[UploadStatus]:
    """Return the uploads of a scenario, the newest first, to its host and to the operator.

    Args:
        before: only uploads with a lower id.

    Raises:
        NotThisHost: another host's scenario.

    Source: CQ-35.1.
    """
    scenario = queries.scenario_by_code(session, scenario_code)
    if not actor.may(Permission.SEE_OPERATIONS):
        actor.require(Permission.READ_OWN_UPLOADS)
        check_own(actor, scenario)
    return queries.uploads_of(session, scenario.id, before=before, limit=limit)


def refused_rows(
    session: Session, *, actor: Actor, upload_id: int, outcome: Outcome | None = None
) -> Iterator[RefusedRow]:
    """Return the rows that were not accepted, by row number, as they are read; the session stays open.

    Raises:
        UploadNotFound: there is none with this id, or it is another host's.

    Source: CQ-35.1.
    """
    found = _readable(session, actor, upload_id)
    return queries.refused_rows(session, found, outcome.value if outcome else None)


def refused_csv(
    session: Session, *, actor: Actor, upload_id: int, outcome: Outcome | None = None
) -> Iterator[str]:
    """Return the lines of a CSV file of the rows that were not accepted; no cell is a formula.

    Raises:
        UploadNotFound: there is none with this id, or it is another host's.

    Source: CQ-35.1.
    """
    rows = refused_rows(session, actor=actor, upload_id=upload_id, outcome=outcome)
    return _lines(rows)


def _lines(rows: Iterator[RefusedRow]) -> Iterator[str]:
    yield "\ufeffrow,record_id,outcome,reason\r\n"
    for row in rows:
        yield f"{row.row_no},{_cell(row.source_id or '')},{row.outcome},{row.reason}\r\n"


def _cell(value: str) -> str:
    """Write a text as one cell that no spreadsheet computes."""
    if value.startswith(_FORMULA_SIGNS):
        value = f"'{value}"
    if any(sign in value for sign in ',"\r\n'):
        quoted = value.replace('"', '""')
        return f'"{quoted}"'
    return value


def _readable(session: Session, actor: Actor, upload_id: int) -> Upload:
    found = queries.upload(session, upload_id)
    if actor.may(Permission.SEE_OPERATIONS):
        return found
    actor.require(Permission.READ_OWN_UPLOADS)
    scenario = queries.scenario(session, found.scenario_id)
    if actor.organisation_id != scenario.host_id or actor.scenario_id not in {None, scenario.id}:
        raise UploadNotFound(upload=upload_id)
    return found
