"""`flask calendar …`: bring holiday notices into the calendar of working days (节假日安排)."""

from datetime import datetime
from pathlib import Path

import click

from app.cli.group import Group
from app.kernel import calendar, clock, working_days
from app.kernel.session import transaction

cli = Group("calendar", help="The calendar of working days.")


@cli.command("import")
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--package", is_flag=True, help="Take what the installed package chinesecalendar knows.")
def import_notices(files: tuple[Path, ...], package: bool) -> None:
    """Import notices from JSON FILES, one year each, or from the installed package."""
    if bool(files) == package:
        raise click.UsageError("Give either files or --package.")
    notices = working_days.of_package() if package else []
    for path in files:
        notice = working_days.of_text(path.read_text("utf-8-sig"), source=path.name)
        if notice is None:
            click.echo(f"{path.name}: the notice is not out yet; its days stay provisional.")
        else:
            notices.append(notice)
    with transaction() as session:
        added = working_days.take_in(session, notices, imported_by="command line", at=clock.now())
    click.echo(f"Years added: {', '.join(map(str, added)) or 'none, all is known'}")


@cli.command("deadline")
@click.argument("start", type=click.DateTime(["%Y-%m-%d"]))
@click.argument("count", type=click.IntRange(1, 1000))
def deadline(start: datetime, count: int) -> None:
    """Print the COUNT-th working day after START."""
    with transaction() as session:
        found = calendar.working_days_after(session, start.date(), count)
    click.echo(f"{found.last_day}{' (provisional)' if found.provisional else ''}")
