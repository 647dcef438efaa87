"""Load the demonstration world once: a year, chapter by chapter, with the clock set to each day."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy import func, select

from app.cli.demonstration import founding, incidents, living, voices
from app.cli.demonstration.residents import CITIZENS, Resident, residents
from app.cli.demonstration.shops import MERCHANTS
from app.cli.demonstration.world import SCENARIOS, DemoScenario
from app.identity.models import Organisation
from app.kernel import clock, working_days
from app.kernel.days import CHINA, day_in_china
from app.kernel.session import transaction

DAYS_OF_LIFE: Final = 364
LAST_WEEKS: Final = 4
"""So many last weeks come as a file each, so that a host's list of uploads looks like one."""
LIVED: Final = tuple(scenario for scenario in SCENARIOS if scenario.has_lived)
SECOND_RULE_AFTER: Final = timedelta(days=120)


def is_loaded() -> bool:
    """Tell whether the world is there."""
    with transaction() as session:
        return bool(session.scalar(select(func.count()).select_from(Organisation)))


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """Some days, whose behaviour is sent as one file of each host."""

    first: date
    last: date
    is_last: bool


def chapters(today: date, days_of_life: int) -> Iterator[Chapter]:
    """Cut the days up to yesterday into halves of months and, at their end, into weeks."""
    first = today - timedelta(days=days_of_life)
    weekly_from = today - timedelta(weeks=LAST_WEEKS)
    while first < today:
        if first < weekly_from:
            last = min(_half_month_end(first), weekly_from - timedelta(days=1))
        else:
            last = min(first + timedelta(days=6), today - timedelta(days=1))
        yield Chapter(first=first, last=last, is_last=last == today - timedelta(days=1))
        first = last + timedelta(days=1)


def _half_month_end(day: date) -> date:
    if day.day <= 15:
        return day.replace(day=15)
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


class Year:
    """The world while it is being made."""

    def __init__(
        self, present: datetime, say: Callable[[str], None], *, days_of_life: int, citizens: int
    ) -> None:
        self.present = present
        self.today = day_in_china(present)
        self.days_of_life = days_of_life
        self.founded = datetime.combine(self.today - timedelta(days=days_of_life + 14), time(10), CHINA)
        self.staff = founding.Staff()
        self.people = residents(citizens)
        self.say = say
        self.joined = 0
        self.second_rule = False
        self.suspended = False
        self.listed: list[DemoScenario] = []

    def on(self, at: datetime) -> datetime:
        """Set the clock, never past the present, and return what it shows."""
        at = min(at, self.present)
        clock.set_clock(lambda: at)
        return at

    def found(self) -> None:
        """Make authorities, operator, rules, hosts and merchants."""
        self.say("calendar, Bureau, operator, rules")
        working_days.import_package_once(at=self.on(self.founded))
        founding.found_authorities(self.staff, self.on(self.founded))
        founding.publish_rules(self.staff, self.on(self.founded + timedelta(hours=1)))
        self.say(f"{len(SCENARIOS)} scenario hosts, {len(MERCHANTS)} merchants")
        for place, scenario in enumerate(SCENARIOS):
            if not scenario.has_lived:  # what still waits, or was turned down, is of the last days
                at = self.present - timedelta(days=9 - place % 3)
                founding.found_scenario(self.staff, scenario, self.on(at))
        for merchant in MERCHANTS:
            late = merchant.stops_at in {"applied", "rejected"}
            at = self.present - timedelta(days=3) if late else self.founded
            living.found_merchant(self.staff, merchant, self.on(at))

    def live(self, chapter: Chapter) -> None:
        """Let people join, behave and redeem for some days, and the jobs of those days run."""
        self.say(f"{chapter.first} to {chapter.last}")
        morning = datetime.combine(chapter.first, time(7), CHINA)
        if not self.second_rule and morning > self.founded + SECOND_RULE_AFTER:
            founding.publish_second_rule(self.staff, self.on(morning))
            self.second_rule = True
        self._list(morning)
        self._join(morning)
        self._suspend(morning)
        sent = self.on(datetime.combine(chapter.last + timedelta(days=1), time(6), CHINA))
        for scenario in self._sending():
            here = self.people[: self.joined]
            living.send_file(self.staff, scenario, here, chapter.first, chapter.last, sent)
        spent = self.on(min(sent + timedelta(hours=6), self.present - timedelta(minutes=30)))
        living.sweep(spent)
        living.redeem_and_settle(
            self.staff, self.people[: self.joined], spent, open_ones=chapter.is_last, often=chapter.is_last
        )

    def end(self) -> None:
        """Let the last days bring what an operator has to deal with."""
        self.say("this morning; corrections, closings, departures")
        for scenario in self._sending():
            if scenario.method != "electricity.saved":
                living.send_today(self.staff, scenario, self.people, self.on(self.present))
        by_code = {scenario.code: scenario for scenario in SCENARIOS}
        bike, metro, bus = by_code["shancheng-bike"], by_code["yucheng-metro"], by_code["liangjiang-bus"]
        days = timedelta(days=1)
        incidents.leave_the_mall(self.staff, self.on(self.present - 2 * days))
        incidents.withdraw_and_close(self.people, self.on(self.present - 2 * days))
        for resident, scenario, far, ago in (
            (_rider(self.people, bike, 0), bike, "confirmed", 4),
            (_rider(self.people, metro, 11), metro, "objected", 3),
            (_rider(self.people, bus, 20), bus, "proposed", 1),
        ):
            incidents.correct(self.staff, resident, scenario, self.on(self.present - ago * days), far=far)
        riders = tuple(person for person in self.people[12:] if bike in person.scenarios)
        voices.claim(self.staff, riders, bike, self.on(self.present - 2 * days))
        voices.be_ranked(self.people[: self.joined], self.on(self.present - days))
        voices.report_wrongdoing(self.on(self.present - days))
        incidents.send_spoilt_file(self.staff, bike, self.on(self.present - days))
        charging = by_code["bayu-charging"]
        unlinked = tuple(person for person in self.people[:30] if charging not in person.scenarios)
        incidents.propose_links(self.staff, charging, unlinked, self.on(self.present - days))

    def _list(self, morning: datetime) -> None:
        """List what is due by now; who is there already and uses it authorises it."""
        due = [
            scenario
            for scenario in LIVED
            if scenario not in self.listed
            and morning - self.founded
            >= timedelta(days=scenario.after_days) * self.days_of_life / DAYS_OF_LIFE
        ]
        for scenario in due:
            founding.found_scenario(self.staff, scenario, self.on(morning - timedelta(days=9)))
        self.listed += due
        if due:
            at = self.on(morning - timedelta(days=1))
            for resident in self.people[: self.joined]:
                living.authorise(resident, due, at)

    def _join(self, morning: datetime) -> None:
        """Open the accounts of those who come in by now."""
        gone = (morning.date() - day_in_china(self.founded) - timedelta(days=14)) / timedelta(
            days=DAYS_OF_LIFE
        )
        while self.joined < len(self.people) and self.people[self.joined].joins_after <= gone:
            resident = self.people[self.joined]
            at = morning - timedelta(days=2) + timedelta(minutes=7 * (resident.place % 40))
            living.open_account(resident, self.on(at))
            living.authorise(resident, self._sending(), at)
            self.joined += 1

    def _suspend(self, morning: datetime) -> None:
        """Suspend what does not stay listed, when half of the year is over."""
        if not self.suspended and morning > self.founded + timedelta(days=self.days_of_life // 2):
            self.suspended = True
            for scenario in LIVED:
                if scenario.stops_at == "suspended":
                    incidents.suspend_scenario(self.staff, scenario, self.on(morning - timedelta(hours=1)))

    def _sending(self) -> tuple[DemoScenario, ...]:
        return tuple(s for s in self.listed if s.stops_at == "listed" or not self.suspended)


def load(say: Callable[[str], None], *, days_of_life: int = DAYS_OF_LIFE, citizens: int = CITIZENS) -> None:
    """Make the world, up to this morning's rides and today's open vouchers.

    Args:
        say: is told what is being made, a line each.
        days_of_life: for how long people have behaved; a year in the demonstration.
    """
    year = Year(clock.now(), say, days_of_life=days_of_life, citizens=citizens)
    try:
        year.found()
        say(f"{days_of_life} days of {len(year.people)} citizens")
        for chapter in chapters(year.today, days_of_life):
            year.live(chapter)
        year.end()
    finally:
        clock.set_clock(None)


def _rider(people: tuple[Resident, ...], scenario: DemoScenario, least: int) -> Resident:
    return next(person for person in people[least:] if scenario in person.scenarios)
