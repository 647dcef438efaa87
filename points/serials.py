"""Numbers people see: account numbers, typed codes of vouchers, the short-lived codes of their QR."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from app.kernel.check_digits import (
    CROCKFORD,
    check_sign_is_valid,
    mod_97_is_valid,
    typed,
    with_check_sign,
    with_mod_97,
)
from app.kernel.sources import cites
from points.values import DisplayText

ACCOUNT_DIGITS: Final = 14
CODE_LENGTH: Final = 12
DISPLAY_SECONDS: Final = 60
CLOCK_SKEW: Final = timedelta(seconds=120)
"""How far ahead the clock of the server that made a display code may run."""

_DISPLAY: Final = re.compile(r"TH1\.([1-9][0-9]{0,17})\.([0-9]{1,11})\.([A-Z2-7]{16})")

Draw = Callable[[int], int]
"""Returns a random number from 0 up to, not including, its argument."""

Sign = Callable[[str], str]
"""Returns the keyed signature of a text, 16 signs of base32."""


class Shown(NamedTuple):
    """What a display code says: which redemption, made when."""

    redemption_id: int
    made_at: datetime


def account_number(draw: Draw) -> str:
    """Make an account number: 14 random digits, the first not 0, and two check digits (MOD 97-10)."""
    first = 10 ** (ACCOUNT_DIGITS - 1)
    return with_mod_97(str(first + draw(9 * first)))


def account_number_is_valid(number: str) -> bool:
    """Tell whether an account number is whole; finds each single wrong digit and each swap of two."""
    return len(number) == ACCOUNT_DIGITS + 2 and mod_97_is_valid(number)


@cites("CQ-34.5")
def typed_code(draw: Draw) -> str:
    """Make a voucher's typed code: 11 random signs (55 bits) and a check sign.

    Source: CQ-34.5.
    """
    return with_check_sign("".join(CROCKFORD[draw(len(CROCKFORD))] for _ in range(CODE_LENGTH - 1)))


def grouped(code: str) -> str:
    """Write a typed code in groups of four: `7K3M-9QRT-2XYZ`."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def read_typed_code(text: str) -> str | None:
    """Return the code a clerk typed, None where a sign is wrong or missing."""
    code = typed(text)
    return code if len(code) == CODE_LENGTH and check_sign_is_valid(code) else None


def looks_shown(text: str) -> bool:
    """Tell whether a text is meant to be a display code rather than a typed one."""
    return text.strip().upper().startswith("TH1.")


@cites("CQ-34.10", "T-15")
def display_code(redemption_id: int, *, at: datetime, sign: Sign) -> DisplayText:
    """Make the code that a voucher's QR shows: bound to the redemption, signed, good for 60 seconds.

    Source: CQ-34.10, T-15.
    """
    body = f"TH1.{redemption_id}.{int(at.timestamp())}"
    return DisplayText(
        text=f"{body}.{sign(body)}",
        seconds=DISPLAY_SECONDS,
        expires_at=at + timedelta(seconds=DISPLAY_SECONDS),
    )


@cites("CQ-34.10", "T-15")
def read_display_code(text: str, *, verify: Callable[[str, str], bool]) -> Shown | None:
    """Return what a scanned code says, None where it was not made here or was altered.

    Args:
        verify: tells whether a signature is that of a text.

    Source: CQ-34.10, T-15.
    """
    found = _DISPLAY.fullmatch(text.strip().upper())
    if found is None or not verify(found[0].rpartition(".")[0], found[3]):
        return None
    return Shown(int(found[1]), datetime.fromtimestamp(int(found[2]), UTC))


@cites("CQ-34.10", "T-15")
def is_fresh(shown: Shown, at: datetime) -> bool:
    """Tell whether a shown code may still be used.

    Only this service's clocks count, neither the holder's phone nor the clerk's: a code is good for
    60 seconds, and one from a server whose clock runs up to two minutes ahead is not refused.

    Source: CQ-34.10, T-15.
    """
    return -CLOCK_SKEW <= at - shown.made_at <= timedelta(seconds=DISPLAY_SECONDS)
