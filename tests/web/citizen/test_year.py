"""The year in review, and its picture."""

import struct

import pytest

from app.web.citizen import pictures
from tests.obligations import obligation

JSON = {"Accept": "application/json"}


def size_of(png):
    """Return width and height as a PNG says them."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    return struct.unpack(">II", png[16:24])


def listen(monkeypatch):
    """Let pictures be drawn as ever, and return what each is told."""
    told = []
    draw = pictures.year

    def drawn(said):
        told.append(said)
        return draw(said)

    monkeypatch.setattr(pictures, "year", drawn)
    return told


@obligation("T-63")
def test_a_year_is_told_and_drawn_without_anything_that_names_the_account(own, holder, monkeypatch):
    told = listen(monkeypatch)
    page = own.get("/me/year").text
    picture = own.get("/me/year/2026/picture.png")

    assert "2026 年度回顾" in page
    assert "分享图：2026 年减碳 13.30 kg，低碳的日子 2 天，低碳行为 6 次。" in page
    assert (picture.status_code, picture.mimetype) == (200, "image/png")
    assert picture.headers["Cache-Control"] == "no-store"
    assert size_of(picture.data) == (1080, 1350)
    assert told[0]["who"] == "山城低碳人"
    assert (told[0]["number"], told[0]["unit"]) == ("13.30", "kg")
    assert told[0]["facts"] == [["低碳的日子", "2"], ["低碳行为", "6"], ["得到积分", "133"]]
    assert sum(grams for _, grams in told[0]["months"]) == 13_300
    assert "138" not in str({key: value for key, value in told[0].items() if key != "months"})


@pytest.mark.parametrize("year", [2025, 2027, 0, 999999999])
def test_a_year_without_the_account_is_not_found(own, year):
    refused = own.get(f"/me/year/{year}", headers=JSON)

    assert (refused.status_code, refused.json["code"]) == (404, "year.not_found")


def test_the_picture_speaks_english(own, monkeypatch):
    told = listen(monkeypatch)
    own.set_cookie("language", "en")
    own.get("/me/year/2026/picture.png")

    assert told[0]["title"] == "My low-carbon 2026"
    assert told[0]["lang"] == "en"


def test_without_its_typeface_the_picture_is_refused(own, monkeypatch, tmp_path):
    monkeypatch.setattr(pictures, "FONTS", tmp_path)

    refused = own.get("/me/year/2026/picture.png", headers=JSON)

    assert (refused.status_code, refused.json["code"]) == (503, "picture.typeface_missing")
