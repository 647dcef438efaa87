"""Periods that are often asked for, and the names of the figures (常用期间与指标名称)."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from app.reports.period_figures import Period
from app.web.presentation.language import gettext, lazy_gettext

IN_POINTS: Final = frozenset({"issued", "redeemed", "expired", "closed", "corrected", "outstanding"})

_LABELS: Final[Mapping[str, str]] = {
    "accounts_opened": lazy_gettext("新开公众碳账户"),
    "accounts_closed": lazy_gettext("注销公众碳账户"),
    "accounts": lazy_gettext("期末公众碳账户"),
    "scenarios_applied": lazy_gettext("申请登记的场景"),
    "scenarios_listed": lazy_gettext("新上架场景"),
    "scenarios": lazy_gettext("期末在架场景"),
    "merchants_admitted": lazy_gettext("新准入权益单位"),
    "merchants": lazy_gettext("期末权益单位"),
    "behaviours": lazy_gettext("产生积分的行为"),
    "people": lazy_gettext("参与人数"),
    "reduction_g": lazy_gettext("公众减排量"),
    "issued": lazy_gettext("发放积分"),
    "redeemed": lazy_gettext("兑换核销"),
    "expired": lazy_gettext("到期失效"),
    "closed": lazy_gettext("注销账户收回"),
    "corrected": lazy_gettext("更正收回"),
    "outstanding": lazy_gettext("期末流通积分"),
    "redemptions": lazy_gettext("发起兑换"),
    "fulfilled": lazy_gettext("完成兑换"),
    "units_issued": lazy_gettext("登记的减排量"),
    "units_cancelled": lazy_gettext("注销的减排量"),
}


def labels() -> Mapping[str, str]:
    """Return what each figure is called, in the order of the list."""
    return _LABELS


def choices(today: date) -> list[tuple[str, Period]]:
    """Return periods to choose from."""
    month = today.replace(day=1)
    before = month - timedelta(days=1)
    quarter = date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
    year = date(today.year, 1, 1)
    return [
        (gettext("本月"), Period(first=month, last=today)),
        (gettext("上月"), Period(first=before.replace(day=1), last=before)),
        (gettext("本季度"), Period(first=quarter, last=today)),
        (gettext("本年"), Period(first=year, last=today)),
        (gettext("上年"), Period(first=date(today.year - 1, 1, 1), last=year - timedelta(days=1))),
    ]
