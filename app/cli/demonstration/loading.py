"""Load the demonstration world once, day by day, with the clock set to each day."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Final

from sqlalchemy import func, select

from app.cli.demonstration import founding, living
from app.cli.demonstration.residents import residents
from app.cli.demonstration.shops import MERCHANTS
from app.cli.demonstration.world import SCENARIOS
from app.identity.models import Organisation
from app.kernel import clock, working_days
from app.kernel.days import CHINA, day_in_china
from app.kernel.session import transaction

DAYS_OF_LIFE: Final = 84
DAYS_A_FILE: Final = 14


def is_loaded() -> bool:
    """Tell whether the world is there."""
    with transaction() as session:
        return bool(session.scalar(select(func.count()).select_from(Organisation)))


def load(say: Callable[[str], None]) -> None:
    """Make the world, up to yesterday's rides and today's open vouchers.

    Args:
        say: is told what is being made, a line each.
    """
    present = clock.now()
    today = day_in_china(present)
    founded = datetime.combine(today - timedelta(days=DAYS_OF_LIFE + 14), time(10), CHINA)
    staff, people = founding.Staff(), residents()

    def on(at: datetime) -> datetime:
        clock.set_clock(lambda: at)
        return at

    try:
        say("calendar, Bureau, operator, rules")
        working_days.import_package_once(at=on(founded))
        founding.found_authorities(staff, on(founded))
        founding.publish_rules(staff, on(founded + timedelta(hours=1)))
        say(f"{len(SCENARIOS)} scenario hosts, {len(MERCHANTS)} merchants")
        for place, scenario in enumerate(SCENARIOS):
            # applications that still wait are of the last days
            waits = scenario.stops_at != "listed"
            at = present - timedelta(days=9 - place % 3) if waits else founded + timedelta(days=1)
            founding.found_scenario(staff, scenario, on(at))
        for merchant in MERCHANTS:
            late = merchant.stops_at != "admitted"
            living.found_merchant(staff, merchant, on(present - timedelta(days=2) if late else founded))
        say(f"{len(people)} citizens")
        joined = founded + timedelta(days=9)
        for resident in people:
            living.open_account(resident, on(joined + timedelta(minutes=7 * resident.place)))
        first = today - timedelta(days=DAYS_OF_LIFE)
        while first < today:
            last = min(first + timedelta(days=DAYS_A_FILE - 1), today - timedelta(days=1))
            say(f"behaviours of {first} to {last}")
            sent = min(datetime.combine(last + timedelta(days=1), time(6), CHINA), present)
            for scenario in SCENARIOS:
                if scenario.stops_at == "listed":
                    living.send_file(staff, scenario, people, first, last, on(sent))
            spent = min(sent + timedelta(hours=6), present - timedelta(minutes=30))
            is_last = last == today - timedelta(days=1)
            living.redeem_and_settle(staff, people, on(spent), open_ones=is_last)
            first = last + timedelta(days=1)
    finally:
        clock.set_clock(None)
