"""`flask scenario …`: methods, evaluation norms and the parameters of scenarios."""

import tomllib
from pathlib import Path
from typing import Final

import click
from flask.cli import AppGroup

from app.cli.intake_commands import told
from app.cli.staff import acting_as
from app.kernel import clock
from app.kernel.session import transaction
from scenarios import commands, queries
from scenarios.errors import NormInvalid
from scenarios.states import State
from scenarios.values import NormItem

EXISTING: Final = click.Path(exists=True, dir_okay=False, path_type=Path)

cli = AppGroup("scenario", help="Low-carbon scenarios: methods, evaluation norms, lateness.")
as_login = click.option("--as", "login", required=True, help="Login of the staff user in whose name.")


@cli.command("list")
@click.option("--state", type=click.Choice([state.value for state in State]), help="Only these.")
def list_(state: str | None) -> None:
    """Print the scenarios with their states."""
    with transaction() as session:
        for found in queries.scenarios_in(session, [State(state)] if state else list(State)):
            click.echo(f"{found.code}\t{found.state}\t{found.name}")


@cli.command("publish-methods")
@as_login
def publish_methods(login: str) -> None:
    """Publish the accounting methods that come with the product; what is published stays."""
    with told(), transaction() as session:
        actor = acting_as(session, login, at=clock.now())
        fresh = commands.publish_methods(session, actor=actor, at=clock.now())
    click.echo(f"{fresh} new versions")


@cli.command("publish-norm")
@click.argument("file", type=EXISTING)
@as_login
def publish_norm(file: Path, login: str) -> None:
    """Publish an evaluation norm from TOML: `version`, `valid_from`, `pass_score`, `[[items]]`."""
    with told():
        try:
            table = tomllib.loads(file.read_text("utf-8"))
            items = [NormItem(**item) for item in table["items"]]
            version, pass_score, valid_from = table["version"], table["pass_score"], table["valid_from"]
        except (ValueError, KeyError, TypeError) as fault:
            raise NormInvalid(breaches=[{"path": "", "message": f"not a norm: {fault}"}]) from None
        with transaction() as session:
            made = commands.publish_norm(
                session,
                actor=acting_as(session, login, at=clock.now()),
                version=str(version),
                items=items,
                pass_score=pass_score,
                valid_from=valid_from,
                at=clock.now(),
            )
            click.echo(f"{made.version} from {made.valid_from}")


@cli.command("lateness")
@click.argument("code")
@click.argument("days", type=int)
@click.option("--reason", required=True, help="Why; it stands in the audit line.")
@as_login
def lateness(code: str, days: int, reason: str, login: str) -> None:
    """Set after how many DAYS the rows of a scenario come too late."""
    with told(), transaction() as session:
        commands.change_lateness(
            session,
            actor=acting_as(session, login, at=clock.now()),
            scenario_id=queries.scenario_by_code(session, code).id,
            days=days,
            reason=reason,
            at=clock.now(),
        )
    click.echo(f"{code}: {days} days")
