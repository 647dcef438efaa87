"""Whatever is sent, the answer is a clear one in the one shape: bodies, queries, paths, headers (T-58)."""

import json

import pytest

from app.kernel.permissions import Permission
from tests.builders import people
from tests.obligations import obligation

POST = "/api/v1/webhooks"


@pytest.fixture
def key(session, host):
    """The header of a machine of the host that may see to webhooks."""
    _, credential = people.machine(session, host, scopes=(Permission.MANAGE_WEBHOOKS,))
    session.commit()
    return {"Authorization": f"Bearer {credential}"}


HOSTILE = {
    "empty": b"",
    "not json": b"{",
    "not utf-8": b'{"url": "\xff\xfe"}',
    "utf-16": '{"url": "x"}'.encode("utf-16"),
    "nan": b'{"url": NaN}',
    "infinity": b'{"events": [Infinity]}',
    "a name twice": b'{"url": "a", "url": "b"}',
    "deep array": b"[" * 100_000 + b"]" * 100_000,
    "deep object": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "an array": b"[]",
    "a number": b"7",
    "null": b"null",
    "a long number": b'{"url": ' + b"9" * 10_000 + b"}",
    "a huge exponent": b'{"url": 1e400}',
    "half a character": b'{"url": "\\ud800", "events": ["upload.finished"]}',
    "half a character as a name": b'{"\\ud800": 1}',
    "nul": b'{"url": "https://a.example/\\u0000", "events": ["upload.finished"]}',
    "nul as a name": b'{"\\u0000": 1}',
    "a very long name": b'{"' + b"a" * 100_000 + b'": 1}',
    "very many names": json.dumps({f"n{number}": 1 for number in range(20_000)}).encode(),
}


@obligation("T-58")
@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_body_is_refused_shortly(client, key, body):
    refused = client.post(POST, data=body, content_type="application/json", headers=key)

    assert refused.status_code == 400
    assert refused.mimetype == "application/problem+json"
    assert refused.json["code"] in {"request.invalid", "request.body_unreadable"}
    assert len(refused.data) < 20_000


@pytest.mark.parametrize("media_type", ["text/plain", "application/xml", "multipart/form-data", "x", ""])
def test_a_body_of_another_kind_is_refused(client, key, media_type):
    refused = client.post(POST, data=b"{}", headers={**key, "Content-Type": media_type})

    assert (refused.status_code, refused.json["code"]) == (415, "request.media_type")


def test_a_body_that_is_too_large_is_refused(client, key):
    refused = client.post(POST, data=b" " * (3 * 1024 * 1024), content_type="application/json", headers=key)

    assert (refused.status_code, refused.json["code"]) == (413, "request.too_large")


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=201",
        "limit=-1",
        "limit=1.5",
        "limit=1e2",
        "limit=9" + "9" * 50,
        "limit=",
        "limit=%00",
        "limit=１２",
        "after=x",
        "after=%00",
        "after=%F0%9F",
        "after=b2ZmZXJzLjE%3D",  # of another list
        "after=c2NlbmFyaW9zLjk5OTk5OTk5OTk5OTk5OTk5OTk%3D",  # beyond any id
        "life_field=everything",
        "area_code=%00%00%00%00%00%00",
        "area_code=50010a",
        "unknown=1",
    ],
)
def test_a_query_that_is_wrong_is_refused(client, query):
    refused = client.get(f"/api/v1/scenarios?{query}")

    assert (refused.status_code, refused.json["code"]) == (400, "request.invalid")


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/scenarios/%00",
        "/api/v1/scenarios/A",
        "/api/v1/scenarios/" + "a" * 5000,
        "/api/v1/scenarios/no-such-scenario",
        "/api/v1/scenarios/..%2f..%2fetc",
        "/api/v1/webhooks/99999999999999999999999999",
        "/api/v1/nothing",
        "/api/v2/scenarios",
    ],
)
def test_a_path_that_leads_nowhere_is_not_found(client, path):
    for ask in (client.get, client.delete):
        missing = ask(path)
        assert missing.status_code in {404, 405}
        assert missing.mimetype == "application/problem+json"


def test_a_method_that_is_not_there_names_those_that_are(client):
    refused = client.put("/api/v1/scenarios")

    assert refused.status_code == 405
    assert {"GET", "HEAD", "OPTIONS"} == {method.strip() for method in refused.headers["Allow"].split(",")}


@pytest.mark.parametrize(
    "credential",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer x",
        "Basic dXNlcjpwYXNz",
        "Bearer tht_a_b",
        "Bearer tht_é_é",
        "Bearer tht__",
    ],
)
def test_a_credential_that_is_not_valid_is_refused(client, session, credential):
    refused = client.get("/api/v1/webhooks", headers={"Authorization": credential.encode("latin-1")})

    assert refused.status_code == 401
    assert refused.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("first_and_last", [("2026-01-02", "2026-01-01"), ("2025-01-01", "2026-12-31")])
def test_the_calendar_is_read_forwards_and_not_endlessly(client, first_and_last):
    refused = client.get("/api/v1/working-days?first={}&last={}".format(*first_and_last))

    assert refused.status_code == 400


@pytest.mark.parametrize(
    "day", ["2026-1-1", "20260101", "2026-W01-1", "0001-01-01", "9999-12-31", "2026-02-30", "", "%00"]
)
def test_a_day_is_written_in_one_way(client, day):
    assert client.get(f"/api/v1/working-days?first={day}&last=2026-01-01").status_code == 400
