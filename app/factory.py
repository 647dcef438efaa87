"""Build the application: the only place that knows all its doors."""

import importlib.util

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter

from app.cli.groups import GROUPS
from app.door import access, compression, csrf, headers, rates, requests, sessions
from app.kernel.logs import configure_logs
from app.settings import DEMO_TOTP_SECRET, Mode, Settings, prepare_process
from app.web import errors, presentation
from app.web.blueprints import BLUEPRINTS


class Number(IntegerConverter):
    """A number in a path, small enough for any column; others are not found."""

    regex = r"\d{1,18}"


def create_app(settings: Settings) -> Flask:
    """Build the application.

    In tests the caller has set keys and database; otherwise they are loaded from the settings.
    """
    if settings.mode is Mode.TEST:
        configure_logs(settings.log_level, to_output=False)
    else:
        prepare_process(settings)
    app = Flask("app.web", static_folder="static", template_folder="templates")
    app.config.update(
        MODE=settings.mode.value,
        SECURE=settings.secure,
        SHOWS_CODES=settings.shows_codes,
        DEMO_TOTP_SECRET=DEMO_TOTP_SECRET if settings.mode is Mode.DEMO else None,
        SECRET_KEY="test" if settings.mode is Mode.TEST else settings.keyring().web,
        MAX_CONTENT_LENGTH=settings.max_body_bytes,
        MAX_FORM_MEMORY_SIZE=settings.max_body_bytes,
        MAX_UPLOAD_BYTES=settings.max_upload_bytes,
        WTF_CSRF_ENABLED=settings.csrf,
        TESTING=settings.mode is Mode.TEST,
        PROPAGATE_EXCEPTIONS=False,
    )
    app.url_map.converters["int"] = Number
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.json.ensure_ascii = False  # type: ignore[attr-defined]

    compression.install(app)  # the first to be installed is the last to see an answer
    requests.install(app, trusted_proxies=settings.trusted_proxies)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    sessions.install(app)
    presentation.install(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    _install_api(app)
    headers.install(app)
    rates.install(app)
    access.install(app)
    csrf.install(app)
    rates.install_acts(app)
    errors.install(app)
    for group in GROUPS:
        app.cli.add_command(group)
    return app


def _install_api(app: Flask) -> None:
    if importlib.util.find_spec("app.api") is None:
        return
    api = importlib.import_module("app.api")
    if hasattr(api, "install"):
        api.install(app)
