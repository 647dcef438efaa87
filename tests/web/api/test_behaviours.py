"""A host's machine sends behaviours, at once or as files, and reads what became of them."""

import csv
import gzip
import io
import json

import pytest

from app.journeys import intake
from app.kernel import clock
from points import queries
from tests.builders import people, scenarios
from tests.obligations import obligation
from tests.web.api.conftest import BEFORE, NOON, bearer, every_page

RIDE = {"occurred_at": "2026-03-10T08:00:00+08:00", "quantity": 1, "unit": "ride"}


def rides(user: str, *ids: str) -> list[dict[str, object]]:
    return [{"record_id": number, "user": user, **RIDE} for number in ids]


def table(*rows) -> bytes:
    return scenarios.csv_file(rows)


def send(client, host_side, rows, key="k1", **more):
    return client.post(
        f"{host_side.path}/behaviours",
        data=json.dumps({"rows": rows, **more}),  # half characters too, as `\ud800`
        content_type="application/json",
        headers={**host_side.key, "Idempotency-Key": key},
    )


@obligation("CQ-34.1", "CQ-34.4", "CQ-35.1")
def test_a_ride_sent_is_in_the_account_with_the_answer(client, session, host_side, citizen_side):
    session.commit()

    sent = send(client, host_side, [*rides(citizen_side.user, "t1", "t2"), *rides("stranger", "t3")])

    assert sent.status_code == 200
    assert [row["outcome"] for row in sent.json["rows"]] == ["accepted", "accepted", "unauthorised"]
    assert [row["record_id"] for row in sent.json["rows"]] == ["t1", "t2", "t3"]
    assert sent.json["outcomes"] == {"accepted": 2, "unauthorised": 1}
    balance = queries.balance(session, citizen_side.account_id, NOON.date())
    assert balance.available == sent.json["issued_hundredths"] > 0
    assert balance.reduction_g == sent.json["reduction_g"]


@obligation("T-17")
def test_the_same_key_gives_the_same_answer_and_other_content_a_conflict(
    client, session, host_side, citizen_side
):
    session.commit()
    first = send(client, host_side, rides(citizen_side.user, "t1"))

    again = send(client, host_side, rides(citizen_side.user, "t1"))
    other = send(client, host_side, rides(citizen_side.user, "t2"))
    fresh = send(client, host_side, rides(citizen_side.user, "t1"), key="k2")

    assert again.json == first.json
    assert (other.status_code, other.json["code"]) == (409, "idempotency.key_reused")
    assert fresh.json["outcomes"] == {"duplicate": 1}


def test_a_request_without_a_key_is_refused(client, session, host_side):
    session.commit()

    refused = client.post(
        f"{host_side.path}/behaviours", json={"rows": rides("u", "t1")}, headers=host_side.key
    )

    assert (refused.status_code, refused.json["code"]) == (400, "idempotency.key_missing")


@pytest.mark.parametrize(
    "row",
    [
        {},
        {"record_id": "t"},
        {"record_id": None, "user": None, "occurred_at": None, "quantity": None, "unit": None},
        {"record_id": "t\u0000", "user": "u\u0000", **RIDE},
        {"record_id": "\ud800", "user": "u", **RIDE},
        {"record_id": "t", "user": "u", **RIDE, "quantity": 10**400},
        {"record_id": "t", "user": "u", **RIDE, "quantity": -1},
        {"record_id": "t", "user": "u", **RIDE, "quantity": {"a": [1]}},
        {"record_id": ["t"], "user": {"u": 1}, **RIDE},
        {"record_id": "t", "user": "u", **RIDE, "occurred_at": "0001-01-01T00:00:00+14:00"},
        {"record_id": "t", "user": "u", **RIDE, "occurred_at": "9999-12-31T23:59:59-14:00"},
        {"record_id": "t", "user": "u", **RIDE, "unit": "furlong"},
        {"record_id": "t" * 5000, "user": "u" * 5000, **RIDE},
        {"record_id": "t", "user": "u", **RIDE, "\ud800": 1, "\u0000": 2},
    ],
)
def test_a_row_that_cannot_be_read_has_an_outcome_like_any_other(client, session, host_side, row):
    session.commit()

    sent = send(client, host_side, [row])

    assert sent.status_code == 200, sent.json
    assert [told["outcome"] in {"invalid", "unauthorised"} for told in sent.json["rows"]] == [True]


@pytest.mark.parametrize("rows", [[], [1], ["x"], [[]], [None], {"a": 1}, None])
def test_rows_that_are_no_rows_are_refused(client, session, host_side, rows):
    session.commit()

    assert send(client, host_side, rows).status_code == 400


def test_a_thousand_rows_are_enough_for_one_request(client, session, host_side):
    session.commit()
    rows = rides("nobody", *(f"t{number}" for number in range(1001)))

    assert send(client, host_side, rows).status_code == 400
    assert send(client, host_side, rows[:1000]).json["outcomes"] == {"unauthorised": 1000}


@obligation("T-44")
def test_another_hosts_scenario_is_as_one_that_does_not_exist(client, session, host_side):
    stranger = bearer(session, people.host(session, at=BEFORE))
    session.commit()
    headers = {**stranger, "Idempotency-Key": "k"}
    missing = "/api/v1/scenarios/no-such-scenario"

    for path in (host_side.path, missing):
        answers = [
            client.post(f"{path}/behaviours", json={"rows": rides("u", "t")}, headers=headers),
            client.post(f"{path}/uploads", data=b"x", content_type="text/csv", headers=headers),
            client.get(f"{path}/uploads", headers=stranger),
            client.get(f"{path}/uploads/1", headers=stranger),
            client.get(f"{path}/uploads/1/rows", headers=stranger),
            client.get(f"{path}/authorisations", headers=stranger),
            client.get(f"{path}/profiles", headers=stranger),
            client.post(
                f"{path}/links", json={"links": [{"user": "u", "phone": "13800000000"}]}, headers=stranger
            ),
            client.post(f"{path}/profiles", json={"name": "trips", "text": "x"}, headers=stranger),
        ]
        assert [answer.status_code for answer in answers] == [404] * len(answers)
        assert {answer.json["code"] for answer in answers} <= {"scenario.not_found", "upload.not_found"}


def test_a_key_for_one_scenario_is_for_no_other_of_the_same_host(client, session, host_side):
    other = scenarios.listed(session, host_side.actor, at=BEFORE)
    narrow = bearer(session, host_side.actor, scenario_id=other.id)
    session.commit()

    refused = client.get(f"{host_side.path}/uploads", headers=narrow)
    allowed = client.get(f"/api/v1/scenarios/{other.code}/uploads", headers=narrow)

    assert (refused.status_code, allowed.status_code) == (404, 200)


BODIES = {
    "csv": (table(("t1", "u-1", "2026-03-10T08:00:00+08:00", 1, "ride")), "text/csv"),
    "csv, packed": (
        gzip.compress(table(("t1", "u-1", "2026-03-10T08:00:00+08:00", 1, "ride"))),
        "text/csv",
    ),
    "ndjson": (json.dumps({"record_id": "t1", "user": "u-1", **RIDE}).encode(), "application/x-ndjson"),
    "json": (json.dumps([{"record_id": "t1", "user": "u-1", **RIDE}]).encode(), "application/json"),
    "json, packed": (
        gzip.compress(json.dumps([{"record_id": "t1", "user": "u-1", **RIDE}]).encode()),
        "application/json",
    ),
}


@pytest.mark.parametrize(("body", "media_type"), BODIES.values(), ids=BODIES.keys())
def test_a_file_is_queued_and_its_outcome_read(client, committed, folder, noon, body, media_type):
    from app.kernel.session import transaction

    with transaction() as session:
        ready = scenarios.ready(session, at=BEFORE)
        scenarios.conversion_rule(session, at=BEFORE)
        scenarios.link(session, ready.scenario, ["u-1"], given_at=BEFORE)
        key = bearer(session, ready.host)
        path = f"/api/v1/scenarios/{ready.code}/uploads"

    queued = client.post(
        path, data=body, content_type=media_type, headers={**key, "Idempotency-Key": "file-1"}
    )
    again = client.post(
        path, data=body, content_type=media_type, headers={**key, "Idempotency-Key": "file-1"}
    )

    assert queued.status_code == again.status_code == 202
    assert queued.json["state"] == "queued"
    assert again.json["id"] == queued.json["id"]
    assert queued.headers["Location"].endswith(f"{path}/{queued.json['id']}")
    assert intake.process(queued.json["id"], now=clock.now)
    done = client.get(queued.headers["Location"], headers=key).json
    assert (done["state"], done["outcomes"]) == ("done", {"accepted": 1})
    assert [item["id"] for item in client.get(path, headers=key).json["items"]] == [done["id"]]


def test_a_file_comes_as_a_form_too(client, session, host_side, folder):
    session.commit()

    sent = client.post(
        f"{host_side.path}/uploads?format=csv",
        data={"file": (io.BytesIO(BODIES["csv"][0]), "../../骑行 记录\u202e.csv")},
        content_type="multipart/form-data",
        headers={**host_side.key, "Idempotency-Key": "form"},
    )

    assert sent.status_code == 202
    assert sent.json["filename"] == "骑行 记录_.csv"


@pytest.mark.parametrize(
    ("body", "media_type", "status", "code"),
    [
        (b"", "text/csv", 400, "upload.file_missing"),
        (b"x", "application/pdf", 415, "request.media_type"),
        (b"x", "", 415, "request.media_type"),
        ({"other": "x"}, "multipart/form-data", 400, "upload.file_missing"),
        ({"file": "not a file"}, "multipart/form-data", 400, "upload.file_missing"),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x", 400, "upload.file_missing"),
        (b"no boundary", "multipart/form-data", 400, "upload.file_missing"),
    ],
)
def test_what_is_no_file_is_refused(client, session, host_side, folder, body, media_type, status, code):
    session.commit()

    refused = client.post(
        f"{host_side.path}/uploads",
        data=body,
        content_type=media_type,
        headers={**host_side.key, "Idempotency-Key": "k"},
    )

    assert (refused.status_code, refused.json["code"]) == (status, code)


def test_a_file_larger_than_allowed_is_refused_and_not_kept(
    client, app, session, host_side, folder, monkeypatch
):
    session.commit()
    monkeypatch.setitem(app.config, "MAX_UPLOAD_BYTES", 1000)

    refused = client.post(
        f"{host_side.path}/uploads",
        data=b"x" * 1001,
        content_type="text/csv",
        headers={**host_side.key, "Idempotency-Key": "k"},
    )

    assert (refused.status_code, refused.json["code"]) == (413, "request.too_large")
    assert not [path for path in folder.rglob("*") if path.is_file()]


def test_refused_rows_come_as_a_file_that_no_spreadsheet_runs(client, session, host_side):
    session.commit()
    rows = [*rides("nobody", "=1+1", "t2"), {"record_id": "t3"}]
    upload = send(client, host_side, rows).json["upload_id"]

    path = f"{host_side.path}/uploads/{upload}/rows"
    everything = client.get(path, headers=host_side.key, buffered=True)
    some = client.get(f"{path}?outcome=invalid", headers=host_side.key, buffered=True)
    wrong = client.get(f"{path}?outcome=accepted", headers=host_side.key)

    assert everything.content_type == "text/csv; charset=utf-8"
    assert "attachment" in everything.headers["Content-Disposition"]
    read = list(csv.DictReader(io.StringIO(everything.text.removeprefix("\ufeff"))))
    assert [(row["row"], row["record_id"], row["outcome"]) for row in read] == [
        ("1", "'=1+1", "unauthorised"),
        ("2", "t2", "unauthorised"),
        ("3", "t3", "invalid"),
    ]
    assert len(some.text.splitlines()) == 2
    assert wrong.status_code == 400


def test_an_upload_is_found_under_its_own_scenario_only(client, session, host_side):
    other = scenarios.listed(session, host_side.actor, at=BEFORE)
    session.commit()
    upload = send(client, host_side, rides("nobody", "t1")).json["upload_id"]

    here = client.get(f"{host_side.path}/uploads/{upload}", headers=host_side.key)
    there = client.get(f"/api/v1/scenarios/{other.code}/uploads/{upload}", headers=host_side.key)

    assert (here.status_code, there.status_code) == (200, 404)


def test_many_uploads_are_read_page_by_page(client, session, host_side):
    session.commit()
    sent = [
        send(client, host_side, rides("nobody", f"t{number}"), key=f"k{number}").json["upload_id"]
        for number in range(7)
    ]

    pages = every_page(client, f"{host_side.path}/uploads?limit=3", headers=host_side.key)

    assert [item["id"] for page in pages for item in page] == sorted(sent, reverse=True)
