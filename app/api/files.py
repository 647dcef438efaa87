"""Files in the body of a request (文件请求体): streamed to disk, whatever their size."""

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import IO, Any, Final

from flask import Request
from werkzeug.exceptions import UnsupportedMediaType

from app.kernel import documents
from app.kernel.errors import Malformed
from scenarios.profiles import FileFormat

MULTIPART: Final = "multipart/form-data"
FORMATS: Final = {
    "text/csv": FileFormat.CSV,
    "application/csv": FileFormat.CSV,
    "application/x-ndjson": FileFormat.NDJSON,
    "application/ndjson": FileFormat.NDJSON,
    "application/jsonl": FileFormat.NDJSON,
    "application/json": FileFormat.JSON,
}
SUFFIXES: Final = {
    ".csv": FileFormat.CSV,
    ".ndjson": FileFormat.NDJSON,
    ".jsonl": FileFormat.NDJSON,
    ".json": FileFormat.JSON,
}
PACKED: Final = frozenset({"application/gzip", "application/x-gzip"})
ANY: Final = "application/octet-stream"
FILE: Final = {"type": "string", "format": "binary"}
FILE_BODIES: Final[dict[str, Any]] = {
    "text/csv": FILE,
    "application/x-ndjson": FILE,
    "application/json": FILE,
    "application/gzip": FILE,
    MULTIPART: {"type": "object", "properties": {"file": FILE}, "required": ["file"]},
}


class FileMissing(Malformed):
    """The request brings no file."""

    code = "upload.file_missing"
    title = "请求中没有文件"


def received_file(request: Request, *, limit: int) -> documents.Received:
    """Bring the file of a request to disk, as it is.

    Raises:
        FileMissing: there is none, or it is empty.
        UnsupportedMediaType: the body is of another kind than a file of behaviours.
        DocumentTooLarge: it is larger than `limit` bytes.
    """
    if request.mimetype not in {MULTIPART, *FORMATS, *PACKED, ANY}:
        raise UnsupportedMediaType
    return received_body(request, limit=limit)


def received_body(request: Request, *, limit: int) -> documents.Received:
    """Bring the file of a request to disk, of whatever kind it is.

    Raises:
        FileMissing: there is none, or it is empty.
        DocumentTooLarge: it is larger than `limit` bytes.
    """
    if request.mimetype == MULTIPART:
        if "file" not in request.files:
            raise FileMissing
        received = documents.receive(_chunks(request.files["file"].stream), limit=limit)
    else:
        received = documents.receive(_chunks(request.stream), limit=limit)
    if not received.size:
        raise FileMissing
    return received


def format_of(request: Request, named: str | None) -> FileFormat | None:
    """Return the format that the query, the media type or the file's name tells, None where none does."""
    if named is not None:
        return FileFormat(named)
    if request.mimetype in FORMATS:
        return FORMATS[request.mimetype]
    suffixes = PurePosixPath(name_of(request, None).lower().removesuffix(".gz")).suffixes
    return SUFFIXES.get(suffixes[-1]) if suffixes else None


def name_of(request: Request, named: str | None) -> str:
    """Return the name under which the file is kept."""
    sent = request.files["file"].filename if request.mimetype == MULTIPART else None
    name = PurePosixPath((named or sent or "").replace("\\", "/")).name or "upload"
    return "".join(sign if sign.isprintable() else "_" for sign in name)[-200:]


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    while chunk := stream.read(documents.CHUNK):
        yield chunk
