"""How soon a citizen with a slow phone sees their first page: cold, 1.6 Mbit/s, 150 ms, a quarter of the CPU.

    python -m bench.first_page [--times 5]

It serves the application on a durable PostgreSQL of its own with a citizen of three weeks, opens each page
in Chromium with an empty cache under the throttling of the DevTools protocol, and prints one JSON line: the
median of the largest contentful paint in milliseconds, and the bytes that came over the line, pictures apart.
"""

import argparse
import json
import statistics
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from app.cli import roles
from app.cli.postgres import Cluster
from app.factory import create_app
from app.identity import commands as identity
from app.identity.values import Principal, SessionState
from app.kernel import clock
from app.kernel import session as kernel_session
from app.kernel.actor import Actor
from app.kernel.secrets import Keyring, use_keyring
from app.kernel.session import transaction
from app.settings import Settings
from tests.builders import city, lives
from tests.fixtures.browser import CHROMIUM, QUIET
from tests.server import migrate

DATABASE = "bench"
NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
BYTES_A_SECOND = 1_600_000 // 8
LATENCY_MS = 150
CPU = 4
PAGES = ("/me", "/sign-in", "/")
GOAL_MS, GOAL_BYTES = 1_500, 100_000
PAINT = """() => new Promise((done) => {
  let latest = 0;
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) latest = entry.startTime; })
    .observe({ type: "largest-contentful-paint", buffered: true });
  setTimeout(() => done(latest), 1500);
})"""


class Handler(WSGIRequestHandler):
    """Keeps connections open, as a server in front of citizens does, and writes no log."""

    protocol_version = "HTTP/1.1"

    def log(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def served() -> Iterator[tuple[str, Actor]]:
    """Serve the application with a citizen in it; yield its address and the citizen."""
    with tempfile.TemporaryDirectory(prefix="tanhuitong-bench-") as folder:
        Path(folder).chmod(0o711)
        cluster = Cluster(Path(folder) / "postgres")
        try:
            cluster.start()
            cluster.create_database(DATABASE)
            migrate(cluster.url(roles.OWNER, DATABASE))
            _let_the_clock_be_set(cluster)
            use_keyring(Keyring(web=b"w" * 32, data=b"d" * 32, index=b"i" * 32))
            kernel_session.configure(kernel_session.make_engine(cluster.url(roles.APP, DATABASE)))
            clock.set_clock(lambda: NOON)
            with transaction() as session:
                made = city.city(session, at=NOON)
            with transaction() as session:
                citizen = lives.life(session, made, at=NOON).citizen
            server = make_server(
                "127.0.0.1",
                0,
                create_app(Settings.for_tests(csrf=True)),
                threaded=True,
                request_handler=Handler,
            )
            thread = threading.Thread(target=server.serve_forever, daemon=True)
            thread.start()
            yield f"http://127.0.0.1:{server.server_port}", citizen
            server.shutdown()
            kernel_session.engine().dispose()
        finally:
            cluster.stop()


def _let_the_clock_be_set(cluster: Cluster) -> None:
    import psycopg

    with psycopg.connect(cluster.url(roles.OWNER, DATABASE)) as connection:
        connection.execute("update installation set clock = 'settable'")


def token_of(citizen: Actor) -> str:
    """Begin a session of the citizen."""
    with transaction() as session:
        return identity.start_session(
            session,
            SessionState(
                data={"_user_id": citizen.ref, "_fresh": True},
                principal=Principal.of(citizen),
                organisation_id=None,
                fresh_at=NOON - timedelta(hours=1),
            ),
            user_agent="bench",
            address_prefix=None,
            at=NOON,
        )


def look(browser: Browser, address: str, path: str, token: str | None) -> tuple[float, int, int]:
    """Open a page cold; return its largest paint in ms, bytes without pictures, and requests."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, device_scale_factor=2)
    if token:
        context.add_cookies([{"name": "tht_session", "value": token, "url": address}])
    page = context.new_page()
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.setCacheDisabled", {"cacheDisabled": True})
    line.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": LATENCY_MS,
            "downloadThroughput": BYTES_A_SECOND,
            "uploadThroughput": BYTES_A_SECOND,
        },
    )
    line.send("Emulation.setCPUThrottlingRate", {"rate": CPU})
    kinds: dict[str, str] = {}
    came: dict[str, int] = {}
    line.on("Network.responseReceived", lambda said: kinds.update({said["requestId"]: said["type"]}))
    line.on(
        "Network.loadingFinished",
        lambda said: came.update({said["requestId"]: int(said["encodedDataLength"])}),
    )
    page.goto(address + path, wait_until="load")
    paint = page.evaluate(PAINT)
    context.close()
    without_pictures = [size for request, size in came.items() if kinds.get(request) != "Image"]
    return float(paint), sum(without_pictures), len(came)


def main() -> None:
    """Measure each page some times and print one JSON line."""
    wishes = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    wishes.add_argument("--times", type=int, default=5)
    times = wishes.parse_args().times
    found: dict[str, dict[str, Any]] = {}
    with served() as (address, citizen), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        for path in PAGES:
            token = token_of(citizen) if path.startswith("/me") else None
            look(browser, address, path, token)  # the server warms its templates and packs its files
            seen = [look(browser, address, path, token) for _ in range(times)]
            found[path] = {
                "paint_ms": round(statistics.median(paint for paint, _, _ in seen)),
                "slowest_ms": round(max(paint for paint, _, _ in seen)),
                "bytes": max(size for _, size, _ in seen),
                "requests": max(requests for _, _, requests in seen),
            }
        browser.close()
    met = all(page["paint_ms"] <= GOAL_MS and page["bytes"] <= GOAL_BYTES for page in found.values())
    sys.stdout.write(json.dumps({"pages": found, "met": met}) + "\n")


if __name__ == "__main__":
    main()
