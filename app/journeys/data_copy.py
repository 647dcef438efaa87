"""The copy of all that is kept of a person (个人信息副本): a ZIP of JSON files, for its holder alone."""

import json
import zipfile
from collections.abc import Iterable, Mapping
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final, cast

from sqlalchemy.orm import Session

from app.identity.errors import PersonNotFound
from app.identity.models import Person
from app.kernel import audit
from app.kernel.actor import Actor
from app.kernel.permissions import Permission
from app.kernel.sources import cites

IN_MEMORY: Final = 4 << 20
"""Bytes above which a copy is made on disk, in a file without a name."""

Rows = Iterable[Mapping[str, Any]]


@cites("CQ-35.2")
def make(
    session: Session, *, actor: Actor, subjects: Mapping[str, str], parts: Mapping[str, Rows], at: datetime
) -> IO[bytes]:
    """Write a person's copy and return it, open at its beginning; that it was made is written down.

    Rows are taken one by one, so that memory does not grow with a life.

    Args:
        subjects: what each file holds, in words.
        parts: the rows of each file.

    Raises:
        PersonNotFound: the actor is no citizen.

    Source: CQ-35.2.
    """
    actor.require(Permission.READ_OWN_ACCOUNT)
    if actor.person_id is None or session.get(Person, actor.person_id) is None:
        raise PersonNotFound
    copy = cast(IO[bytes], SpooledTemporaryFile(max_size=IN_MEMORY))  # noqa: SIM115  the caller sends it
    counts = {}
    with zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in parts.items():
            with archive.open(f"{name}.json", "w", force_zip64=True) as file:
                counts[name] = _write(file, rows)
        index = {
            "made_at": at.isoformat(),
            "format": "one JSON array a file, UTF-8; instants in UTC, days in China",
            "files": {
                f"{name}.json": {"holds": subjects[name], "rows": count} for name, count in counts.items()
            },
        }
        archive.writestr("index.json", json.dumps(index, ensure_ascii=False, indent=1))
    copy.seek(0)
    audit.record(
        session,
        actor=actor,
        event="identity.person.copy",
        subject=("person", actor.person_id),
        at=at,
        rows=sum(counts.values()),
    )
    session.flush()
    return copy


def _write(file: IO[bytes], rows: Rows) -> int:
    count = 0
    file.write(b"[")
    for row in rows:
        file.write(b",\n" if count else b"\n")
        file.write(json.dumps(row, ensure_ascii=False).encode())
        count += 1
    file.write(b"\n]\n")
    return count
