"""Fixtures of the pages at a desk."""

from tests.fixtures.desks import (
    authority,
    browser_of,
    earned_in_october,
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
    "earned_in_october",
    "host_side",
    "noon",
    "officer",
    "scenario_in",
    "second",
    "shop",
    "voucher",
]
