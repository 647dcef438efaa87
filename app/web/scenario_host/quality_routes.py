"""How good the host's data is (数据质量), and the statement of each month (月度报表)."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from flask import Response, render_template, request
from sqlalchemy.orm import Session

from app.door.access import requires
from app.kernel import clock
from app.kernel.days import day_in_china
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.kernel.units import HUNDREDTHS
from app.reports import host_quality
from app.reports.host_quality import Quality, QualityDay, Received
from app.reports.monthly_figures import months_up_to
from app.web.desk import words
from app.web.desk.downloads import Cell, Table, handed_out
from app.web.desk.periods import month_of, period_named
from app.web.presentation.amounts import percent
from app.web.presentation.language import gettext
from app.web.scenario_host.blueprint import blp
from app.web.scenario_host.own import own_scenario, own_scenarios
from scenarios.models import Scenario
from scenarios.values import Outcome

USUAL: Final = timedelta(days=29)
LONGEST: Final = timedelta(days=366)
MONTHS: Final = 12


@blp.get("/quality")
@requires(Permission.READ_OWN_UPLOADS)
def quality() -> str:
    """Show acceptance, lateness and duplicates day by day, of one scenario or of all."""
    with transaction() as session:
        mine = own_scenarios(session)
        found = _asked(session)
    return render_template(
        "scenario_host/quality.html",
        scenarios=mine,
        found=found,
        code=request.args.get("code", ""),
        today=day_in_china(clock.now()),
        permille_text=_permille_text,
    )


@blp.get("/quality.<any(csv, xlsx):form>")
@requires(Permission.READ_OWN_UPLOADS)
def quality_file(form: str) -> Response:
    """Hand out the days as a file."""
    with transaction() as session:
        found = _asked(session)
    return handed_out(_days_table(f"quality-{found.since:%Y%m%d}-{found.until:%Y%m%d}", found.days), form)


@blp.get("/statements")
@requires(Permission.READ_OWN_UPLOADS)
def statements() -> str:
    """List the last twelve months with what came of each."""
    today = day_in_china(clock.now())
    with transaction() as session:
        real = _real(session)
        months = [
            host_quality.received(session, real, since=month.since, until=min(month.until, today))
            for month in map(month_of, reversed(months_up_to(today, MONTHS)))
        ]
    return render_template("scenario_host/statements.html", months=months, today=today)


@blp.get("/statements/<name>")
@requires(Permission.READ_OWN_UPLOADS)
def statement(name: str) -> str:
    """Show the statement of a month: by scenario, by outcome and by day; sandboxes are not in it."""
    at = clock.now()
    today = day_in_china(at)
    period = period_named(name, today=today, days=False)
    with transaction() as session:
        found = host_quality.received(
            session, _real(session), since=period.since, until=min(period.until, today)
        )
    return render_template("scenario_host/statement.html", period=period, found=found, at=at, today=today)


@blp.get("/statements/<name>/<any(days, scenarios):part>.<any(csv, xlsx):form>")
@requires(Permission.READ_OWN_UPLOADS)
def statement_file(name: str, part: str, form: str) -> Response:
    """Hand out a month by day or by scenario."""
    today = day_in_china(clock.now())
    period = period_named(name, today=today, days=False)
    with transaction() as session:
        found = host_quality.received(
            session, _real(session), since=period.since, until=min(period.until, today)
        )
    if part == "days":
        return handed_out(_days_table(f"statement-{period.name}-days", found.days), form)
    table = Table(
        name=f"statement-{period.name}-scenarios",
        headings=[gettext("场景代码"), gettext("场景"), *_headings()],
        rows=[[each.scenario.code, each.scenario.name, *_figures(each.quality)] for each in found.scenarios],
    )
    return handed_out(table, form)


def _asked(session: Session) -> Received:
    """Return what is asked for: one scenario or every real one, the last thirty days where none are named."""
    today = day_in_china(clock.now())
    until = min(_day("until") or today, today)
    since = _day("since") or until - USUAL
    if since > until:
        since, until = until, since
    code = request.args.get("code", "")
    chosen = [own_scenario(session, code)] if code else _real(session)
    return host_quality.received(session, chosen, since=max(since, until - LONGEST), until=until)


def _real(session: Session) -> list[Scenario]:
    return [scenario for scenario in own_scenarios(session) if not scenario.sandbox]


def _days_table(name: str, days: Sequence[QualityDay]) -> Table:
    return Table(
        name=name,
        headings=[gettext("日期"), *_headings()],
        rows=[[each.day, *_figures(each.quality)] for each in days],
    )


def _headings() -> list[str]:
    return [
        gettext("收到行数"),
        *(words.word("outcome", outcome.value).label for outcome in Outcome),
        gettext("减排量（克）"),
        gettext("发放积分"),
    ]


def _figures(found: Quality) -> list[Cell]:
    return [
        found.rows,
        *(found.of(outcome.value) for outcome in Outcome),
        found.reduction_g,
        Decimal(found.points) / HUNDREDTHS,
    ]


def _permille_text(value: int) -> str:
    return percent(value, 1000)


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
