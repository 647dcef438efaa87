"""Reading of forms: what was typed, field by field, and every fault told at once in words of the page."""

from datetime import date

import pytest
from werkzeug.datastructures import MultiDict

from app.kernel.errors import RuleBroken, TooMany
from app.web.desk import breaches
from app.web.desk.forms import FormIncomplete, Typed, shown_again
from points.values import OfferCategory


class OfferRefused(RuleBroken):
    """A refusal of a test."""

    code = "test.refused"


@pytest.fixture
def in_chinese(app):
    """A page in Chinese."""
    with app.test_request_context():
        yield


def test_what_is_right_is_read():
    typed = Typed(
        MultiDict(
            [
                ("title", "  公交券 "),
                ("stock", "1,200"),
                ("price", "20.5"),
                ("from", "2026-11-20"),
                ("category", "food"),
                ("kinds", "a"),
                ("kinds", "b"),
                ("kinds", "a"),
                ("agreed", "on"),
            ]
        )
    )

    assert typed.text("title") == "公交券"
    assert typed.whole("stock") == 1200
    assert typed.points("price") == 2050
    assert typed.day("from") == date(2026, 11, 20)
    assert typed.choice("category", OfferCategory) is OfferCategory.FOOD
    assert typed.several("kinds") == ("a", "b")
    typed.ticked("agreed")
    typed.check()


@pytest.mark.parametrize("price", ["1.234", "1e5", "NaN", "Infinity", "一", "0x10", "1" * 30])
def test_points_have_two_decimals_at_most(price):
    typed = Typed(MultiDict({"price": price}))
    typed.points("price")

    assert set(typed.breaches) == {"price"}


@pytest.mark.parametrize("number", ["-", "1.5", "１", "9" * 30, "abc", "-1"])
def test_whole_numbers_are_whole(number):
    typed = Typed(MultiDict({"stock": number}))
    typed.whole("stock")

    assert set(typed.breaches) == {"stock"}


def test_every_fault_is_told_at_once():
    typed = Typed(MultiDict({"title": "", "price": "x", "day": "2026-02-30", "category": "gold"}))
    typed.text("title")
    typed.points("price")
    typed.day("day")
    typed.choice("category", OfferCategory)
    typed.ticked("agreed")

    with pytest.raises(FormIncomplete) as refusal:
        typed.check()

    assert refusal.value.details["breaches"] == {
        "title": "missing",
        "price": "points",
        "day": "day",
        "category": "choice",
        "agreed": "not ticked",
    }


def test_nul_characters_never_reach_the_database():
    assert Typed(MultiDict({"title": "a\0b"})).text("title") == "ab"


@pytest.mark.parametrize(
    ("field", "message", "told"),
    [
        ("title", "1-80", "请填写，不超过 80 个字"),
        ("terms", "0-4000", "不超过 4000 个字"),
        ("price", "1-100000000", "应在 0.01 到 1,000,000 之间"),
        ("stock", "3-10000000", "应在 3 到 10,000,000 之间"),
        ("category", "unknown", "请从列表中选择"),
        ("valid_until", "before valid_from", "不能早于开始日期"),
        ("description", "required, 4000 characters at most", "请填写，不超过 4000 个字"),
        (
            "quantity.unit",
            "must be ride, the unit of the method, not km",
            "应为核算方法的单位 ride，而不是 km",
        ),
        ("x", "nobody has words for this", "nobody has words for this"),
    ],
)
def test_breaches_are_told_in_words(in_chinese, field, message, told):
    assert breaches.told_of(field, message) == told


@pytest.mark.parametrize(
    "details",
    [
        {"breaches": {"title": "1-80"}},
        {"breaches": [{"path": "title", "message": "1-80"}, {"path": "title", "message": "other"}]},
    ],
)
def test_breaches_come_in_two_shapes(in_chinese, details):
    assert breaches.by_field(OfferRefused(**details)) == {"title": "请填写，不超过 80 个字"}


def test_a_refusal_without_breaches_names_no_field(in_chinese):
    assert breaches.by_field(OfferRefused(state="left")) == {}
    assert breaches.by_field(None) == {}


def test_a_form_that_came_too_often_says_when_to_come_back(app):
    @shown_again(lambda: "<form>")
    def act():
        raise TooMany(retry_after=7)

    with app.test_request_context("/", method="POST"):
        answer = act()

    assert (answer.status_code, answer.headers.get("Retry-After"), answer.get_data()) == (
        429,
        "7",
        b"<form>",
    )
