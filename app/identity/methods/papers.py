"""Identity papers (身份证件): one written form for each number, and what a number itself tells."""

import re
import unicodedata
from datetime import date
from typing import Final

from app.identity.values import DocumentType
from app.kernel.check_digits import resident_number_is_valid

_GAPS: Final = re.compile(r"[\s\-·.]+")
_SHAPES: Final = {
    DocumentType.HK_MACAO_PERMIT: re.compile(r"[HM]\d{8}(\d{2})?|8[12]\d{15}[0-9X]"),
    DocumentType.TAIWAN_PERMIT: re.compile(r"\d{8}|\d{10}[A-Z]?|83\d{15}[0-9X]"),
    DocumentType.FOREIGN_RESIDENT_ID: re.compile(r"[A-Z]{3}\d{12}|9\d{16}[0-9X]"),
    DocumentType.PASSPORT: re.compile(r"[A-Z0-9]{5,20}"),
    DocumentType.OTHER: re.compile(r"[A-Z0-9]{4,40}"),
}
_WITH_CHECK_DIGIT: Final = re.compile(r"(8[123]|9)\d{15,16}[0-9X]")


def paper_number(typed: str) -> str:
    """Return the number of a paper as it is kept: capitals, no gaps, half-width."""
    return _GAPS.sub("", unicodedata.normalize("NFKC", typed)).upper()


def number_fits(kind: DocumentType, number: str) -> bool:
    """Tell whether a number can be one of this kind of paper."""
    if kind is DocumentType.RESIDENT_ID:
        return resident_number_is_valid(number) and birth_day_in(number) is not None
    if not number.isascii() or not _SHAPES[kind].fullmatch(number):
        return False
    if kind is DocumentType.PASSPORT or kind is DocumentType.OTHER:
        return True
    return len(number) != 18 or resident_number_is_valid(number)


def birth_day_in(number: str) -> date | None:
    """Return the day of birth that an 18-digit number holds, None when there is no such day."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def states_birth_day(kind: DocumentType, number: str) -> bool:
    """Tell whether the number of this paper holds the day of birth."""
    return kind is DocumentType.RESIDENT_ID or (
        kind is not DocumentType.PASSPORT
        and kind is not DocumentType.OTHER
        and len(number) == 18
        and _WITH_CHECK_DIGIT.fullmatch(number) is not None
    )
