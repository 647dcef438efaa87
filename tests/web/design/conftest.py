"""Fixtures of the design system: an application with nothing but the design pages, and a browser."""

import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser
from werkzeug.serving import WSGIRequestHandler, make_server

from app.door import headers
from app.web import design_routes, preferences_routes, presentation

CHROMIUM = "/usr/bin/chromium"
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


class Silent(WSGIRequestHandler):
    """Answers without a line in the log."""

    def log(self, *_):
        """Say nothing."""


@pytest.fixture(scope="session")
def pages() -> Flask:
    """The design pages as the application serves them, without a database."""
    app = Flask("app.web")
    app.secret_key = "a key for tests"
    app.config["SECURE"] = False
    presentation.install(app)
    headers.install(app)
    app.jinja_env.globals["csrf_token"] = lambda: "token-of-the-form"
    app.register_blueprint(design_routes.blp)
    app.register_blueprint(preferences_routes.blp)
    return app


@pytest.fixture
def visitor(pages: Flask) -> FlaskClient:
    """A browser without a screen."""
    return pages.test_client()


@pytest.fixture(scope="session")
def address(pages: Flask) -> Iterator[str]:
    """Where the design pages are served while tests look at them."""
    server = make_server("127.0.0.1", 0, pages, threaded=True, request_handler=Silent)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def browser(chromium: Browser) -> Browser:
    """The browser of all browser tests; a process may have but one."""
    return chromium
