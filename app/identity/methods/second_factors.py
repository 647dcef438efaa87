"""Second factors (第二因素): time-based codes after RFC 6238, each usable once."""

from datetime import datetime
from typing import Final

import pyotp

from app.kernel.secrets import same

STEP_SECONDS: Final = 30
NAME: Final = "重庆碳惠通"


def new_secret() -> str:
    """Return a fresh secret in base32."""
    return pyotp.random_base32()


def step_of(at: datetime) -> int:
    """Return the number of the half minute in which `at` lies."""
    return int(at.timestamp()) // STEP_SECONDS


def code_at(secret: str, at: datetime) -> str:
    """Return the six digits that hold at `at`."""
    return str(pyotp.HOTP(secret).at(step_of(at)))


def matching_step(secret: str, code: str, *, at: datetime) -> int | None:
    """Return the half minute whose code this is: the present one, the one before or the one after."""
    present, found = step_of(at), None
    for step in (present - 1, present, present + 1):
        if same(str(pyotp.HOTP(secret).at(step)), code):
            found = step
    return found


def address_for_apps(secret: str, *, login: str) -> str:
    """Return the address that authenticator apps read from a QR code."""
    return str(pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=NAME))
