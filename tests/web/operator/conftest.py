"""Fixtures of the pages at a desk."""

from datetime import UTC, date, datetime

import pytest

from app.kernel.actor import SYSTEM
from points import commands as points
from tests.builders import people, scenarios
from tests.builders import points as mall
from tests.fixtures.desks import (
    authority,
    browser_of,
    host_side,
    noon,
    officer,
    scenario_in,
    second,
    shop,
    voucher,
)

__all__ = [
    "authority",
    "browser_of",
    "host_side",
    "noon",
    "officer",
    "scenario_in",
    "second",
    "shop",
    "voucher",
]


@pytest.fixture
def listed_in_october(session, host_side, officer):
    """Gives behaviours of a citizen in October, of so many grams each; returns the grams they came to."""
    early = datetime(2026, 9, 1, 4, 0, tzinfo=UTC)

    def earned(grams):
        mall.rule(session, at=early)
        scenarios.norm(session, at=early)
        scenarios.uncapped(session, "bicycle.ride", at=early)
        listed = scenarios.listed(session, host_side, at=early, methods=("bicycle.ride",))
        citizen = people.citizen(session, at=early)
        account = points.apply_for_account(session, actor=citizen, person_id=citizen.person_id, at=early)
        points.activate_account(session, actor=SYSTEM, account_id=account.id, at=early)
        mall.authorise(session, listed.id, [account.id], given_at=early)
        ready = scenarios.Ready(host_side, listed)
        for place, each in enumerate(grams):
            at = datetime(2026, 10, 5 + place, 4, 0, tzinfo=UTC)
            mall.earn(session, ready, account.id, each, at=at, day=date(2026, 10, 5 + place))
        return grams

    return earned
