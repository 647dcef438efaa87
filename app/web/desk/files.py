"""Files that come with a form (表单附件): streamed to disk, of a known type, of a bounded size."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final, NamedTuple

from flask import Response, request, send_file
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from app.kernel.documents import (
    CHUNK,
    Document,
    DocumentNotFound,
    DocumentTooLarge,
    Received,
    path_of,
    receive,
    record_document,
)
from app.web.desk.forms import Typed

MEBIBYTE: Final = 1 << 20
MOST_EVIDENCE: Final = 20 * MEBIBYTE
MOST_PICTURE: Final = 2 * MEBIBYTE
_BEGINNINGS: Final = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"RIFF", "image/webp"),
)
PICTURES: Final = frozenset({"image/png", "image/jpeg", "image/webp"})
PAPERS: Final = PICTURES | {"application/pdf"}


class Incoming(NamedTuple):
    """A file on disk that no row names yet."""

    received: Received
    media_type: str
    filename: str

    def record(self, session: Session, *, created_by: str, at: datetime) -> Document:
        """Return its row among the documents."""
        return record_document(
            session,
            self.received,
            media_type=self.media_type,
            filename=self.filename,
            created_by=created_by,
            at=at,
        )


def handed_out(found: Document) -> Response:
    """Return a document as a file to be saved.

    Raises:
        DocumentNotFound: its bytes are not there.
    """
    path = path_of(found.sha256)
    if not path.is_file():
        raise DocumentNotFound(document_id=found.id)
    return send_file(path, mimetype=found.media_type, as_attachment=True, download_name=found.filename)


def given(name: str) -> FileStorage | None:
    """Return the file of a field, None where none was chosen."""
    found = request.files.get(name)
    return found if found is not None and found.filename else None


def take(
    typed: Typed, name: str, *, most: int, types: frozenset[str], required: bool = True
) -> Incoming | None:
    """Store the file of a field; None, with a breach where something is wrong with it."""
    found = given(name)
    if found is None:
        if required:
            typed.breach(name, "missing")
        return None
    media_type = type_of(found)
    if media_type is None or media_type not in types:
        typed.breach(name, "file type")
        return None
    try:
        received = receive(chunks(found), limit=most)
    except DocumentTooLarge:
        typed.breach(name, "file too large")
        return None
    return Incoming(received, media_type, found.filename or name)


def chunks(found: FileStorage) -> Iterator[bytes]:
    """Yield the bytes of a file piece by piece."""
    while piece := found.stream.read(CHUNK):
        yield piece


def type_of(found: FileStorage) -> str | None:
    """Tell the type of a file by how it begins; what its sender says is not believed."""
    beginning = found.stream.read(16)
    found.stream.seek(0)
    for mark, media_type in _BEGINNINGS:
        if beginning.startswith(mark) and (media_type != "image/webp" or beginning[8:12] == b"WEBP"):
            return media_type
    return None
