"""The API's document is valid, complete and says of every operation who may call it and how it fails."""

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from app import api  # noqa: F401  (every schema is known)
from app.api.fields import In
from app.door.access import permission_of
from app.kernel.permissions import ANYONE, Permission
from tests.obligations import obligation

PROBLEM = "application/problem+json"


@pytest.fixture
def document(client):
    return client.get("/api/v1/openapi.json").json


def operations(document):
    for path, item in document["paths"].items():
        for method in ("get", "post", "delete", "put", "patch"):
            if method in item:
                yield path, method, item[method]


def texts(schema):
    """Yield every string schema below a schema of what comes in."""
    if isinstance(schema, dict):
        kinds = schema.get("type")
        if kinds == "string" or (isinstance(kinds, list) and "string" in kinds):
            yield schema
        for value in schema.values():
            yield from texts(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from texts(value)


def test_it_is_valid_openapi_3_1(document):
    errors = [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()]

    assert document["openapi"] == "3.1.0"
    assert errors == []


@obligation("T-43")
def test_every_route_of_the_api_is_in_it_under_its_permission(app, document):
    written = {(path, method): operation for path, method, operation in operations(document)}
    left_out = {"/api/v1/openapi.json", "/api/v1/docs"}

    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/api/") or rule.rule in left_out:
            continue
        path = "".join(part if not dynamic else f"{{{part}}}" for dynamic, part in rule._trace if part != "|")
        permission = permission_of(app, rule.endpoint)
        assert permission is not None, rule.rule
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            operation = written.pop((path.lstrip("|"), method.lower()))
            if permission is not Permission.READ_PUBLIC:
                assert operation["x-permission"] == permission.value
            assert (operation["security"] == []) == (permission in ANYONE)
    assert written == {}


def test_every_operation_documents_its_errors_in_the_one_shape(document):
    components = document["components"]["responses"]

    for path, method, operation in operations(document):
        assert operation["summary"], (path, method)
        errors = {code: answer for code, answer in operation["responses"].items() if not code.startswith("2")}
        assert "default" in errors
        assert operation["security"] == [] or {"401", "403"} <= errors.keys(), (path, method)
        assert "{" not in path or "404" in errors, (path, method)
        assert {answer["$ref"].split("/")[-1] for answer in errors.values()} <= components.keys()
    for answer in components.values():
        assert answer["content"].keys() == {PROBLEM}
        assert answer["content"][PROBLEM]["schema"] == {"$ref": "#/components/schemas/Problem"}


def test_names_of_operations_are_unique(document):
    names = [operation["operationId"] for _, _, operation in operations(document)]

    assert len(names) == len(set(names))


@obligation("T-46")
def test_what_comes_in_is_bounded_and_closed(document):
    schemas = document["components"]["schemas"]

    for path, method, operation in operations(document):
        for parameter in operation.get("parameters", []):
            for text in texts(parameter["schema"]):
                assert "enum" in text or "maxLength" in text or "pattern" in text or "format" in text, (
                    path,
                    parameter,
                )
        for content in operation.get("requestBody", {}).get("content", {}).values():
            name = content["schema"].get("$ref", "").split("/")[-1]
            if not name:
                continue
            assert schemas[name]["additionalProperties"] is False, (path, method)
            for text in texts(schemas[name]):
                assert "enum" in text or "maxLength" in text or text.get("format") in {"date", "date-time"}, (
                    path,
                    text,
                )


def test_its_page_loads_everything_from_this_host_and_runs_no_script_of_its_own(client):
    answer = client.get("/api/v1/docs")

    assert answer.status_code == 200
    assert "<script>" not in answer.text
    assert "style=" not in answer.text
    assert "http" not in answer.text.replace("http-equiv", "")
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


def everything_that_comes_in(kind=In):
    for below in kind.__subclasses__():
        yield below
        yield from everything_that_comes_in(below)


@obligation("T-46")
@pytest.mark.parametrize("schema", sorted(set(everything_that_comes_in()), key=str))
def test_fields_that_are_not_declared_are_refused(schema):
    strange = {f"extra_{number}": number for number in range(200)}

    assert strange.keys() <= schema().validate(strange).keys()
