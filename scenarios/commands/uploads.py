"""Receiving a file or a request of behaviours (接收数据)."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.kernel import audit
from app.kernel.actor import Actor
from app.kernel.permissions import Permission
from app.kernel.sources import cites
from scenarios import profiles, queries
from scenarios.commands.steps import check_own
from scenarios.errors import ScenarioNotListed, UploadsWaiting
from scenarios.models import Scenario, Upload
from scenarios.rules import takes_data
from scenarios.values import Door, UploadState

MOST_WAITING: Final = 20
"""Unfinished uploads of one scenario."""


@cites("CQ-34.1", "CQ-34.2")
def receive_upload(
    session: Session,
    *,
    actor: Actor,
    scenario_code: str,
    document_id: int,
    filename: str,
    door: Door,
    profile: str | None = None,
    method: str | None = None,
    file_format: profiles.FileFormat | None = None,
    at: datetime,
) -> Upload:
    """Put a stored file of behaviours in the queue (接收上传).

    Args:
        profile: name of the host's mapping profile; without one the file is in the product's own words.
        method: code, where no profile says so and the scenario has several.
        file_format: where no profile says so.

    Raises:
        NotThisHost: another host's scenario.
        ScenarioNotListed: data is taken from listed scenarios only.
        ProfileNotFound, MethodUnknown: it cannot be told how to read the file.
        UploadsWaiting: 20 unfinished uploads of this scenario.

    Source: CQ-34.1, CQ-34.2.
    """
    scenario = sending_scenario(session, actor, scenario_code)
    waiting = session.scalar(
        select(func.count())
        .select_from(Upload)
        .where(Upload.scenario_id == scenario.id, Upload.state.not_in([UploadState.DONE, UploadState.FAILED]))
    )
    if (waiting or 0) >= MOST_WAITING:
        raise UploadsWaiting(most=MOST_WAITING, retry_after=60)
    if profile is not None:
        chosen = queries.newest_profile(session, scenario.id, profile)
        profile_id, method_id, written = chosen.id, chosen.method_id, None
    else:
        profile_id, method_id = None, queries.method_of_scenario(session, scenario.id, method).id
        written = (file_format or profiles.FileFormat.CSV).value
    upload = Upload(
        scenario_id=scenario.id,
        profile_id=profile_id,
        method_id=method_id,
        file_format=written,
        document_id=document_id,
        door=door.value,
        filename=filename,
        state=UploadState.QUEUED.value,
        created_by=actor.ref,
        created_at=at,
        outcomes={},
    )
    session.add(upload)
    session.flush()
    record_upload(session, actor, "receive", upload, at, scenario=scenario.code, door=door.value)
    session.flush()
    return upload


@cites("CQ-34.2")
def sending_scenario(session: Session, actor: Actor, code: str) -> Scenario:
    """Return the actor's own listed scenario, or sandbox; it stays so until this transaction ends.

    Raises:
        NotThisHost, ScenarioNotListed.

    Source: CQ-34.2.
    """
    actor.require(Permission.UPLOAD_BEHAVIOURS)
    scenario = queries.scenario_by_code(session, code)
    check_own(actor, scenario)
    check_still_listed(session, scenario.id)
    return scenario


@cites("CQ-34.2")
def check_still_listed(session: Session, scenario_id: int) -> Scenario:
    """Hold a scenario in its state and refuse when it takes no data: listed ones do, and sandboxes at once.

    Raises:
        ScenarioNotListed: suspended or delisted meanwhile.

    Source: CQ-34.2.
    """
    scenario = session.scalars(
        select(Scenario)
        .where(Scenario.id == scenario_id)
        .with_for_update(read=True)
        .execution_options(populate_existing=True)
    ).one()
    if not takes_data(scenario.state, sandbox=scenario.sandbox):
        raise ScenarioNotListed(scenario=scenario.code, state=scenario.state)
    return scenario


def begin_batch(
    session: Session,
    *,
    actor: Actor,
    scenario: Scenario,
    method_id: int | None,
    profile_id: int | None,
    door: Door,
    rows: int,
    at: datetime,
) -> Upload:
    """Open an upload that is decided within this very transaction.

    Source: CQ-34.2.
    """
    upload = Upload(
        scenario_id=scenario.id,
        profile_id=profile_id,
        method_id=method_id,
        door=door.value,
        state=UploadState.DECIDING.value,
        created_by=actor.ref,
        created_at=at,
        started_at=at,
        rows=rows,
        buckets=1,
        outcomes={},
    )
    session.add(upload)
    session.flush()
    return upload


def record_upload(
    session: Session, actor: Actor, act: str, upload: Upload, at: datetime, **details: Any
) -> None:
    """Write the audit line of an act on an upload.

    Source: CQ-34.2.
    """
    audit.record(
        session,
        actor=actor,
        event=f"scenarios.upload.{act}",
        subject=("upload", upload.id),
        at=at,
        **details,
    )
