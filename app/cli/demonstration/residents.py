"""Citizens of the demonstration world and how they move; invented, from one seed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Final

from app.cli.demonstration.world import SCENARIOS, SEED, DemoScenario
from app.kernel.check_digits import resident_check_digit
from app.kernel.days import CHINA, day_in_china

SURNAMES: Final = "李王张刘陈杨黄赵周吴徐孙朱马胡郭林何高罗"
GIVEN: Final = (
    "晓燕", "志强", "雨桐", "建国", "思远", "佳怡", "俊杰", "丽娟", "子涵", "国华",
    "一诺", "秀英", "浩然", "欣妍", "永福", "梦洁", "天宇", "慧敏", "嘉豪", "若曦",
)  # fmt: skip
NICKNAMES: Final = (
    "山城低碳人",
    "嘉陵江畔",
    "步道行者",
    "火锅少油",
    "轻轨穿楼",
    "雾都骑士",
    "黄桷树下",
    "江风",
    "缙云晨跑",
    "少开一天车",
    "两江渡口",
    "豆花配小面",
    "梯坎达人",
    "自带杯子",
    "歌乐山居",
    "慢行南滨",
)
SEASONS: Final = (78, 62, 96, 108, 112, 104, 84, 80, 102, 110, 106, 92)
"""How much people go out in each month, of a hundred: a quiet New Year, hot Julys."""
NEWCOMERS_FROM: Final = 40
"""Citizens before this place are there from the first day; the others come in over the year."""
CITIZENS: Final = 260
PHONE_OF_FIRST: Final = 13_900_000_001
AREAS: Final = (
    "500103", "500105", "500106", "500107", "500108", "500112",
    "500103", "500112", "500109", "500113", "500104", "500116", "500118", "500101", "500190", "500191",
)  # fmt: skip


NOT_OF_FIRST: Final = {"charging.kwh", "bev.km", "plate.clean", "hotel.no_disposables"}
FIRST_CITIZENS_SCENARIOS: Final = tuple(
    s for s in SCENARIOS if s.stops_at == "listed" and s.method not in NOT_OF_FIRST
)
"""The citizen whom newcomers sign in as rides, and has one scenario left to authorise."""


@dataclass(frozen=True, kw_only=True)
class Resident:
    """One invented citizen."""

    place: int
    name: str
    nickname: str
    phone: str
    born_on: date
    document: str
    area: str
    eagerness: int  # of a hundred; how much of the ordinary week they do
    scenarios: tuple[DemoScenario, ...]

    @property
    def joins_after(self) -> float:
        """After which part of the year they open their account, 0 to 1."""
        if self.place < NEWCOMERS_FROM:
            return 0.0
        return float(((self.place - NEWCOMERS_FROM) / (CITIZENS - NEWCOMERS_FROM)) ** 0.7)

    def host_user(self, scenario: DemoScenario) -> str:
        """Return the person's reference at a host."""
        return f"{scenario.code.split('-')[0].upper()}{100_000 + self.place * 37}"


def residents(count: int = CITIZENS) -> tuple[Resident, ...]:
    """Return the first citizens, the same for ever."""
    made = []
    for place in range(count):
        lot = Random(SEED * 1000 + place)
        born_on = date(1955, 1, 1) + timedelta(days=lot.randrange(18_900))
        area = AREAS[place % len(AREAS)]
        body = f"{area}{born_on:%Y%m%d}{lot.randrange(1, 999):03d}"
        joined = [s for s in SCENARIOS if s.has_lived and lot.randrange(100) < s.joined_by]
        made.append(
            Resident(
                place=place,
                name=lot.choice(SURNAMES) + lot.choice(GIVEN),
                nickname=NICKNAMES[place] if place < len(NICKNAMES) else f"渝友{place:03d}",
                phone=str(PHONE_OF_FIRST + place),
                born_on=born_on,
                document=body + resident_check_digit(body),
                area=area,
                eagerness=95 if place == 0 else lot.randint(25, 110),
                scenarios=FIRST_CITIZENS_SCENARIOS if place == 0 else tuple(joined),
            )
        )
    return tuple(made)


@dataclass(frozen=True, kw_only=True)
class Act:
    """One invented behaviour, as a host records it."""

    record: str
    user: str
    at: datetime
    quantity: str


def acts(scenario: DemoScenario, people: tuple[Resident, ...], first: date, last: date) -> Iterator[Act]:
    """Return what a host's users did from `first` to `last`, in the order of days.

    Some rows are what real files hold too: users who are not linked, nothing measured.
    """
    day = first
    while day <= last:
        for person in people:
            if scenario in person.scenarios:
                yield from _day_of(scenario, person, day)
        lot = Random(f"{SEED}{scenario.code}{day}stranger")
        for number in range(lot.randrange(3)):
            yield _act(scenario, f"GUEST{lot.randrange(9000)}", day, 90 + number, lot)
        day += timedelta(days=1)


def acts_of_today(scenario: DemoScenario, people: tuple[Resident, ...], now: datetime) -> list[Act]:
    """Return what a host's users did today before `now`."""
    day = day_in_china(now)
    mine = [person for person in people if scenario in person.scenarios]
    return [act for person in mine for act in _day_of(scenario, person, day) if act.at <= now]


def _day_of(scenario: DemoScenario, person: Resident, day: date) -> Iterator[Act]:
    lot = Random(f"{SEED}{scenario.code}{day}{person.place}")
    chance = scenario.per_week / 7 * person.eagerness / 100 * SEASONS[day.month - 1] / 100
    if person.place == 0 and scenario.number in {11, 12}:
        chance = max(chance, 1.0)  # the first citizen rode yesterday, whatever day it is
    count = int(chance) + (lot.random() < chance % 1)
    for number in range(count + (count > 0 and lot.random() < 0.35)):
        yield _act(scenario, person.host_user(scenario), day, person.place * 10 + number, lot)


def _act(scenario: DemoScenario, user: str, day: date, number: int, lot: Random) -> Act:
    hour = lot.choice((7, 8, 8, 9, 12, 17, 18, 18, 19, 20))
    at = datetime.combine(day, time(hour, lot.randrange(60), lot.randrange(60)), CHINA)
    milli = lot.randint(*scenario.quantity)
    if scenario.quantity[0] != scenario.quantity[1] and lot.random() < 0.01:
        milli = 0
    if scenario.outlier and lot.random() < 0.012:
        milli = scenario.outlier + lot.randrange(9) * 100
    record = f"{scenario.code.upper()}-{day:%Y%m%d}-{number:05d}-{lot.randrange(1000):03d}"
    return Act(record=record, user=user, at=at, quantity=f"{milli / 1000:g}")
