"""A file of hundreds of megabytes goes to disk in pieces, not through memory."""

import http.client
import resource
import threading
from collections.abc import Iterator

import pytest
from werkzeug.serving import make_server

from app.kernel.session import transaction
from tests.builders import scenarios
from tests.obligations import obligation
from tests.web.api.conftest import BEFORE, bearer

MEGABYTE = 1 << 20
SIZE = 200 * MEGABYTE
HEAD = b'--edge\r\nContent-Disposition: form-data; name="file"; filename="big.csv"\r\n\r\n'
TAIL = b"\r\n--edge--\r\n"


def megabytes() -> Iterator[bytes]:
    line = b"record,user,2026-03-10T08:00:00+08:00,1,ride\n"
    piece = (line * (MEGABYTE // len(line) + 1))[:MEGABYTE]
    for _ in range(SIZE // MEGABYTE):
        yield piece


def as_form() -> Iterator[bytes]:
    yield HEAD
    yield from megabytes()
    yield TAIL


@obligation("T-25")
@pytest.mark.slow
@pytest.mark.parametrize(
    ("body", "size", "media_type"),
    [
        (megabytes, SIZE, "text/csv"),
        (as_form, len(HEAD) + SIZE + len(TAIL), "multipart/form-data; boundary=edge"),
    ],
)
def test_memory_stays_small(app, committed, folder, noon, body, size, media_type):
    with transaction() as session:
        ready = scenarios.ready(session, at=BEFORE)
        key = bearer(session, ready.host)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
        connection.request(
            "POST",
            f"/api/v1/scenarios/{ready.code}/uploads",
            body=body(),
            headers={
                **key,
                "Idempotency-Key": "big",
                "Content-Type": media_type,
                "Content-Length": str(size),
            },
        )
        answer = connection.getresponse()
        status, told = answer.status, answer.read()
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

    assert status == 202, told
    (kept,) = [path for path in folder.rglob("*") if path.is_file()]
    assert kept.stat().st_size == SIZE
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 50 * 1024, "kibibytes"
