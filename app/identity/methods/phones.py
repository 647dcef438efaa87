"""Phone numbers (手机号): one written form for each, so that one number is one person."""

import re
import unicodedata
from typing import Final

from app.identity.errors import PhoneMalformed

_MAINLAND: Final = re.compile(r"1[3-9]\d{9}")
_FOREIGN: Final = re.compile(r"[1-9]\d{6,14}")
_GAPS: Final = str.maketrans("", "", " -()\u3000\u00a0")
MAINLAND_CODE: Final = "86"


def phone_number(typed: str) -> str:
    """Return a phone number as `+8613812345678`.

    Full-width digits are read as digits; gaps, hyphens and brackets are left out. A number without
    a country code is one of mainland China; others are accepted with theirs (CQ-8.1).

    Raises:
        PhoneMalformed: it is no mobile number.
    """
    plain = unicodedata.normalize("NFKC", typed).translate(_GAPS)
    if not plain.isascii():
        raise PhoneMalformed
    if plain.startswith("00"):
        plain = f"+{plain[2:]}"
    digits = plain.removeprefix("+")
    if plain.startswith("+") and not digits.startswith(MAINLAND_CODE):
        if not _FOREIGN.fullmatch(digits):
            raise PhoneMalformed
        return f"+{digits}"
    local = digits.removeprefix(MAINLAND_CODE) if plain.startswith("+") else digits
    if not _MAINLAND.fullmatch(local):
        raise PhoneMalformed
    return f"+{MAINLAND_CODE}{local}"


def tail(phone: str) -> str:
    """Return the last four digits, by which people know their own number."""
    return phone[-4:]
