"""A small server on this machine that remembers what was sent to it."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple


class Received(NamedTuple):
    """One request."""

    path: str
    headers: dict[str, str]
    body: bytes


class Receiver:
    """What was received, and how the next requests are answered."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.received: list[Received] = []
        self.status = 204
        self.location: str | None = None
        self.drips = False

    def url(self, path: str = "/hook") -> str:
        """Return an address of the receiver."""
        return f"http://127.0.0.1:{self.port}{path}"


@contextmanager
def listening() -> Iterator[Receiver]:
    """Listen on a free port of the loopback address within the block."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            receiver.received.append(Received(self.path, dict(self.headers), body))
            if receiver.drips:
                self._drip()
                return
            self.send_response(receiver.status)
            if receiver.location:
                self.send_header("Location", receiver.location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST

        def _drip(self) -> None:
            self.wfile.write(b"HTTP/1.1 200 OK\r\n")
            for number in range(100):
                try:
                    self.wfile.write(f"X-{number}: slow\r\n".encode())
                except OSError:
                    return
                time.sleep(0.1)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    receiver = Receiver(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
