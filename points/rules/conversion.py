"""The one rule from grams to points: what a version may say, and what it gives."""

import re
from datetime import date
from typing import Final

from app.kernel.sources import cites
from app.kernel.units import HUNDREDTHS
from points.errors import RuleInvalid, RuleNotAhead
from points.lots import FIVE_YEARS

_VERSION: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
MOST_GRAMS: Final = 1_000_000
"""One point for a tonne of CO2e is the dearest rule that makes sense."""


@cites("Q-50", "CQ-42.14", "CQ-34.3", "Q-38")
def points_of(reduction_g: int, grams_per_point: int) -> int:
    """Return hundredths of a point for grams of CO2e, rounded down once; nothing for nothing or less.

    Source: Q-50, CQ-42.14, CQ-34.3, Q-38.
    """
    return reduction_g * HUNDREDTHS // grams_per_point if reduction_g > 0 else 0


@cites("CQ-31.4")
def check_version(version: str) -> None:
    """Allow a version's name: 1 to 40 letters, digits, dots, hyphens.

    Raises:
        RuleInvalid: it is another.

    Source: CQ-31.4.
    """
    if not _VERSION.fullmatch(version):
        raise RuleInvalid(breaches={"version": "1-40 letters, digits, . _ -"})


@cites("CQ-31.4", "CQ-34.9", "CQ-42.14", "Q-50")
def check_rule(
    *,
    grams_per_point: int,
    validity_months: int,
    valid_from: date,
    text_zh: str,
    text_en: str,
    today: date,
) -> None:
    """Allow a version of the rule: whole numbers, five years at most, published before it holds.

    There is one factor for all scenarios: a rule has no place for another.

    Args:
        grams_per_point: 1 to 1,000,000.
        validity_months: 1 to 60.
        valid_from: first day on which it holds.
        today: day of publication, in China.

    Raises:
        RuleInvalid: a number is out of bounds or a text is missing; all are named.
        RuleNotAhead: the first day is not after today.

    Source: CQ-31.4, CQ-34.9, CQ-42.14, Q-50.
    """
    breaches: dict[str, str] = {}
    if not 1 <= grams_per_point <= MOST_GRAMS:
        breaches["grams_per_point"] = f"1-{MOST_GRAMS}"
    if not 1 <= validity_months <= FIVE_YEARS:
        breaches["validity_months"] = f"1-{FIVE_YEARS}"
    if not text_zh.strip():
        breaches["text_zh"] = "missing"
    if not text_en.strip():
        breaches["text_en"] = "missing"
    if breaches:
        raise RuleInvalid(breaches=breaches)
    if valid_from <= today:
        raise RuleNotAhead(valid_from=valid_from.isoformat(), today=today.isoformat())
