"""Typed codes (验证码): six digits, however they were typed."""

import re
import unicodedata
from typing import Final

_GAPS: Final = str.maketrans("", "", " -\u3000\u00a0")


def code_digits(typed: str) -> str | None:
    """Return the six digits of a typed code, None when it is none.

    Full-width digits and gaps are read as meant, always alike; whatever else stands there makes it
    no code.
    """
    plain = unicodedata.normalize("NFKC", typed).translate(_GAPS)
    return plain if re.fullmatch(r"[0-9]{6}", plain) else None
