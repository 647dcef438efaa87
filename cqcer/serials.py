"""Numbers people see: accounts, projects, and the serial text of units (序列号)."""

import re
from collections.abc import Callable
from datetime import date
from typing import Final, NamedTuple

from app.kernel.check_digits import mod_97_is_valid, with_mod_97
from app.kernel.sources import cites
from cqcer.errors import SerialUnreadable
from cqcer.values import Category, Period, Range, RulebookCode

ACCOUNT_DIGITS: Final = 12
LETTER_OF: Final = {Category.ENGINEERING: "E", Category.SINK: "S", Category.INCLUSION: "P"}
_CATEGORY_OF: Final = {letter: category for category, letter in LETTER_OF.items()}
_PROJECT: Final = re.compile(r"(CQCER|CCER)-([ESP])-([0-9]{6,})-([0-9]{2})")
_SERIAL: Final = re.compile(
    r"(CQCER|CCER)-([ESP])-([0-9]{6,})-([0-9]{8})-([0-9]{8})-([0-9]{12,})-([0-9]{12,})-([0-9]{2})"
)

Draw = Callable[[int], int]
"""Returns a random number from 0 up to, not including, its argument."""


class Serial(NamedTuple):
    """What a serial text says: the series it is of, and the numbers on the registry's one line."""

    rulebook: RulebookCode
    category: Category
    project: int
    vintage: Period
    units: Range


def account_number(draw: Draw) -> str:
    """Make the number of a holding account: 12 random digits, the first not 0, two check digits."""
    first = 10 ** (ACCOUNT_DIGITS - 1)
    return with_mod_97(str(first + draw(9 * first)))


def account_number_is_valid(number: str) -> bool:
    """Tell whether the number of a holding account is whole."""
    return len(number) == ACCOUNT_DIGITS + 2 and mod_97_is_valid(number)


def project_number(rulebook: RulebookCode, category: Category, project: int) -> str:
    """Write the registration number of a project: `CQCER-E-000012-NN`."""
    body = f"{rulebook.value}-{LETTER_OF[category]}-{project:06d}"
    return f"{body}-{_check_digits(body)}"


def project_number_is_valid(text: str) -> bool:
    """Tell whether a project's registration number is whole."""
    found = _PROJECT.fullmatch(text)
    return found is not None and _check_digits(text[:-3]) == found[4]


@cites("CQ-30.3")
def write(serial: Serial) -> str:
    """Write the serial text of units; it is made on the way out and stored nowhere.

    Source: CQ-30.3.
    """
    body = (
        f"{serial.rulebook.value}-{LETTER_OF[serial.category]}-{serial.project:06d}"
        f"-{serial.vintage.first:%Y%m%d}-{serial.vintage.last:%Y%m%d}"
        f"-{serial.units.first:012d}-{serial.units.last:012d}"
    )
    return f"{body}-{_check_digits(body)}"


@cites("CQ-30.3")
def read(text: str) -> Serial:
    """Read a serial text as a person typed it; small letters and outer blanks do no harm.

    Raises:
        SerialUnreadable: it is not of the form, or its check digits are wrong.

    Source: CQ-30.3.
    """
    found = _SERIAL.fullmatch(text.strip().upper())
    if found is None or _check_digits(found[0][:-3]) != found[8]:
        raise SerialUnreadable(text=text[:100])
    try:
        vintage = Period(_day(found[4]), _day(found[5]))
    except ValueError as error:
        raise SerialUnreadable(text=text[:100]) from error
    units = Range(int(found[6]), int(found[7]))
    serial = Serial(RulebookCode(found[1]), _CATEGORY_OF[found[2]], int(found[3]), vintage, units)
    # the one way to write it: no number with more zeros than it needs
    if units.first > units.last or vintage.first > vintage.last or write(serial) != found[0]:
        raise SerialUnreadable(text=text[:100])
    return serial


def _day(digits: str) -> date:
    return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))


def _check_digits(body: str) -> str:
    # letters count as in ISO 7064: A is 10, B is 11 …
    digits = "".join(str(int(sign, 36)) for sign in body if sign != "-")
    return with_mod_97(digits)[-2:]
