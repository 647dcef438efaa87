"""The operator's lists to take away (下载清单): scenarios, merchants, the shelf, as they are filtered."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

from flask import Response, request
from sqlalchemy.orm import Session

from app.door.access import current_actor, requires
from app.kernel import audit, clock
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports import merchant_files, scenario_lists, shelf_lists
from app.reports.sorting import UNSORTED
from app.web.desk import words
from app.web.desk.downloads import Cell, Table, handed_out
from app.web.operator.blueprint import blp
from app.web.presentation.language import gettext


@blp.get("/scenarios.<any(csv, xlsx):form>")
@requires(Permission.ASSESS_SCENARIO)
def scenarios_file(form: str) -> Response:
    """Hand out the scenarios that are looked for."""
    headings = [
        gettext("代码"),
        gettext("场景"),
        gettext("场景方"),
        gettext("区县"),
        gettext("状态"),
        gettext("申请时间"),
        gettext("上架时间"),
        gettext("迟报期限"),
    ]

    def row(each: scenario_lists.Line) -> tuple[Cell, ...]:
        found = each.scenario
        state = words.word("scenario", found.state).label
        start = (found.code, found.name, each.host.name, each.area.name, state)
        return (*start, found.applied_at, found.listed_at, found.lateness_days)

    asked = scenario_lists.Asked.of(request.args)
    return _taken("scenarios", form, headings, scenario_lists.every, asked, row)


@blp.get("/merchants.<any(csv, xlsx):form>")
@requires(Permission.ADMIT_MERCHANT)
def merchants_file(form: str) -> Response:
    """Hand out the merchants that are looked for."""
    headings = [
        gettext("单位"),
        gettext("类别"),
        gettext("区县"),
        gettext("地址"),
        gettext("状态"),
        gettext("申请时间"),
        gettext("准入时间"),
        gettext("在架权益"),
    ]

    def row(each: merchant_files.Line) -> tuple[Cell, ...]:
        found = each.merchant
        category, state = (
            words.word("category", found.category).label,
            words.word("merchant", found.state).label,
        )
        start = (found.name, category, each.area.name, found.address, state)
        return (*start, found.applied_at, found.admitted_at, each.offers)

    asked = merchant_files.Asked.of(request.args)
    return _taken("merchants", form, headings, merchant_files.every, asked, row)


@blp.get("/shelf.<any(csv, xlsx):form>")
@requires(Permission.MANAGE_SHELF)
def shelf_file(form: str) -> Response:
    """Hand out the offers that are looked for."""
    headings = [
        gettext("权益"),
        gettext("单位"),
        gettext("类别"),
        gettext("价格"),
        gettext("库存"),
        gettext("已兑"),
        gettext("可兑开始日期"),
        gettext("可兑结束日期"),
        gettext("状态"),
    ]

    def row(each: Any) -> tuple[Cell, ...]:
        offer, merchant = each
        category, state = (
            words.word("category", offer.category).label,
            words.word("offer", offer.state).label,
        )
        price = Decimal(offer.price) / 100
        counts = (offer.stock, offer.stock_taken, offer.valid_from, offer.valid_until)
        return (offer.title, merchant.name, category, price, *counts, state)

    asked = shelf_lists.Asked.of(request.args)
    return _taken("shelf", form, headings, shelf_lists.offers, asked, row)


def _taken(
    name: str,
    form: str,
    headings: list[str],
    page_of: Callable[[Session, Any], Any],
    asked: Any,
    row: Callable[[Any], tuple[Cell, ...]],
) -> Response:
    """Hand a list out from its first page to its last, and write down that it was taken."""
    with transaction() as session:
        rows = [row(each) for each in _every(session, page_of, asked)]
        audit.record(
            session,
            actor=current_actor(),
            event=f"operations.{name}.export",
            subject=(name, ""),
            at=clock.now(),
            form=form,
            rows=len(rows),
        )
    return handed_out(Table(name=name, headings=headings, rows=rows), form)


def _every(session: Session, page_of: Callable[[Session, Any], Any], asked: Any) -> Iterator[Any]:
    before: int | None = None
    while True:
        page = page_of(session, replace(asked, before=before, order=UNSORTED))
        yield from page.lines
        if page.before is None:
            return
        before = page.before
