"""Compression (压缩): texts leave packed where the browser takes it; files of ours may be kept for a year.

A page holds a secret, the token of its forms. Whoever can make a signed-in browser ask for pages with
words of theirs could guess at it from the packed length, so that each packed answer carries a name of
random length. Cookies of sessions are SameSite besides.
"""

import gzip
import secrets
from io import BytesIO
from pathlib import Path
from typing import Final

from flask import Flask, Response, current_app, request

SMALLEST: Final = 1_000
"""Bytes below which packing gains nothing."""
QUICKLY: Final = 5
WELL: Final = 9
YEAR: Final = 365 * 86_400
MOST_PADDING: Final = 64
TYPES: Final = frozenset(
    {
        "application/javascript",
        "application/json",
        "application/manifest+json",
        "application/problem+json",
        "image/svg+xml",
        "text/css",
        "text/csv",
        "text/html",
        "text/javascript",
        "text/plain",
    }
)

_packed: dict[tuple[Path, int], bytes] = {}


def install(app: Flask) -> None:
    """Pack every answer that can be, after everything else was done to it."""
    app.after_request(_pack)


def _pack(response: Response) -> Response:
    file = _static_file()
    if file is not None and request.args.get("v") and response.status_code in {200, 304}:
        response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    if response.mimetype not in TYPES or response.status_code in {204, 206, 304}:
        return response
    response.vary.add("Accept-Encoding")
    if (
        request.method == "HEAD"
        or "Content-Encoding" in response.headers
        or not request.accept_encodings["gzip"]
    ):
        return response
    if file is not None and response.status_code == 200:
        _send(response, _of_file(file))
        response.headers.pop("Accept-Ranges", None)
        tag, weak = response.get_etag()
        if tag:
            response.set_etag(f"{tag}-gzip", weak=bool(weak))
    elif not response.is_streamed and not response.direct_passthrough:
        body = response.get_data()
        if len(body) >= SMALLEST:
            _send(response, _of_body(body))
    return response


def _static_file() -> Path | None:
    if request.endpoint != "static" or current_app.static_folder is None or not request.view_args:
        return None
    return Path(current_app.static_folder) / str(request.view_args["filename"])


def _of_file(path: Path) -> bytes:
    """Return a file packed as well as can be; each is packed once by each process."""
    known = (path, path.stat().st_mtime_ns)
    if known not in _packed:
        _packed[known] = gzip.compress(path.read_bytes(), WELL, mtime=0)
    return _packed[known]


def _of_body(body: bytes) -> bytes:
    packed = BytesIO()
    padding = "x" * (1 + secrets.randbelow(MOST_PADDING))
    with gzip.GzipFile(padding, "wb", QUICKLY, packed, mtime=0) as file:
        file.write(body)
    return packed.getvalue()


def _send(response: Response, packed: bytes) -> None:
    response.direct_passthrough = False
    response.set_data(packed)
    response.headers["Content-Encoding"] = "gzip"
    response.headers["Content-Length"] = str(len(packed))
