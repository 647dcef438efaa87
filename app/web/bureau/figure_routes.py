"""Operating figures before the Bureau (运营数据): of any period, in sum, by month and by scenario."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from flask import Response, render_template, request

from app.door.access import current_actor, requires
from app.kernel import audit, clock
from app.kernel.days import day_in_china
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports import period_figures
from app.reports.period_figures import Month, OfScenario, Period, Sums
from app.web.bureau.blueprint import blp
from app.web.desk import periods_of_figures as ranges
from app.web.desk import words
from app.web.desk.downloads import Cell, Table, handed_out
from app.web.presentation.language import gettext


@blp.get("/figures")
@requires(Permission.SUPERVISE)
def figures() -> str:
    """Show what was begun, saved, issued, redeemed and ended within a period."""
    today = day_in_china(clock.now())
    period = Period.of(request.args, today=today)
    with transaction() as session:
        months = period_figures.by_month(session, period)
        found = period_figures.sums(session, period)
        scenarios = period_figures.by_scenario(session, period)
    return render_template(
        "bureau/figures.html",
        period=period,
        choices=ranges.choices(today),
        figures=found,
        months=months,
        scenarios=scenarios,
    )


@blp.get("/figures.<any(csv, xlsx):form>")
@requires(Permission.SUPERVISE)
def figures_file(form: str) -> Response:
    """Hand the figures of a period out as one long list; that it was taken is written down."""
    at = clock.now()
    period = Period.of(request.args, today=day_in_china(at))
    with transaction() as session:
        months = period_figures.by_month(session, period)
        found = period_figures.sums(session, period)
        scenarios = period_figures.by_scenario(session, period)
        audit.record(
            session,
            actor=current_actor(),
            event="supervision.figures.export",
            subject=("period", f"{period.first}/{period.last}"),
            at=at,
            form=form,
        )
    table = Table(
        name=f"figures-{period.first:%Y%m%d}-{period.last:%Y%m%d}",
        headings=[
            gettext("期间起"),
            gettext("期间止"),
            gettext("分类"),
            gettext("对象"),
            gettext("指标"),
            gettext("单位"),
            gettext("数值"),
        ],
        rows=[
            (period.first, period.last, *row)
            for row in (*_sum_rows(found), *_month_rows(months), *_scenario_rows(scenarios))
        ],
    )
    return handed_out(table, form)


def _sum_rows(found: Sums) -> Iterator[tuple[Cell, ...]]:
    whole = gettext("合计")
    for name, label in ranges.labels().items():
        yield (whole, "", label, *_measured(name, getattr(found, name)))
    for kind, label in (("projects", gettext("项目")), ("batches", gettext("减排量批次"))):
        for state, number in getattr(found, kind).items():
            yield (gettext("期末状态"), label, words.word("case", state).label, gettext("个"), number)
    for state, tonnes in found.units_now.items():
        yield (gettext("当前状态"), "CQCER", words.word("unit", state).label, "t", tonnes)


def _month_rows(months: list[Month]) -> Iterator[tuple[Cell, ...]]:
    for month in months:
        for name in ("behaviours", "reduction_g", "issued", "redeemed", "expired", "corrected"):
            yield (
                gettext("按月"),
                f"{month.first:%Y-%m}",
                ranges.labels()[name],
                *_measured(name, getattr(month, name)),
            )


def _scenario_rows(scenarios: list[OfScenario]) -> Iterator[tuple[Cell, ...]]:
    for each in scenarios:
        for name, label in (
            ("rows", gettext("收到的行")),
            ("accepted", gettext("接收的行为")),
            ("reduction_g", gettext("减排量")),
            ("points", gettext("发放积分")),
        ):
            known = "issued" if name == "points" else name
            yield (gettext("按场景"), each.code, label, *_measured(known, getattr(each, name)))


def _measured(name: str, value: Any) -> tuple[str, Cell]:
    """Return unit and value as a reader of a sheet wants them: points as points, grams as grams."""
    if name == "reduction_g":
        return "g", value
    if name in ranges.IN_POINTS:
        return gettext("分"), Decimal(value) / 100
    if name.startswith("units_"):
        return "t", value
    return gettext("个"), value
