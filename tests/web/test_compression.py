"""Texts leave packed where the browser takes it, and are the same when unpacked."""

import gzip

import pytest

from app.door import compression
from tests.obligations import obligation

TAKES = {"Accept-Encoding": "gzip, deflate, br"}


def test_a_page_is_packed_only_for_those_who_can_unpack_it(client, session):
    plain = client.get("/privacy")
    packed = client.get("/privacy", headers=TAKES)

    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data) / 2
    assert "隐私政策" in gzip.decompress(packed.data).decode()


@obligation("T-45")
def test_the_length_of_a_packed_page_tells_little(client, session):
    lengths = {len(client.get("/privacy", headers=TAKES).data) for _ in range(20)}

    assert len(lengths) > 5


@pytest.mark.parametrize("name", ["css/base.css", "js/page.js", "img/hero.svg"])
def test_a_file_is_packed_kept_for_long_and_whole(app, client, name):
    plain = client.get(f"/static/{name}?v=1")
    packed = client.get(f"/static/{name}?v=1", headers=TAKES)
    again = client.get(f"/static/{name}?v=1", headers=TAKES | {"If-None-Match": plain.headers["ETag"]})

    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert packed.headers["ETag"] != plain.headers["ETag"]
    assert again.status_code == 304


def test_what_is_small_packed_already_or_only_asked_about_is_left_alone(client, session):
    picture = client.get("/static/img/icon-192.png?v=1", headers=TAKES)
    small = client.get("/healthz", headers=TAKES)
    head = client.head("/privacy", headers=TAKES)

    assert "Content-Encoding" not in picture.headers
    assert len(small.data) < compression.SMALLEST
    assert "Content-Encoding" not in small.headers
    assert "Content-Encoding" not in head.headers


def test_a_file_without_its_version_is_asked_for_again(client):
    assert "immutable" not in client.get("/static/css/base.css").headers["Cache-Control"]
