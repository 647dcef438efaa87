"""Each request has an id, a log line and a place in the metrics (请求记录)."""

import re
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final

from flask import Flask, request
from prometheus_client import Counter, Histogram

from app.door.addresses import address_prefix
from app.kernel.logs import log
from app.kernel.request import new_request_id, serving

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_REQUESTS = Counter("tanhuitong_requests", "Requests answered", ("method", "route", "status"))
_SECONDS = Histogram(
    "tanhuitong_request_seconds",
    "Time to the first byte of the answer",
    ("method", "route"),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
_ID: Final = re.compile(r"[0-9A-Za-z-]{8,64}")
_METHODS: Final = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
_QUIET: Final = {"/healthz", "/readyz", "/metrics"}


class Observed:
    """A WSGI application whose requests are numbered, timed, counted and logged.

    Args:
        believes: the id in `X-Request-Id` is taken over, because a proxy of ours puts it there.
    """

    def __init__(self, inner: Callable[..., Iterable[bytes]], *, believes: bool) -> None:
        self.inner = inner
        self.believes = believes

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request."""
        given = environ.get("HTTP_X_REQUEST_ID", "") if self.believes else ""
        identifier = given if _ID.fullmatch(given) else new_request_id()
        began = time.perf_counter()
        seen: dict[str, Any] = {"status": 500}

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            seen["status"] = int(status[:3])
            seen["seconds"] = time.perf_counter() - began
            return start_response(status, [*headers, ("X-Request-Id", identifier)], exc_info)

        try:
            with serving(identifier):
                return self.inner(environ, start)
        finally:
            _note(environ, identifier, seen, began)


def install(app: Flask, *, trusted_proxies: int) -> None:
    """Observe every request of the application."""
    app.before_request(_remember_route)
    app.wsgi_app = Observed(app.wsgi_app, believes=trusted_proxies > 0)  # type: ignore[method-assign]


def _remember_route() -> None:
    rule = request.url_rule
    request.environ["tanhuitong.route"] = rule.rule if rule is not None else "none"
    request.environ["tanhuitong.address"] = address_prefix(request)


def _note(environ: "WSGIEnvironment", identifier: str, seen: dict[str, Any], began: float) -> None:
    method = environ["REQUEST_METHOD"] if environ["REQUEST_METHOD"] in _METHODS else "other"
    route = environ.get("tanhuitong.route", "none")
    first_byte = seen.get("seconds", time.perf_counter() - began)
    _REQUESTS.labels(method, route, str(seen["status"])).inc()
    _SECONDS.labels(method, route).observe(first_byte)
    if route in _QUIET and seen["status"] < 400:
        return
    log("access").info(
        "request",
        request_id=identifier,
        method=method,
        route=route,
        path=environ.get("PATH_INFO", "")[:200],
        status=seen["status"],
        ms=round(first_byte * 1000, 1),
        actor=environ.get("tanhuitong.actor", "anonymous:0"),
        address=environ.get("tanhuitong.address"),
    )
