"""Documents (文件): stored once by SHA-256, typed, sized, never deleted before retention ends."""

import hashlib
import os
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path, PurePath
from typing import NamedTuple

from sqlalchemy import CheckConstraint, UniqueConstraint, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session

from app.kernel.base import Base, Id
from app.kernel.errors import NotFound, RuleBroken

CHUNK = 1 << 20


class DocumentTooLarge(RuleBroken):
    """The file is larger than its kind allows."""

    code = "document.too_large"
    title = "文件过大"


class DocumentNotFound(NotFound):
    """There is no such document."""

    code = "document.not_found"
    title = "未找到文件"


class Document(Base):
    """A file's bytes, once, whoever sends them again."""

    __tablename__ = "document"
    __table_args__ = (
        UniqueConstraint("sha256"),
        CheckConstraint("octet_length(sha256) = 32", name="sha256_is_whole"),
        CheckConstraint("size >= 0", name="size_not_negative"),
    )

    id: Mapped[Id]
    sha256: Mapped[bytes]
    size: Mapped[int]
    media_type: Mapped[str]
    filename: Mapped[str]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    retain_until: Mapped[date | None]


class Received(NamedTuple):
    """A file on disk that no row names yet."""

    sha256: bytes
    size: int


class _Folder:
    """Where the bytes lie."""

    def __init__(self) -> None:
        self.path: Path | None = None


_folder = _Folder()


def use_folder(path: Path | None) -> None:
    """Set the folder of the bytes; it is made when the first file comes."""
    _folder.path = path


def path_of(sha256: bytes) -> Path:
    """Return where the bytes with this hash lie."""
    if _folder.path is None:
        raise RuntimeError("the folder of documents is not configured")
    name = sha256.hex()
    return _folder.path / name[:2] / name


def receive(chunks: Iterable[bytes], *, limit: int) -> Received:
    """Stream bytes to disk under their hash; memory stays at one chunk.

    Args:
        limit: bytes allowed, included.

    Raises:
        DocumentTooLarge: more than `limit` bytes; nothing is kept.
    """
    if _folder.path is None:
        raise RuntimeError("the folder of documents is not configured")
    incoming = _folder.path / "incoming"
    incoming.mkdir(parents=True, exist_ok=True)
    part = incoming / f"{os.getpid()}-{os.urandom(8).hex()}"
    digest, size = hashlib.sha256(), 0
    try:
        with part.open("xb") as target:
            for chunk in chunks:
                size += len(chunk)
                if size > limit:
                    raise DocumentTooLarge(limit=limit)
                digest.update(chunk)
                target.write(chunk)
            target.flush()
            os.fsync(target.fileno())
        final = path_of(digest.digest())
        final.parent.mkdir(parents=True, exist_ok=True)
        part.replace(final)
    finally:
        part.unlink(missing_ok=True)
    return Received(digest.digest(), size)


def record_document(
    session: Session,
    received: Received,
    *,
    media_type: str,
    filename: str,
    created_by: str,
    at: datetime,
) -> Document:
    """Return the row of received bytes, made when it is new; the same bytes are the same row."""
    session.execute(
        insert(Document)
        .values(
            sha256=received.sha256,
            size=received.size,
            media_type=media_type,
            filename=PurePath(filename).name[:200],
            created_by=created_by,
            created_at=at,
        )
        .on_conflict_do_nothing(index_elements=["sha256"])
    )
    return session.scalars(select(Document).where(Document.sha256 == received.sha256)).one()


def document(session: Session, document_id: int) -> Document:
    """Return one document.

    Raises:
        DocumentNotFound: there is none with this id.
    """
    found = session.get(Document, document_id)
    if found is None:
        raise DocumentNotFound(document_id=document_id)
    return found
