"""Days and instants in both languages, always as the calendar of China has them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from flask import Flask

from app.web.presentation import dates, preferences
from app.web.presentation.language import speaking
from app.web.presentation.preferences import Language

TODAY = date(2026, 11, 20)
MORNING = datetime(2026, 11, 20, 1, 12, tzinfo=UTC)
BEFORE_MIDNIGHT = datetime(2026, 11, 18, 15, 59, 59, tzinfo=UTC)
AFTER_MIDNIGHT = datetime(2026, 11, 18, 16, 0, tzinfo=UTC)


@pytest.fixture
def in_chinese(pages: Flask) -> Iterator[None]:
    with pages.test_request_context():
        yield


@pytest.fixture
def in_english(pages: Flask) -> Iterator[None]:
    with pages.test_request_context():
        preferences.hold(preferences.Preferences(language=Language.ENGLISH))
        yield


@pytest.mark.usefixtures("in_chinese")
def test_days_in_chinese():
    assert dates.day(TODAY) == "2026年11月20日"
    assert dates.short_day(TODAY) == "11月20日"
    assert dates.month(TODAY) == "2026年11月"
    assert dates.weekday(TODAY) == "五"
    assert dates.instant(MORNING) == "2026年11月20日 09:12"


@pytest.mark.usefixtures("in_english")
def test_days_in_english():
    assert dates.day(TODAY) == "20 Nov 2026"
    assert dates.short_day(TODAY) == "20 Nov"
    assert dates.month(TODAY) == "Nov 2026"
    assert dates.weekday(TODAY) == "Fri"
    assert dates.near(AFTER_MIDNIGHT, TODAY) == "Yesterday 00:00"


@pytest.mark.usefixtures("in_chinese")
def test_an_instant_belongs_to_its_day_in_china():
    assert dates.day(BEFORE_MIDNIGHT) == "2026年11月18日"
    assert dates.day(AFTER_MIDNIGHT) == "2026年11月19日"


@pytest.mark.usefixtures("in_chinese")
def test_near_instants_are_told_as_seen_from_today():
    assert dates.near(MORNING, TODAY) == "09:12"
    assert dates.near(AFTER_MIDNIGHT, TODAY) == "昨天 00:00"
    assert dates.near(BEFORE_MIDNIGHT, TODAY) == "11月18日"
    assert dates.near(datetime(2025, 11, 18, tzinfo=UTC), TODAY) == "2025年11月18日"


@pytest.mark.usefixtures("in_chinese")
def test_the_last_day_still_holds():
    assert dates.days_left(date(2026, 11, 21), TODAY) == "还有 1 天"
    assert dates.days_left(TODAY, TODAY) == "今天到期"
    assert dates.days_left(date(2026, 11, 19), TODAY) == "已过期"


@pytest.mark.usefixtures("in_chinese")
def test_a_message_to_somebody_else_is_in_their_language():
    with speaking(Language.ENGLISH):
        english = dates.day(TODAY)

    assert english == "20 Nov 2026"
    assert dates.day(TODAY) == "2026年11月20日"
