"""A file of behaviours put in the queue."""

from datetime import datetime
from pathlib import PurePath
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel import idempotency
from app.kernel.actor import Actor
from app.kernel.documents import Received, record_document
from app.kernel.idempotency import IdempotencyKey
from app.kernel.sources import cites
from scenarios import commands, profiles
from scenarios.models import Upload
from scenarios.queries import upload as upload_by_id
from scenarios.values import Door

LARGEST_FILE: Final = 1024**3
"""Bytes of a file as it is sent, packed or not."""
_ACT: Final = "behaviours.upload"


@cites("CQ-34.1", "CQ-34.2", "CQ-35.1")
def submit_file(
    session: Session,
    *,
    actor: Actor,
    scenario_code: str,
    received: Received,
    filename: str,
    media_type: str,
    at: datetime,
    profile: str | None = None,
    method: str | None = None,
    file_format: profiles.FileFormat | None = None,
    door: Door = Door.FILE,
    key: str | None = None,
) -> Upload:
    """Put a file that lies on disk in the queue; a worker reads it (提交行为数据文件).

    Args:
        received: what `documents.receive` returned, with `LARGEST_FILE` as its limit.
        profile: name of the host's mapping profile; without one, the file is in the product's own words.
        key: the door's idempotency key; with the same content it returns the earlier upload.

    Raises:
        NotThisHost, ScenarioNotListed, ProfileNotFound, MethodUnknown, UploadsWaiting: see
            `scenarios.commands.receive_upload`.
        KeyReused: the key stands for another file.

    Source: CQ-34.1, CQ-34.2, CQ-35.1.
    """
    if key is not None:
        content = [scenario_code, received.sha256.hex(), profile, method, file_format and file_format.value]
        earlier = idempotency.claim(session, actor=actor, act=_ACT, key=key, content=content, at=at)
        if earlier is not None:
            assert earlier.result is not None
            return upload_by_id(session, earlier.result["upload"])
    document = record_document(
        session, received, media_type=media_type, filename=filename, created_by=actor.ref, at=at
    )
    upload = commands.receive_upload(
        session,
        actor=actor,
        scenario_code=scenario_code,
        document_id=document.id,
        filename=PurePath(filename).name[:200],
        door=door,
        profile=profile,
        method=method,
        file_format=file_format,
        at=at,
    )
    if key is not None:
        remember(session, actor, _ACT, key, {"upload": upload.id})
    return upload


def remember(session: Session, actor: Actor, act: str, key: str, result: dict[str, object]) -> None:
    """Keep the answer under the key that was claimed for it."""
    claimed = session.scalars(
        select(IdempotencyKey).where(
            IdempotencyKey.actor == actor.ref, IdempotencyKey.act == act, IdempotencyKey.key == key
        )
    ).one()
    claimed.result = result
    session.flush()
