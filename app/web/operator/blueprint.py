"""The blueprint of the operator's pages, its places and the numbers beside them."""

from collections.abc import Mapping
from typing import Final

from flask import Blueprint

from app.kernel import clock
from app.kernel.session import transaction
from app.reports import claims, queues
from app.web.desk import frame
from app.web.presentation.language import lazy_gettext
from app.web.presentation.navigation import Place, Section
from points import queries as points

blp = Blueprint("operator", __name__, url_prefix="/operator")

SECTIONS: Final = (
    Section(
        lazy_gettext("待办"),
        (
            Place(lazy_gettext("今日概览"), "layout-grid", "operator.home"),
            Place(
                lazy_gettext("低碳场景"),
                "clipboard-check",
                "operator.scenarios",
                within=("operator.scenario",),
                count="scenarios",
                urgent=True,
            ),
            Place(
                lazy_gettext("权益提供单位"),
                "store",
                "operator.merchants",
                within=("operator.merchant",),
                count="merchants",
                urgent=True,
            ),
            Place(
                lazy_gettext("待复核数据"),
                "user-check",
                "operator.held_rows",
                within=("operator.held_row",),
                count="held_rows",
            ),
            Place(
                lazy_gettext("补登申诉"),
                "message-square-warning",
                "operator.claims",
                within=("operator.claim",),
                count="claims",
                urgent=True,
            ),
            Place(
                lazy_gettext("积分更正"),
                "pencil-line",
                "operator.corrections",
                within=("operator.correction",),
                count="corrections",
            ),
        ),
    ),
    Section(
        lazy_gettext("运营"),
        (
            Place(lazy_gettext("积分兑付"), "wallet", "operator.solvency"),
            Place(lazy_gettext("商城货架"), "gift", "operator.shelf"),
            Place(lazy_gettext("转换规则"), "scale", "operator.rules"),
            Place(lazy_gettext("核算方法"), "calculator", "operator.methods"),
            Place(lazy_gettext("评价规范"), "list-checks", "operator.norms"),
            Place(
                lazy_gettext("信息公开"),
                "megaphone",
                "operator.disclosure",
                within=("operator.snapshot",),
            ),
            Place(lazy_gettext("公开数据"), "chart-column", "public.figures"),
        ),
    ),
)


def _counts() -> Mapping[str, int]:
    with transaction() as session:
        found = queues.counts(session)
        waiting = claims.counts(session)
        due = len(points.corrections_due(session, clock.now()))
    return {
        "scenarios": sum(found.scenarios.get(state, 0) for state in queues.OF_OPERATOR),
        "merchants": found.merchants,
        "held_rows": found.held_rows,
        "claims": sum(waiting.get(state.value, 0) for state in claims.OF_OPERATOR),
        "corrections": sum(found.corrections.get(state, 0) for state in ("proposed", "objected")) + due,
    }


frame.install(blp, "operator", SECTIONS, _counts)
