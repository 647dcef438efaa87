"""A list of corrections to take away (更正清单下载), alike for the operator and the Bureau."""

from collections.abc import Iterable
from decimal import Decimal

from app.reports.correction_lists import Line
from app.web.desk import registration, words
from app.web.desk.downloads import Table
from app.web.presentation.language import gettext


def table_of(lines: Iterable[Line]) -> Table:
    """Return the list with what Q-25 asks for: clause, reason, people, notice, objection, outcome."""
    return Table(
        name="corrections",
        headings=[
            gettext("编号"),
            gettext("碳账户号"),
            gettext("行为编号"),
            gettext("行为日期"),
            gettext("状态"),
            gettext("拟更正积分"),
            gettext("实际更正积分"),
            gettext("规则条款"),
            gettext("理由"),
            gettext("提出人"),
            gettext("提出时间"),
            gettext("确认人"),
            gettext("通知时间"),
            gettext("异议截止"),
            gettext("异议"),
            gettext("答复"),
            gettext("执行时间"),
        ],
        rows=[
            (
                each.correction.id,
                each.account_number,
                each.correction.behaviour_id,
                each.correction.behaviour_day,
                words.word("correction", each.correction.state).label,
                Decimal(each.correction.amount) / 100,
                None
                if each.correction.executed_amount is None
                else Decimal(each.correction.executed_amount) / 100,
                each.correction.rule_clause,
                each.correction.reason,
                registration.actor_label(each.proposed_by),
                each.correction.proposed_at,
                registration.actor_label(each.confirmed_by) if each.confirmed_by else "",
                each.correction.noticed_at,
                each.correction.object_until,
                each.correction.objection,
                each.correction.answer,
                each.correction.executed_at,
            )
            for each in lines
        ],
    )
