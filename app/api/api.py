"""The API as a whole (接口总体): its document, its shapes, how it joins the application."""

from http import HTTPStatus
from typing import Any, Final

import flask
from flask_smorest import Api
from flask_smorest.utils import prepare_response
from werkzeug.routing import AnyConverter, IntegerConverter

from app.api.blueprints import BLUEPRINTS
from app.api.converters import CodeConverter, code_schema, number_schema, word_schema
from app.api.document_routes import document
from app.api.operations import API_KEY, PROBLEM_TYPE, SESSION, Problem
from app.api.paging import Cursor

ERRORS: Final = (400, 401, 403, 404, 409, 413, 415, 422, 429)
VERSION: Final = "1.0.0"
INTRODUCTION: Final = """
Machines of scenario hosts and merchants sign in with an API key, `Authorization: Bearer tht_…`; pages with
the session's cookie, then with `X-CSRFToken` on every act. Amounts are whole numbers in the smallest unit:
grams of CO2e, hundredths of a point, thousandths of a behaviour's unit. Instants are UTC, days are days in
Asia/Shanghai. Every error has one shape, `application/problem+json`, whose `code` never changes.
""".strip()


class ServiceApi(Api):  # type: ignore[misc]
    """Flask-Smorest with errors in the application's own shape and handled by its own table."""

    ERROR_SCHEMA = Problem

    def _register_error_handlers(self) -> None:
        """Leave errors to `app/web/errors.py`, which keeps headers such as `Allow`."""

    def _register_doc_blueprint(self) -> None:
        """Leave the document to a route that names its permission."""

    def _register_responses(self) -> None:
        """Describe each error once, as problem+json."""
        for status in ERRORS:
            self._describe(HTTPStatus(status).name, HTTPStatus(status).phrase)
        self._describe("DEFAULT_ERROR", "Any other error")

    def _register_pagination_header(self) -> None:
        """Pages come in the body."""

    def _register_etag_headers(self) -> None:
        """There are none."""

    def _describe(self, name: str, description: str) -> None:
        response: dict[str, Any] = {"description": description, "schema": self.ERROR_SCHEMA}
        prepare_response(response, self.spec, PROBLEM_TYPE)
        self.spec.components.response(name, response)


def install(app: flask.Flask) -> None:
    """Add the API below `/api/v1` to the application."""
    app.url_map.converters["code"] = CodeConverter
    api = ServiceApi()
    api.register_field(Cursor, "string", None)
    api.register_converter(CodeConverter, code_schema)
    api.register_converter(IntegerConverter, number_schema)
    api.register_converter(AnyConverter, word_schema)
    api.init_app(
        app,
        spec_kwargs={
            "title": "重庆“碳惠通” Tanhuitong API",
            "version": VERSION,
            "openapi_version": "3.1.0",
            "info": {
                "description": INTRODUCTION,
                "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            },
            "servers": [{"url": "/"}],
        },
    )
    schemes = api.spec.components
    schemes.security_scheme(API_KEY, {"type": "http", "scheme": "bearer", "bearerFormat": "tht_…"})
    cookie = "__Host-tht_session" if app.config["SECURE"] else "tht_session"
    schemes.security_scheme(SESSION, {"type": "apiKey", "in": "cookie", "name": cookie})
    for blueprint in BLUEPRINTS:
        api.register_blueprint(blueprint)
    app.register_blueprint(document)
    written = api.spec.to_dict()
    written["tags"] = [{"name": one.tag, "description": one.description} for one in BLUEPRINTS]
    app.extensions["tanhuitong-openapi"] = written
