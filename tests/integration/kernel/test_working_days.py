"""Working days follow the State's notices, and no period closes on a year without one (Q-03, Q-04)."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from app.kernel import calendar, working_days
from app.kernel.calendar import DayKind, ProvisionalDay
from tests.obligations import obligation

AT = datetime(2026, 11, 20, 4, tzinfo=UTC)
NOTICES = Path(__file__).resolve().parents[3].parent / "shared/data/holidays_cn"
YEARS = range(2020, 2027)


@pytest.fixture
def settled(session):
    """The calendar as the installed package knows it."""
    return working_days.take_in(session, working_days.of_package(), imported_by="test", at=AT)


def rest_and_work():
    """Return the days that the published notices name, read without our code."""
    named = {}
    for path in sorted(NOTICES.glob("*.json")):
        for day in json.loads(path.read_text("utf-8"))["days"]:
            named[date.fromisoformat(day["date"])] = not day["isOffDay"]
    return named


needs_notices = pytest.mark.skipif(not NOTICES.is_dir(), reason="the published notices are not at hand")


def test_the_package_settles_every_year_from_2014_to_2026(session, settled):
    assert settled == list(range(2014, 2027))


@needs_notices
@obligation("Q-03")
@pytest.mark.parametrize("year", YEARS)
def test_every_day_is_what_the_notices_say(session, settled, year):
    named = rest_and_work()

    found = calendar.days(session, date(year, 1, 1), date(year, 12, 31))

    expected = {each.day: named.get(each.day, each.day.weekday() < 5) for each in found}
    assert {each.day: each.working for each in found} == expected
    assert not any(each.provisional for each in found)
    assert sum(expected.values()) == dict(zip(YEARS, (249, 250, 249, 249, 251, 248, 248), strict=True))[year]


@needs_notices
@obligation("Q-04")
@pytest.mark.parametrize("count", [1, 10, 20])
def test_deadlines_are_those_counted_by_hand(session, settled, count):
    named = rest_and_work()
    for offset in range(0, 6 * 365, 13):
        start = date(2020, 1, 1) + timedelta(days=offset)
        day, left = start, count
        while left:
            day += timedelta(days=1)
            left -= named.get(day, day.weekday() < 5)

        found = calendar.working_days_after(session, start, count)

        assert (found.last_day, found.provisional) == (day, False), start


@obligation("Q-03")
@pytest.mark.parametrize(
    ("start", "count", "last_day", "provisional"),
    [
        (date(2026, 11, 20), 20, date(2026, 12, 18), False),
        (date(2026, 12, 3), 20, date(2026, 12, 31), False),
        (date(2026, 12, 4), 20, date(2027, 1, 1), True),
        (date(2026, 12, 31), 1, date(2027, 1, 1), True),
        (date(2026, 9, 18), 1, date(2026, 9, 20), False),  # a Sunday that is worked
        (date(2026, 9, 30), 1, date(2026, 10, 8), False),  # after the National Day
        (date(2027, 5, 3), 20, date(2027, 5, 31), True),
    ],
)
def test_a_period_that_reaches_a_year_without_notice_is_provisional(
    session, settled, start, count, last_day, provisional
):
    found = calendar.working_days_after(session, start, count)

    assert (found.last_day, found.provisional) == (last_day, provisional)
    if provisional:
        with pytest.raises(ProvisionalDay):
            calendar.check_not_provisional(found)
    else:
        calendar.check_not_provisional(found)


@obligation("Q-03")
def test_a_notice_that_comes_out_settles_its_year(session, settled):
    notice = working_days.of_text(
        json.dumps(
            {
                "year": 2027,
                "papers": ["国办发明电〔2026〕9号"],
                "days": [
                    {"date": "2027-01-01", "name": "元旦", "isOffDay": True},
                    {"date": "2027-01-03", "name": "元旦", "isOffDay": False},
                ],
            }
        ),
        source="2027.json",
    )
    assert notice is not None

    added = working_days.take_in(session, [notice], imported_by="test", at=AT)
    again = working_days.take_in(session, [notice], imported_by="test", at=AT)

    assert (added, again) == ([2027], [])
    found = calendar.working_days_after(session, date(2026, 12, 31), 1)
    assert (found.last_day, found.provisional) == (date(2027, 1, 3), False)


@obligation("Q-03")
def test_a_later_notice_wins_and_the_earlier_stays_readable(session, settled):
    changed = working_days.Notice(2025, {date(2025, 6, 11): (DayKind.REST, "临时")}, None, "a later notice")

    working_days.take_in(session, [changed], imported_by="test", at=AT)

    days = {day.day: day for day in calendar.days(session, date(2025, 6, 10), date(2025, 6, 12))}
    assert not days[date(2025, 6, 11)].working
    assert days[date(2025, 6, 10)].working
    editions = session.query(calendar.CalendarEdition).count()
    assert editions == len(settled) + 1


def test_importing_again_changes_nothing(session, settled):
    assert working_days.take_in(session, working_days.of_package(), imported_by="test", at=AT) == []


def test_years_carry_their_notice_numbers(session, settled):
    numbers = {edition.notice_number for edition in session.query(calendar.CalendarEdition)}

    assert "国办发明电〔2025〕7号" in numbers
    assert "国办发明电〔2019〕16号、国办发明电〔2020〕1号" in numbers


def test_a_year_whose_notice_is_not_out_is_not_taken_in():
    assert working_days.of_text('{"year": 2027, "papers": [], "days": []}', source="2027.json") is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"year": "x", "days": [{}]}',
        '{"year": 2027, "days": [{"date": "2027-13-01", "isOffDay": true}]}',
        '{"year": 2027, "days": [{"date": "2020-01-01", "isOffDay": true}]}',
    ],
)
def test_what_is_no_notice_is_refused(text):
    with pytest.raises(working_days.NoticeMalformed):
        working_days.of_text(text, source="x.json")
