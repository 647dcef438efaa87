"""`flask intake …`: bring files of behaviours in, and try and keep mapping profiles."""

import json
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from app.cli.staff import acting_as
from app.journeys import intake
from app.kernel import clock, documents
from app.kernel.actor import Actor
from app.kernel.errors import Refusal
from app.kernel.session import transaction
from scenarios import commands, profiles, queries
from scenarios.commands.profiles import try_profile
from scenarios.profiles import FileFormat
from scenarios.values import Door, Outcome, UploadStatus

SAMPLE_BYTES: Final = 1 << 20
CHUNK: Final = 1 << 20
EXISTING: Final = click.Path(exists=True, dir_okay=False, path_type=Path)

cli = AppGroup("intake", help="Behaviours of scenario hosts: files, profiles, uploads.")
profile_cli = AppGroup("profile", help="Mapping profiles: how a host's own file is read.")
cli.add_command(profile_cli)

as_login = click.option("--as", "login", required=True, help="Login of the staff user in whose name.")
of_scenario = click.option("--scenario", required=True, help="Code of the scenario.")
of_method = click.option("--method", help="Code of the method, where the scenario has several.")


@cli.command("load")
@click.argument("file", type=EXISTING)
@of_scenario
@click.option("--profile", help="Mapping profile; without one the file is in the product's own words.")
@click.option("--format", "file_format", type=click.Choice([f.value for f in FileFormat]), default="csv")
@of_method
@as_login
def load(
    file: Path, scenario: str, profile: str | None, file_format: str, method: str | None, login: str
) -> None:
    """Bring a file in and wait for it; the last line is one JSON object of figures."""
    began = time.monotonic()
    with told():
        with transaction() as session:
            actor = _of_host(session, scenario, login)
        received = documents.receive(_chunks(file), limit=intake.LARGEST_FILE)
        status = intake.process_at_once(
            actor=actor,
            scenario_code=scenario,
            received=received,
            filename=file.name,
            profile=profile,
            method=method,
            file_format=None if profile else FileFormat(file_format),
            door=Door.CLI,
            now=clock.now,
        )
    click.echo(json.dumps(figures(status, time.monotonic() - began), ensure_ascii=False))
    if status.error_code is not None:
        raise SystemExit(1)


@cli.command("status")
@click.argument("upload_id", type=int)
@as_login
def status(upload_id: int, login: str) -> None:
    """Print how far an upload is, as one JSON object."""
    with told(), transaction() as session:
        actor = acting_as(session, login, at=clock.now())
        found = intake.upload_status(session, actor=actor, upload_id=upload_id)
    click.echo(json.dumps(figures(found, None), ensure_ascii=False))


@profile_cli.command("add")
@click.argument("name")
@click.argument("file", type=EXISTING)
@of_scenario
@of_method
@as_login
def add(name: str, file: Path, scenario: str, method: str | None, login: str) -> None:
    """Keep FILE as a new version of the profile NAME."""
    with told(), transaction() as session:
        made = commands.save_profile(
            session,
            actor=_of_host(session, scenario, login),
            scenario_code=scenario,
            name=name,
            text=file.read_text("utf-8"),
            method=method,
            at=clock.now(),
        )
        click.echo(f"{made.name}/{made.version}")


@profile_cli.command("try")
@click.argument("file", type=EXISTING)
@click.argument("sample", type=EXISTING)
@of_scenario
@of_method
@click.option("--rows", default=20, show_default=True)
@as_login
def try_(file: Path, sample: Path, scenario: str, method: str | None, rows: int, login: str) -> None:
    """Print the first rows of SAMPLE as the profile in FILE would read them; nothing is kept."""
    with sample.open("rb") as opened:
        data = opened.read(SAMPLE_BYTES)
    with told(), transaction() as session:
        read = try_profile(
            session,
            actor=_of_host(session, scenario, login),
            scenario_code=scenario,
            text=file.read_text("utf-8"),
            data=data,
            method=method,
            rows=rows,
        )
    for row in read:
        click.echo(json.dumps(_shown(row), ensure_ascii=False))


@profile_cli.command("list")
@of_scenario
def list_(scenario: str) -> None:
    """Print the profiles of a scenario, every version."""
    with told(), transaction() as session:
        for found in queries.profiles_of(session, queries.scenario_by_code(session, scenario).id):
            click.echo(f"{found.name}/{found.version}\t{found.created_at:%Y-%m-%d %H:%M}\t{found.created_by}")


def figures(status: UploadStatus, seconds: float | None) -> dict[str, object]:
    """Return the figures of an upload: rows, the count of each outcome, grams, points."""
    told: dict[str, object] = {"upload": status.id, "state": status.state.value, "rows": status.rows}
    told.update({outcome.value: status.outcomes.get(outcome.value, 0) for outcome in Outcome})
    told.update(
        reasons=status.reasons,
        reduction_g=status.reduction_g,
        points=status.points / 100,
        sha256=status.sha256,
    )
    if status.error_code is not None:
        told.update(error=status.error_code, details=status.error_details)
    if seconds is not None:
        told["seconds"] = round(seconds, 2)
    return told


@contextmanager
def told() -> Iterator[None]:
    """Turn a refusal into one line for a person, with its code."""
    try:
        yield
    except Refusal as refused:
        details = json.dumps(refused.details, ensure_ascii=False, default=str)
        raise click.ClickException(f"{refused.code} {refused.title} {details}") from None


def _of_host(session: Session, scenario: str, login: str) -> Actor:
    host_id = queries.scenario_by_code(session, scenario).host_id
    return acting_as(session, login, organisation_id=host_id, at=clock.now())


def _chunks(file: Path) -> Iterable[bytes]:
    with file.open("rb") as opened:
        while chunk := opened.read(CHUNK):
            yield chunk


def _shown(row: profiles.ReadRow) -> dict[str, object]:
    return {
        "row": row.row_no,
        "record_id": row.source_id,
        "user": row.user,
        "occurred_at": row.occurred_at.isoformat() if row.occurred_at else None,
        "day": row.day.isoformat() if row.day else None,
        "quantity": None if row.quantity_milli is None else row.quantity_milli / 1000,
        "problem": "/".join(row.problem) if row.problem else None,
    }
