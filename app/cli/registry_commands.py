"""`flask registry …`: the registry from the machine it runs on (登记系统)."""

import csv
import gzip
import io
import json
from pathlib import Path
from typing import Final

import click

from app.cli.group import Group, acting_as
from app.kernel import clock
from app.kernel.actor import SYSTEM
from app.kernel.session import transaction
from cqcer import commands, legacy_lists
from cqcer.checks import Verdict
from cqcer.values import CaseAct, Subject

cli = Group("registry", help="The registry of projects and units.")
of_subject = click.argument("subject", type=click.Choice([one.value for one in Subject]))
MARKS: Final = {Verdict.PASSED: "ok", Verdict.FAILED: "--", Verdict.NOT_APPLICABLE: ".."}


@cli.command("audit")
def audit() -> None:
    """Compute all holdings a second time from movements alone; exit 1 where the books disagree."""
    with transaction() as session:
        made = commands.audit_books(session, actor=SYSTEM, at=clock.now())
        findings, said = made.findings, f"{made.movements} movements, {made.units} units"
    for finding in findings:
        click.echo(json.dumps(finding, ensure_ascii=False))
    if findings:
        raise click.ClickException(f"the books disagree: {said}; new movements are stopped")
    click.echo(f"the books agree: {said}")


@cli.command("dry-run")
@of_subject
@click.argument("case_id", type=int)
@click.argument("act", type=click.Choice([one.value for one in CaseAct]))
def dry_run(subject: str, case_id: int, act: str) -> None:
    """Print what every numbered check of an act finds now and write nothing; exit 1 where it would refuse."""
    with transaction() as session:
        report = commands.dry_run_case(
            session, subject=Subject(subject), case_id=case_id, act=CaseAct(act), at=clock.now()
        )
    for one in report.outcomes:
        details = f" {json.dumps(one.details, ensure_ascii=False)}" if one.details else ""
        click.echo(f"{MARKS[one.verdict]} {one.code} {one.source} {one.zh} | {one.en}{details}")
    click.echo(f"{len(report.refusals)} refuse, {len(report.warnings)} warn")
    if report.refusals:
        raise click.exceptions.Exit(1)


@cli.command("import-legacy")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--profile", "name", type=click.Choice(["chongqing", "verra"]), required=True)
@click.option("--as", "login", required=True, help="Login of somebody of the agency.")
@click.option("--owner", "owner_id", type=int, required=True, help="Id of the organisation that owns them.")
@click.option("--methodology", "version_id", type=int, required=True, help="Id of the version they follow.")
def import_legacy(file: Path, name: str, login: str, owner_id: int, version_id: int) -> None:
    """Bring over projects that were approved before the measure from a CSV file; twice is as once."""
    by, at = legacy_lists.profile(name), clock.now()
    zipped = file.suffix == ".gz"
    with gzip.open(file) if zipped else file.open("rb") as raw, transaction() as session:
        lines = io.TextIOWrapper(raw, "utf-8-sig", newline="")
        brought = commands.bring_over_list(
            session,
            actor=acting_as(session, login, at=at),
            rows=legacy_lists.read(csv.DictReader(lines), by),
            source=by.source,
            methodology_version_id=version_id,
            owner_organisation_id=owner_id,
            at=at,
        )
    for number, why in brought.left_out.items():
        click.echo(f"left out {number}: {why}", err=True)
    click.echo(json.dumps({"new": brought.new, "known": brought.known, "left_out": len(brought.left_out)}))
