"""Operations of the API (接口操作): Flask-Smorest's blueprint with our shapes written into its document."""

from collections.abc import Callable
from copy import deepcopy
from functools import wraps
from http import HTTPStatus
from typing import Any, Final, TypeVar

from flask import Response, jsonify
from flask_smorest import Blueprint
from marshmallow import Schema, fields

from app.api.fields import Out
from app.api.parsing import Parser
from app.kernel.permissions import ANYONE, PERMISSIONS_OF, Permission, Role

View = TypeVar("View", bound=Callable[..., Any])
PROBLEM_TYPE: Final = "application/problem+json"
API_KEY: Final = "api_key"
SESSION: Final = "session"
STAFF: Final = frozenset(Role) - {Role.CITIZEN}
KEY_HEADER: Final = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": True,
    "description": "Makes the act repeatable: same content, same answer; other content, 409.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
}


class Problem(Out):
    """The one shape of every error (RFC 9457)."""

    status = fields.Integer(metadata={"minimum": 400, "maximum": 599})
    code = fields.String(metadata={"description": "Never changes; what programs look at."})
    title = fields.String(metadata={"description": "For people."})
    source = fields.String(metadata={"description": "The provision that it rests on."})
    details = fields.Dict(keys=fields.String())

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        """Leave the last two out where there is nothing to say."""
        field_obj.required = field_name in {"status", "code", "title"}


class Operations(Blueprint):  # type: ignore[misc]
    """A blueprint of operations below `/api/v1`; each names its permission by `@requires`."""

    ARGUMENTS_PARSER = Parser()

    def __init__(self, name: str, module: str, *, description: str) -> None:
        super().__init__(f"api-{name}", module, url_prefix="/api/v1", description=description)
        self.tag = name

    def arguments(
        self, schema: type[Schema], *, location: str = "json", **options: Any
    ) -> Callable[[View], View]:
        """Load `schema` from the body or the query and hand it to the view."""
        options.setdefault("error_status_code", 400)
        decorate: Callable[[View], View] = super().arguments(schema, location=location, **options)
        return decorate

    def response(
        self,
        status_code: int,
        schema: type[Schema] | dict[str, Any] | None = None,
        *,
        content_type: str | None = None,
        headers: dict[str, Any] | None = None,
        description: str | None = None,
    ) -> Callable[[View], View]:
        """Answer with `status_code` and the plain JSON that the view returns.

        The view dumps within its transaction, so nothing is dumped here. It may return a pair of
        body and headers, or a whole response.
        """
        document = super().response(
            status_code, schema, content_type=content_type, headers=headers, description=description
        )

        def decorate(view: View) -> View:
            @wraps(view)
            def answer(*positional: Any, **named: Any) -> Response:
                returned = view(*positional, **named)
                if isinstance(returned, Response):
                    return returned
                body, extra = returned if isinstance(returned, tuple) else (returned, {})
                made = Response() if body is None else jsonify(body)
                made.status_code = status_code
                if status_code == HTTPStatus.NO_CONTENT:
                    made.headers.remove("Content-Type")
                made.headers.update(extra)
                return made

            documented: View = document(answer)
            return documented

        return decorate

    def repeatable(self, view: View) -> View:
        """Say in the document that the act takes an `Idempotency-Key`."""
        view._apidoc = deepcopy(getattr(view, "_apidoc", {}))  # type: ignore[attr-defined]  # noqa: SLF001
        arguments = view._apidoc.setdefault("arguments", {})  # type: ignore[attr-defined]  # noqa: SLF001
        arguments.setdefault("parameters", []).append(dict(KEY_HEADER))
        return view

    def takes_body(self, contents: dict[str, Any]) -> Callable[[View], View]:
        """Document a body that the view reads itself: media type → OpenAPI schema."""
        content = {media_type: {"schema": schema} for media_type, schema in contents.items()}
        return self.documented(requestBody={"required": True, "content": content})

    def documented(self, **items: Any) -> Callable[[View], View]:
        """Add items to the operation in the document."""
        decorate: Callable[[View], View] = super().doc(**items)
        return decorate

    def get(self, rule: str, **options: Any) -> Callable[[View], View]:
        """Answer GET."""
        return self._at("GET", rule, options)

    def post(self, rule: str, **options: Any) -> Callable[[View], View]:
        """Answer POST."""
        return self._at("POST", rule, options)

    def delete(self, rule: str, **options: Any) -> Callable[[View], View]:
        """Answer DELETE."""
        return self._at("DELETE", rule, options)

    def _at(self, method: str, rule: str, options: dict[str, Any]) -> Callable[[View], View]:
        def decorate(view: View) -> View:
            described = self.documented(**_said_by(view, rule, unsafe=method != "GET"))(view)
            self.add_url_rule(rule, view.__name__, described, methods=[method], tags=[self.tag], **options)
            return described

        return decorate


def _said_by(view: Callable[..., Any], rule: str, *, unsafe: bool) -> dict[str, Any]:
    """Return what a view's permission and rule say of its operation: who may call it, what can go wrong."""
    permission: Permission = view.__permission__  # type: ignore[attr-defined]
    public = permission in ANYONE
    wrong = {400}
    if not public:
        wrong |= {401, 403}
    if "<" in rule:
        wrong.add(404)
    if unsafe or not public:
        wrong.add(429)
    if unsafe:
        wrong |= {409, 415, 422}
    responses = {
        str(status): {"$ref": f"#/components/responses/{HTTPStatus(status).name}"} for status in sorted(wrong)
    }
    said: dict[str, Any] = {"operationId": view.__name__, "responses": responses}
    said["security"] = [] if public else _ways_in(permission)
    if permission is not Permission.READ_PUBLIC:
        said["x-permission"] = permission.value
    return said


def _ways_in(permission: Permission) -> list[dict[str, list[str]]]:
    """Return the credentials with which a permission can be held."""
    staff = any(permission in PERMISSIONS_OF[role] for role in STAFF)
    return [{API_KEY: []}, {SESSION: []}] if staff else [{SESSION: []}]
