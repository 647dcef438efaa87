"""Real files of behaviours, each with a scenario whose every user is linked."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy.orm import Session

from app.journeys import intake
from app.kernel import clock
from app.kernel.session import transaction
from scenarios import methods, profiles
from scenarios.values import UploadStatus
from tests.builders import scenarios as builders
from tests.unit.scenarios.real_files import profile, real_file

GIVEN = datetime(2014, 1, 1, tzinfo=UTC)
RECEIVED = datetime(2022, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Real:
    """A file, its profile, its method, and what is left out of the method's caps."""

    path: str
    profile: str
    method: str
    version: dict[str, Any] = field(default_factory=dict)

    @property
    def file(self) -> Path:
        """The file itself."""
        return real_file(self.path)

    def riders(self) -> set[str]:
        """Return every user of the file."""
        rows = profiles.read_rows(self.file, profile(self.profile))
        return {row.user for row in rows if row.user is not None}


def _with_factor(code: str, grams: int) -> tuple[methods.Parameter, ...]:
    """Return the parameters of a seeded method with another factor."""
    seeded = methods.by_code(code).versions[-1].parameters
    return tuple(replace(p, value=Decimal(grams)) if p.name == "factor" else p for p in seeded)


MIBICI = Real("mibici/mibici_2015.csv.gz", "mibici_2015", "bicycle.ride")
MOBIKE = Real("mobike_shanghai/SAMPLE_SHANGHAI.CSV", "mobike_shanghai", "bicycle.ride")
_CHARGING = {"max_quantity_milli": 500_000, "review_above_milli": None}
DUNDEE = Real("ev_dundee/charge-sessions-june-sept.csv.gz", "ev_dundee", "charging.kwh", _CHARGING)
# A factor of a gram for each thousandth of a kWh: no session is too small to count.
DUNDEE_WHOLE = replace(DUNDEE, version={**_CHARGING, "parameters": _with_factor("charging.kwh", 1_000)})
ACN = Real("ev_acn/acndata_sessions.json.gz", "ev_acn", "charging.kwh", {"review_above_milli": None})
SHENZHEN = Real("transit_shenzhen/14_14.csv.gz", "transit_shenzhen", "bus.ride")


class Scene:
    """A scenario ready for one real file."""

    def __init__(self, session: Session, real: Real, *, sandbox: bool = False, **version: Any) -> None:
        builders.conversion_rule(session, at=GIVEN)
        self.real = real
        self.made = builders.ready(
            session,
            at=GIVEN,
            method_code=real.method,
            lateness_days=3_650,
            sandbox=sandbox,
            **{**real.version, **version},
        )
        self.profile = builders.profile(session, self.made, real.profile, at=GIVEN)
        builders.link(session, self.made.scenario, real.riders(), given_at=GIVEN)

    def submit(
        self, session: Session, data: bytes | Path | None = None, *, profile: str | None = None
    ) -> int:
        """Put the file, or other bytes, in the queue; return the upload."""
        upload = intake.submit_file(
            session,
            actor=self.made.host,
            scenario_code=self.made.code,
            received=builders.stored(data or self.real.file),
            filename=self.real.file.name,
            media_type="application/octet-stream",
            profile=profile or self.profile,
            at=RECEIVED,
        )
        return upload.id

    def status(self, session: Session, upload_id: int) -> UploadStatus:
        """Return where an upload stands."""
        return intake.upload_status(session, actor=self.made.host, upload_id=upload_id)

    def load(self, data: bytes | Path | None = None, *, profile: str | None = None) -> UploadStatus:
        """Submit, and process in this process."""
        with clock.frozen(RECEIVED):
            with transaction() as session:
                upload_id = self.submit(session, data, profile=profile)
            assert intake.process(upload_id, now=clock.now)
            with transaction() as session:
                return self.status(session, upload_id)


def books(connection: psycopg.Connection) -> dict[str, Any]:
    """Return what the database holds in the end, in a few figures."""
    row = connection.execute("""
        select (select count(*) from behaviour), (select coalesce(sum(quantity_milli), 0) from behaviour),
               (select coalesce(sum(reduction_g), 0) from behaviour),
               (select count(*) from point_entry where kind = 'issue'),
               (select coalesce(sum(available), 0) from account_balance),
               (select count(*) from intake_key), (select count(*) from intake_outcome)
    """).fetchone()
    assert row is not None
    names = ("behaviours", "quantity_milli", "reduction_g", "issued", "available", "keys", "refused")
    return dict(zip(names, map(int, row), strict=True))
