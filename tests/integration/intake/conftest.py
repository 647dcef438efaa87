"""A listed scenario with linked riders, and a folder for files."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.journeys import intake
from app.journeys.intake import BatchResult
from app.kernel import clock, documents
from scenarios.values import RowOutcome, UploadStatus
from tests.builders import scenarios as builders

GIVEN = datetime(2026, 5, 1, 0, 0, tzinfo=UTC)
NOW = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Iterator[Path]:
    """Where documents lie during a test."""
    documents.use_folder(tmp_path / "documents")
    yield tmp_path
    documents.use_folder(None)


class World:
    """One scenario, its host and its riders; `send` and `load` are the two ways in."""

    def __init__(self, session: Session, **version: Any) -> None:
        self.session = session
        builders.conversion_rule(session, at=GIVEN)
        self.made = builders.ready(session, at=GIVEN, **version)
        self.accounts: dict[str, int] = {}
        self.ids = iter(range(1, 10**6))

    def link(self, *users: str, given_at: datetime = GIVEN) -> "World":
        """Link users of the host with accounts of their own."""
        self.accounts |= builders.link(self.session, self.made.scenario, users, given_at=given_at)
        return self

    def row(self, **changes: Any) -> dict[str, Any]:
        """Return one row, of a ride an hour ago, with an id of its own."""
        usual = {
            "record_id": f"r-{next(self.ids)}",
            "user": "ann",
            "occurred_at": (NOW - timedelta(hours=1)).isoformat(),
            "quantity": 1,
            "unit": "ride",
        }
        return {**usual, **changes}

    def send(self, *rows: dict[str, Any], at: datetime = NOW, **more: Any) -> BatchResult:
        """Send rows as a request."""
        return intake.accept_rows(
            self.session,
            actor=self.made.host,
            scenario_code=self.made.code,
            rows=list(rows),
            at=at,
            **more,
        )

    def one(self, *, at: datetime = NOW, **changes: Any) -> RowOutcome:
        """Send one row and return what became of it."""
        return self.send(self.row(**changes), at=at).rows[0]

    def load(
        self,
        data: bytes | Path,
        *,
        profile: str | None = None,
        at: datetime = NOW,
        name: str = "rows.csv",
        **more: Any,
    ) -> UploadStatus:
        """Submit a file and let a worker process it; return where it stands."""
        with clock.frozen(at):
            upload = intake.submit_file(
                self.session,
                actor=self.made.host,
                scenario_code=self.made.code,
                received=builders.stored(data),
                filename=name,
                media_type="text/csv",
                profile=profile,
                at=at,
                **more,
            )
            self.session.flush()
            assert intake.process(upload.id, now=clock.now)
        return intake.upload_status(self.session, actor=self.made.host, upload_id=upload.id)

    def count(self, table: str, condition: str = "true") -> int:
        """Count rows of a table."""
        return self.session.scalar(text(f"select count(*) from {table} where {condition}")) or 0

    def available(self, user: str) -> int:
        """Return the points of a user, in hundredths."""
        return (
            self.session.scalar(
                text("select available from account_balance where account_id = :id"),
                {"id": self.accounts[user]},
            )
            or 0
        )


@pytest.fixture
def world(session: Session) -> World:
    """A scenario without caps, with ann and bob linked."""
    return World(session).link("ann", "bob")
