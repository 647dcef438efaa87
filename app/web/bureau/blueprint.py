"""The blueprint of the Bureau's pages, its places and the numbers beside them."""

from collections.abc import Mapping
from typing import Final

from flask import Blueprint

from app.kernel.session import transaction
from app.oversight import queries as oversight
from app.reports import queues
from app.web.desk import frame
from app.web.presentation.language import lazy_gettext
from app.web.presentation.navigation import Place, Section

blp = Blueprint("bureau", __name__, url_prefix="/bureau")

SECTIONS: Final = (
    Section(
        lazy_gettext("待办"),
        (
            Place(lazy_gettext("今日概览"), "layout-grid", "bureau.home"),
            Place(
                lazy_gettext("场景审批"),
                "landmark",
                "bureau.scenarios",
                within=("bureau.scenario",),
                count="scenarios",
                urgent=True,
            ),
            Place(
                lazy_gettext("举报处理"),
                "message-square-warning",
                "bureau.reports",
                within=("bureau.report",),
                count="reports",
                urgent=True,
            ),
        ),
    ),
    Section(
        lazy_gettext("监督"),
        (
            Place(
                lazy_gettext("运营主体委托"),
                "signature",
                "bureau.appointments",
                within=("bureau.new_appointment", "bureau.appointment"),
            ),
            Place(lazy_gettext("年度目标"), "target", "bureau.targets"),
            Place(lazy_gettext("运营数据"), "chart-column", "bureau.figures"),
            Place(lazy_gettext("积分更正报告"), "pencil-line", "bureau.corrections"),
            Place(lazy_gettext("信用名单"), "landmark", "bureau.credit_list"),
            Place(lazy_gettext("审计检索"), "file-search", "bureau.audit_log"),
        ),
    ),
)


def _counts() -> Mapping[str, int]:
    with transaction() as session:
        found = queues.counts(session)
        reports = oversight.counts(session)
    return {
        "scenarios": sum(found.scenarios.get(state, 0) for state in queues.OF_BUREAU),
        "reports": reports.get("received", 0),
    }


frame.install(blp, "bureau", SECTIONS, _counts)
