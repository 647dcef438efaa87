"""Days added up: exact in sum, never of fewer than ten people, whatever is subtracted from what."""

import random
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import func, select

from app.disclosure import queries
from app.disclosure.errors import DayOutOfTurn
from app.disclosure.models import DisclosureStep, DisclosureWaiting
from app.disclosure.values import Measure, Sum
from app.journeys import disclosing
from app.journeys.disclosing.days import close_day
from app.reports import published_figures
from points.models import PointEntry
from scenarios.models import Method, PublishedMethod
from tests.builders import city
from tests.obligations import obligation

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
BEFORE = NOON - timedelta(hours=2)
FIRST = date(2026, 11, 20)


def night_after(day):
    """Return the time at which a day is added up."""
    return datetime(day.year, day.month, day.day, 17, 30, tzinfo=UTC)


@pytest.fixture
def streets(session):
    return city.city(session, at=NOON)


@pytest.fixture
def citizens(session, streets):
    """Twelve citizens who take the bus and the metro."""
    made = []
    for number in range(12):
        who = city.resident(session, at=BEFORE, phone=f"+86137000000{number:02d}")
        city.join(session, streets, who, ("bus", "metro"), at=BEFORE)
        made.append(who)
    return made


def sums_of(session):
    return {(each.measure, each.cell): each.amount for each in queries.sums(session)}


@obligation("T-62", "CQ-36.4")
def test_nine_people_wait_until_a_tenth_comes(session, streets, citizens):
    for who in citizens[:9]:
        city.behave(session, streets, who, "bus", "1", at=NOON)
    close_day(session, day=FIRST, at=night_after(FIRST))
    nine = sums_of(session)

    city.behave(session, streets, citizens[9], "bus", "1", at=NOON + timedelta(days=1))
    close_day(session, day=FIRST + timedelta(days=1), at=night_after(FIRST + timedelta(days=1)))
    ten = sums_of(session)

    assert nine == {(Measure.OPENED, ""): 12}
    assert ten[Measure.REDUCTION_G, "bus.ride"] == 10 * 120
    assert session.scalar(select(func.count()).select_from(DisclosureWaiting)) == 0


@obligation("T-62")
def test_the_same_nine_on_many_days_are_still_nine(session, streets, citizens):
    for number in range(3):
        day = FIRST + timedelta(days=number)
        for who in citizens[:9]:
            city.behave(session, streets, who, "bus", "1", at=NOON + timedelta(days=number))
        close_day(session, day=day, at=night_after(day))

    assert (Measure.REDUCTION_G, "bus.ride") not in sums_of(session)
    assert queries.waiting_cells(session) == {Measure.REDUCTION_G: 1, Measure.ISSUED: 1}
    waiting = session.scalars(
        select(DisclosureWaiting.amount).where(DisclosureWaiting.measure == "reduction_g")
    )
    assert set(waiting) == {3 * 120}


@obligation("T-62", "CQ-36.5")
def test_no_difference_of_published_figures_tells_of_fewer_than_ten(session, streets, citizens):
    """Whoever kept every figure of every day learns steps, and each is of ten people or more."""
    chance = random.Random(62)
    seen: list[dict[tuple[Measure, str], int]] = [{}]
    for number in range(5):
        day, at = FIRST + timedelta(days=number), NOON + timedelta(days=number)
        for who in chance.sample(citizens, chance.randint(2, 12)):
            city.behave(session, streets, who, chance.choice(("bus", "metro")), "1", at=at)
        close_day(session, day=day, at=night_after(day))
        seen.append(sums_of(session))

    told = 0
    since: dict[tuple[Measure, str], date] = {}
    for number, (before, after) in enumerate(pairwise(seen)):
        day = FIRST + timedelta(days=number)
        for measure, method in after:
            grown = after[measure, method] - before.get((measure, method), 0)
            if measure is not Measure.REDUCTION_G or not grown:
                continue
            own = entries_of(session, method, after=since.get((measure, method), date.min), last=day)
            assert sum(grams for _, grams in own) == grown
            assert len({account_id for account_id, _ in own}) >= 10
            since[measure, method] = day
            told += 1
    assert told > 1
    assert min(session.scalars(select(DisclosureStep.people))) >= 10


def entries_of(session, method, *, after, last):
    """Return account and grams of what a method brought after one day, up to another."""
    return session.execute(
        select(PointEntry.account_id, PointEntry.reduction_g)
        .join(PublishedMethod, PublishedMethod.id == PointEntry.method_version_id)
        .join(Method, Method.id == PublishedMethod.method_id)
        .where(Method.code == method, PointEntry.day > after, PointEntry.day <= last)
    ).all()


def test_a_day_is_added_up_once_in_turn_and_after_it_has_settled(session):
    close_day(session, day=FIRST, at=night_after(FIRST))
    early = datetime(2026, 11, 21, 16, 29, tzinfo=UTC)

    for day, at in (
        (FIRST, night_after(FIRST)),
        (FIRST + timedelta(days=2), night_after(FIRST + timedelta(days=2))),
        (FIRST + timedelta(days=1), early),
    ):
        with pytest.raises(DayOutOfTurn):
            close_day(session, day=day, at=at)
    assert queries.last_day(session) == FIRST
    close_day(session, day=FIRST + timedelta(days=1), at=early + timedelta(minutes=1))


def test_days_are_due_from_the_month_of_the_first_account(session, citizens):
    due = disclosing.days_due(session, at=NOON)

    assert (due[0], due[-1]) == (date(2026, 11, 1), date(2026, 11, 19))
    assert disclosing.days_due(session, at=NOON, most=2) == due[:2]


def test_nothing_is_due_where_there_is_no_account(session):
    assert disclosing.days_due(session, at=NOON) == []
    assert published_figures.figures(session).accounts is None


def test_a_reader_pays_for_steps_and_not_for_accounts(session, streets, citizens):
    for who in citizens:
        city.behave(session, streets, who, "bus", "1", at=NOON)
    close_day(session, day=FIRST, at=night_after(FIRST))

    found = published_figures.figures(session)

    assert (found.up_to, found.accounts, found.reduction_g) == (FIRST, 12, 12 * 120)
    assert found.points_redeemed is None
    assert published_figures.by_month(session, last=FIRST)[-1].reduction_g == 12 * 120
    assert queries.cells_by_month(session)[-1] == (
        date(2026, 11, 1),
        Sum(measure=Measure.REDUCTION_G, cell="bus.ride", amount=12 * 120),
    )
