"""Certificates of cancellation (注销证明): their number, and the one way to write what they say."""

import json
import re
from typing import Any, Final

from app.kernel.check_digits import mod_97_is_valid, with_mod_97
from app.kernel.sources import cites

PURPOSE: Final = "cancellation-certificate"
_NUMBER: Final = re.compile(r"CC([0-9]{4})-([0-9]{8,})-([0-9]{2})")


@cites("CQ-29.3")
def certificate_number(year: int, movement_id: int) -> str:
    """Write the number of a certificate: `CC2025-00000012-NN`, the last two its check digits.

    Source: CQ-29.3.
    """
    body = f"{year:04d}{movement_id:08d}"
    return f"CC{body[:4]}-{body[4:]}-{with_mod_97(body)[-2:]}"


def certificate_number_is_valid(number: str) -> bool:
    """Tell whether the number of a certificate is whole."""
    found = _NUMBER.fullmatch(number)
    return found is not None and mod_97_is_valid("".join(found.groups()))


def typed_number(text: str) -> str:
    """Return the number of a certificate as a person meant it: capitals, no blanks."""
    return "".join(text.split()).upper()


def canonical(content: dict[str, Any]) -> str:
    """Write content in the one form that is signed: keys in order, no blanks, UTF-8 as it is."""
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
