"""A host describes its own file once, tries the description on a sample, and sends files by it."""

import base64

import pytest

from tests.builders.scenarios import PROFILES
from tests.obligations import obligation

TEXT = (PROFILES / "mobike_shanghai.toml").read_text("utf-8")


def save(client, host_side, **changes):
    sent = {"name": "trips", "text": TEXT, **changes}
    return client.post(f"{host_side.path}/profiles", json=sent, headers=host_side.key)


def preview(client, host_side, sample: bytes, **changes):
    sent = {"text": TEXT, "sample": base64.b64encode(sample).decode(), **changes}
    return client.post(f"{host_side.path}/profiles/preview", json=sent, headers=host_side.key)


@obligation("CQ-34.2")
def test_versions_are_kept_and_the_same_text_is_the_same_version(client, session, host_side):
    session.commit()

    first, same = save(client, host_side), save(client, host_side)
    second = save(client, host_side, text=TEXT + "\n# a remark\n")

    assert first.status_code == 201, first.json
    assert (first.json["version"], same.json["version"], second.json["version"]) == (1, 1, 2)
    listed = client.get(f"{host_side.path}/profiles", headers=host_side.key).json["items"]
    assert [(item["name"], item["version"]) for item in listed] == [("trips", 2), ("trips", 1)]


def test_a_sample_is_read_and_nothing_is_kept(client, session, host_side):
    session.commit()
    columns = "orderid,userid,start_time,end_time"
    line = "78387,10080,2016/8/20 6:57,2016/8/20 7:04"

    tried = preview(client, host_side, f"{columns}\n{line}\n{line.replace('10080', '')}\n".encode())

    assert tried.status_code == 200, tried.json
    first, second = tried.json["items"]
    assert first["outcome"] is None
    assert first["user"] == "10080"
    assert first["day"] == "2016-08-20"
    assert second["outcome"] == "invalid"
    assert client.get(f"{host_side.path}/profiles", headers=host_side.key).json["items"] == []


@pytest.mark.parametrize(
    "change",
    [
        {"text": "not toml ["},
        {"text": "x = 1"},
        {"text": ""},
        {"text": "a" * 50_001},
        {"name": "Trips"},
        {"name": "../trips"},
        {"method": "no.such_method"},
        {"version": 7},
    ],
)
def test_a_profile_that_is_none_is_refused(client, session, host_side, change):
    session.commit()

    refused = save(client, host_side, **change)

    assert refused.status_code in {400, 422}, refused.json


@pytest.mark.parametrize("sample", ["", "!!!", "YQ", "é", "\u0000", 7, None])
def test_a_sample_that_is_no_base64_is_refused(client, session, host_side, sample):
    session.commit()

    refused = client.post(
        f"{host_side.path}/profiles/preview", json={"text": TEXT, "sample": sample}, headers=host_side.key
    )

    assert (refused.status_code, refused.json["code"]) == (400, "request.invalid")


def test_a_sample_that_cannot_be_read_is_refused(client, session, host_side):
    session.commit()

    for sample in (b"\x1f\x8b broken gzip", b"no,such,columns\n1,2,3\n", b"\xff\xfe\x00"):
        refused = preview(client, host_side, sample)
        assert 400 <= refused.status_code < 500, sample
        assert refused.json["code"]
