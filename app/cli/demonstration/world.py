"""Who and what the demonstration world is made of; plain data, invented, from one seed."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.kernel.check_digits import credit_code_check_digit

DATA: Final = Path(__file__).resolve().parent
SEED: Final = 20241101
PASSWORD: Final = "Chongqing-2024-demo"
TOTP_SECRET: Final = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
"""One second factor for every demonstration sign-in; a demonstration guards nothing."""


def credit_code(number: int) -> str:
    """Return an invented unified social credit code of Chongqing with its check digit."""
    body = f"91500{number:03d}MA{number * 7919 % 10_000_000:07d}"
    return body + credit_code_check_digit(body)


@dataclass(frozen=True, kw_only=True)
class DemoScenario:
    """A host with its scenario and how its users behave."""

    number: int
    login: str
    host: str
    host_en: str
    contact: str
    code: str
    name: str
    name_en: str
    life_field: str
    icon: str
    area: str
    method: str
    description: str
    data_kinds: tuple[str, ...]
    per_week: int  # behaviours of one citizen in an ordinary week
    quantity: tuple[int, int]  # bounds in thousandths of the unit
    joined_by: int  # of a hundred citizens
    outlier: int | None = None  # in thousandths of the unit; high enough to wait for a person's look
    after_days: int = 0  # from the beginning to when it is listed
    stops_at: str = "listed"

    @property
    def has_lived(self) -> bool:
        """Tell whether it was ever listed, so that there is behaviour from it."""
        return self.stops_at in {"listed", "suspended"}


def scenarios() -> tuple[DemoScenario, ...]:
    """Return the scenarios of the data file beside this module."""
    rows = tomllib.loads((DATA / "scenarios.toml").read_text("utf-8"))["scenario"]
    return tuple(
        DemoScenario(**{**row, "data_kinds": tuple(row["data_kinds"]), "quantity": tuple(row["quantity"])})
        for row in rows
    )


SCENARIOS: Final = scenarios()
