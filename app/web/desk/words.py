"""Words for the values that staff see (用语): each value's name, its icon and its tone.

A value that has no word here is shown as it is, so that a new one is never hidden.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final

from app.kernel.errors import Refusal
from app.web.desk import words_of_intake, words_of_registry
from app.web.presentation import amounts
from app.web.presentation.language import current_language, gettext, lazy_gettext
from app.web.presentation.preferences import Language
from app.web.public.labels import (
    CATEGORIES,
    CERTAINTIES,
    DATA_KINDS,
    LIFE_FIELDS,
    Look,
    icon_of,
    tone_of,
    unit_name,
)
from scenarios import methods

SCENARIO_STATES: Final[Mapping[str, Look]] = {
    "applied": Look(lazy_gettext("待受理"), "inbox", "info"),
    "under_assessment": Look(lazy_gettext("评估中"), "clipboard-check", "info"),
    "assessed": Look(lazy_gettext("待双方确认"), "handshake", "warn"),
    "agreed": Look(lazy_gettext("待主管部门审批"), "landmark", "warn"),
    "approved": Look(lazy_gettext("已批准，待上架"), "badge-check", "good"),
    "listed": Look(lazy_gettext("已上架"), "circle-check", "good"),
    "suspended": Look(lazy_gettext("已暂停"), "circle-pause", "warn"),
    "delisted": Look(lazy_gettext("已下架"), "circle-off", "quiet"),
    "rejected": Look(lazy_gettext("未通过"), "circle-x", "bad"),
}

SCENARIO_ACTS: Final[Mapping[str, Look]] = {
    "apply": Look(lazy_gettext("提交登记申请"), "send", "good"),
    "take_up": Look(lazy_gettext("受理申请"), "inbox", "good"),
    "pass": Look(lazy_gettext("评估通过"), "clipboard-check", "good"),
    "fail": Look(lazy_gettext("评估未通过"), "circle-x", "bad"),
    "accept": Look(lazy_gettext("一方确认协议"), "handshake", "good"),
    "agree": Look(lazy_gettext("双方协商一致"), "handshake", "good"),
    "approve": Look(lazy_gettext("主管部门同意登记"), "landmark", "good"),
    "reject": Look(lazy_gettext("主管部门不予登记"), "circle-x", "bad"),
    "list": Look(lazy_gettext("上架运行"), "rocket", "good"),
    "suspend": Look(lazy_gettext("已暂停"), "circle-pause", "warn"),
    "resume": Look(lazy_gettext("已恢复"), "circle-play", "good"),
    "delist": Look(lazy_gettext("已下架"), "circle-off", "quiet"),
}

MERCHANT_STATES: Final[Mapping[str, Look]] = {
    "applied": Look(lazy_gettext("待准入"), "inbox", "info"),
    "admitted": Look(lazy_gettext("已入驻"), "circle-check", "good"),
    "suspended": Look(lazy_gettext("已暂停"), "circle-pause", "warn"),
    "left": Look(lazy_gettext("已退出"), "door-open", "quiet"),
    "rejected": Look(lazy_gettext("未准入"), "circle-x", "bad"),
}

MERCHANT_ACTS: Final[Mapping[str, Look]] = {
    "apply": Look(lazy_gettext("提出入驻申请"), "send", "good"),
    "admit": Look(lazy_gettext("准予入驻"), "badge-check", "good"),
    "reject": Look(lazy_gettext("不予入驻"), "circle-x", "bad"),
    "suspend": Look(lazy_gettext("已暂停"), "circle-pause", "warn"),
    "resume": Look(lazy_gettext("已恢复"), "circle-play", "good"),
    "leave": Look(lazy_gettext("已退出"), "door-open", "quiet"),
    "rejoin": Look(lazy_gettext("已重新加入"), "door-closed", "good"),
    "apply_again": Look(lazy_gettext("再次申请"), "send", "good"),
}

OFFER_STATES: Final[Mapping[str, Look]] = {
    "draft": Look(lazy_gettext("草稿"), "file-pen", "quiet"),
    "on_shelf": Look(lazy_gettext("在架"), "circle-check", "good"),
    "off_shelf": Look(lazy_gettext("已下架"), "circle-off", "quiet"),
    "blocked": Look(lazy_gettext("被运营主体屏蔽"), "ban", "bad"),
}

REDEMPTION_STATES: Final[Mapping[str, Look]] = {
    "reserved": Look(lazy_gettext("待受理"), "clock", "info"),
    "fulfilled": Look(lazy_gettext("已受理"), "circle-check", "good"),
    "refused": Look(lazy_gettext("未受理，积分已退回"), "circle-x", "bad"),
    "timed_out": Look(lazy_gettext("逾期未用，积分已退回"), "undo-2", "quiet"),
    "withdrawn": Look(lazy_gettext("顾客已放弃"), "undo-2", "quiet"),
}

CORRECTION_STATES: Final[Mapping[str, Look]] = {
    "proposed": Look(lazy_gettext("待另一人确认"), "user-check", "warn"),
    "confirmed": Look(lazy_gettext("异议期内"), "clock", "info"),
    "objected": Look(lazy_gettext("有异议，待答复"), "message-square", "bad"),
    "answered": Look(lazy_gettext("异议已答复"), "message-square-text", "info"),
    "executed": Look(lazy_gettext("已更正"), "circle-check", "good"),
    "withdrawn": Look(lazy_gettext("已撤回"), "undo-2", "quiet"),
}

RULE_STATES: Final[Mapping[str, Look]] = {
    "to_come": Look(lazy_gettext("已公布，未生效"), "calendar-clock", "info"),
    "in_force": Look(lazy_gettext("现行"), "circle-check", "good"),
    "before": Look(lazy_gettext("已被取代"), "history", "quiet"),
}

APPOINTMENT_STATES: Final[Mapping[str, Look]] = {
    "to_come": Look(lazy_gettext("未开始"), "calendar-clock", "info"),
    "in_force": Look(lazy_gettext("委托期内"), "circle-check", "good"),
    "before": Look(lazy_gettext("已结束"), "history", "quiet"),
}

MEASURES: Final[Mapping[str, Look]] = {
    "accounts": Look(lazy_gettext("公众碳账户（个）"), "users", "blue"),
    "scenarios": Look(lazy_gettext("上架低碳场景（个）"), "compass", "green"),
    "reduction_g": Look(lazy_gettext("公众减排量（吨）"), "leaf", "green"),
    "points_redeemed": Look(lazy_gettext("已兑换积分（分）"), "gift", "pink"),
}

ORGANISATION_KINDS: Final[Mapping[str, Look]] = {
    "enterprise": Look(lazy_gettext("企业")),
    "public_institution": Look(lazy_gettext("事业单位")),
    "social_group": Look(lazy_gettext("社会团体")),
    "association": Look(lazy_gettext("协会")),
    "government": Look(lazy_gettext("机关")),
    "other": Look(lazy_gettext("其他组织")),
}

ROLES: Final[Mapping[str, Look]] = {
    "merchant_clerk": Look(lazy_gettext("店员"), "user", "info"),
    "merchant_manager": Look(lazy_gettext("店长"), "user-check", "good"),
    "host_clerk": Look(lazy_gettext("数据员"), "user", "info"),
    "host_staff": Look(lazy_gettext("管理员"), "user-check", "good"),
    "operator_officer": Look(lazy_gettext("运营经办人"), "user", "info"),
    "operator_reviewer": Look(lazy_gettext("运营复核人"), "user-check", "good"),
    "bureau_officer": Look(lazy_gettext("市局经办人"), "landmark", "good"),
    "district_officer": Look(lazy_gettext("区县监督员"), "map-pin", "info"),
    "agency_officer": Look(lazy_gettext("登记经办人"), "user", "info"),
    "agency_reviewer": Look(lazy_gettext("登记复核人"), "user-check", "good"),
    "exchange_officer": Look(lazy_gettext("交易机构经办人"), "user", "info"),
}

SCOPES: Final[Mapping[str, Look]] = {
    "behaviour.upload": Look(lazy_gettext("上传行为数据"), "upload"),
    "upload.read_own": Look(lazy_gettext("查询上传结果"), "list-checks"),
    "authorisation.propose": Look(lazy_gettext("提出用户关联"), "link"),
    "profile.manage": Look(lazy_gettext("管理映射配置"), "file-cog"),
    "redemption.settle": Look(lazy_gettext("受理兑换"), "scan-line"),
    "webhook.manage": Look(lazy_gettext("管理事件推送"), "webhook"),
}

WORDS: Final[Mapping[str, Mapping[str, Look]]] = {
    "appointment": APPOINTMENT_STATES,
    "case": words_of_registry.CASE_STATES,
    "category": CATEGORIES,
    "certainty": CERTAINTIES,
    "correction": CORRECTION_STATES,
    "data_kind": {**DATA_KINDS, **words_of_intake.DATA_KINDS},
    "door": words_of_intake.DOORS,
    "life_field": LIFE_FIELDS,
    "measure": MEASURES,
    "merchant": MERCHANT_STATES,
    "merchant_act": MERCHANT_ACTS,
    "offer": OFFER_STATES,
    "organisation_kind": ORGANISATION_KINDS,
    "outcome": words_of_intake.OUTCOMES,
    "reason": words_of_intake.REASONS,
    "redemption": REDEMPTION_STATES,
    "role": ROLES,
    "rule": RULE_STATES,
    "scenario": SCENARIO_STATES,
    "scenario_act": SCENARIO_ACTS,
    "scope": SCOPES,
    "unit": words_of_registry.UNIT_STATES,
    "upload": words_of_intake.UPLOAD_STATES,
}


def word(kind: str, value: object) -> Look:
    """Return how a value of a kind is shown; one without a word is shown as it is."""
    return WORDS[kind].get(str(value)) or Look(str(value))


def wording(kind: str) -> list[tuple[str, str]]:
    """Return every value of a kind with its name, for a field that offers them."""
    return [(value, look.label) for value, look in WORDS[kind].items()]


def in_words(chinese: str, english: str | None) -> str:
    """Return the text in the language of the page; Chinese where there is no English."""
    return english if english and current_language() is Language.ENGLISH else chinese


def method_name(code: str) -> str:
    """Return the name of an accounting method in the language of the page; its code where it is unknown."""
    known = methods.seeded().get(code)
    return in_words(known.zh, known.en) if known is not None else code


def in_series(items: Iterable[str]) -> str:
    """Return texts one after the other, parted as the language of the page does."""
    return ("、" if current_language() is Language.CHINESE else ", ").join(str(item) for item in items)


def words_of(kind: str, values: Iterable[object]) -> str:
    """Return the names of several values of a kind."""
    return in_series(word(kind, value).label for value in values)


@cache
def _titles() -> Mapping[str, str]:
    """Return the title of every refusal by its code."""
    found: dict[str, str] = {}
    waiting: list[type[Refusal]] = [Refusal]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        found[kind.code] = kind.title
    return found


def failure_title(code: str) -> str:
    """Return what the code of a refusal means, in the language of the page."""
    title = _titles().get(code)
    return gettext(title) if title is not None else code


HELPERS: Final[Mapping[str, Any]] = {
    "failure_title": failure_title,
    "icon_of": icon_of,
    "tone_of": tone_of,
    "in_series": in_series,
    "in_words": in_words,
    "method_name": method_name,
    "points_shown": amounts.points,
    "grams_shown": amounts.grams,
    "unit_name": unit_name,
    "word": word,
    "wording": wording,
    "words_of": words_of,
}
