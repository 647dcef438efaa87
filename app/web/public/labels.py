"""Words for the values of the domain (用语): each value's name for people, its icon and its tone.

A value that has no word here is shown as it is, so that a new one is never hidden.
"""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from flask import Blueprint

from app.web.presentation import amounts
from app.web.presentation.icons import IconDoesNotExist, icon
from app.web.presentation.language import current_language, gettext, lazy_gettext, ngettext
from app.web.presentation.preferences import Language
from scenarios.methods.values import UNIT_NAMES, Unit

_KEY: Final = re.compile(r"(?<![^；])[SP]\d+\s+")


class Look(NamedTuple):
    """How a value is shown."""

    label: str
    icon: str = "circle-dot"
    tone: str = "quiet"


ENTRY_KINDS: Final[Mapping[str, Look]] = {
    "issue": Look(lazy_gettext("减碳获得"), "leaf", "green"),
    "reserve": Look(lazy_gettext("兑换预留"), "gift", "pink"),
    "release": Look(lazy_gettext("退回"), "undo-2", "blue"),
    "cancel": Look(lazy_gettext("兑换核销"), "circle-check", "grey"),
    "expire": Look(lazy_gettext("到期失效"), "calendar-clock", "grey"),
    "close": Look(lazy_gettext("注销账户"), "door-closed", "grey"),
    "correct": Look(lazy_gettext("更正"), "pencil-line", "amber"),
}

REDEMPTION_STATES: Final[Mapping[str, Look]] = {
    "reserved": Look(lazy_gettext("待使用"), "clock", "info"),
    "fulfilled": Look(lazy_gettext("已使用"), "circle-check", "good"),
    "refused": Look(lazy_gettext("商家未受理"), "circle-x", "warn"),
    "timed_out": Look(lazy_gettext("过期已退回"), "undo-2", "quiet"),
    "withdrawn": Look(lazy_gettext("已放弃"), "undo-2", "quiet"),
}

CATEGORIES: Final[Mapping[str, Look]] = {
    "transit": Look(lazy_gettext("出行"), "bus", "green"),
    "food": Look(lazy_gettext("餐饮"), "utensils", "amber"),
    "groceries": Look(lazy_gettext("生活"), "shopping-basket", "cyan"),
    "culture": Look(lazy_gettext("文化"), "ticket", "violet"),
    "services": Look(lazy_gettext("服务"), "wrench", "blue"),
    "public_benefit": Look(lazy_gettext("公益"), "heart-handshake", "pink"),
}

LIFE_FIELDS: Final[Mapping[str, Look]] = {
    "clothing": Look(lazy_gettext("衣"), "shirt", "violet"),
    "food": Look(lazy_gettext("食"), "utensils", "pink"),
    "housing": Look(lazy_gettext("住"), "house", "cyan"),
    "transport": Look(lazy_gettext("行"), "train-front", "green"),
    "daily_use": Look(lazy_gettext("用"), "recycle", "amber"),
}

SCENARIO_STATES: Final[Mapping[str, Look]] = {
    "listed": Look(lazy_gettext("运行中"), "circle-check", "good"),
    "suspended": Look(lazy_gettext("暂停中"), "circle-pause", "warn"),
    "delisted": Look(lazy_gettext("已下架"), "circle-off", "quiet"),
}

DATA_KINDS: Final[Mapping[str, Look]] = {
    "trip_time": Look(lazy_gettext("出行时间"), "clock"),
    "ride_time": Look(lazy_gettext("骑行时间"), "clock"),
    "order_time": Look(lazy_gettext("下单时间"), "clock"),
    "time": Look(lazy_gettext("发生时间"), "clock"),
    "distance": Look(lazy_gettext("里程"), "route"),
    "duration": Look(lazy_gettext("时长"), "timer"),
    "trip_count": Look(lazy_gettext("次数"), "hash"),
    "ride_count": Look(lazy_gettext("骑行次数"), "hash"),
    "steps": Look(lazy_gettext("步数"), "footprints"),
    "energy": Look(lazy_gettext("电量"), "zap"),
    "weight": Look(lazy_gettext("重量"), "weight"),
    "item_count": Look(lazy_gettext("件数"), "hash"),
    "order_count": Look(lazy_gettext("单数"), "hash"),
}

ACCOUNT_STATES: Final[Mapping[str, Look]] = {
    "applied": Look(lazy_gettext("申请中"), "clock", "info"),
    "active": Look(lazy_gettext("正常"), "circle-check", "good"),
    "restricted": Look(lazy_gettext("受限"), "circle-alert", "warn"),
    "frozen": Look(lazy_gettext("已冻结"), "snowflake", "warn"),
    "closed": Look(lazy_gettext("已注销"), "circle-off", "quiet"),
}

CORRECTION_STATES: Final[Mapping[str, Look]] = {
    "confirmed": Look(lazy_gettext("可以提出异议"), "clock", "warn"),
    "objected": Look(lazy_gettext("异议处理中"), "message-square", "info"),
    "answered": Look(lazy_gettext("异议已答复"), "message-square-text", "info"),
    "executed": Look(lazy_gettext("已更正"), "circle-check", "quiet"),
    "withdrawn": Look(lazy_gettext("已撤回"), "undo-2", "good"),
}

CERTAINTIES: Final[Mapping[str, Look]] = {
    "firm": Look(lazy_gettext("可靠"), "badge-check", "good"),
    "reported": Look(lazy_gettext("公开报道"), "newspaper", "info"),
    "derived": Look(lazy_gettext("推算"), "calculator", "info"),
    "assumed": Look(lazy_gettext("假定"), "circle-alert", "warn"),
    "disputed": Look(lazy_gettext("有争议"), "triangle-alert", "warn"),
    "uncertain": Look(lazy_gettext("不确定"), "circle-question-mark", "warn"),
}

EVIDENCE: Final[Mapping[str, Look]] = {
    "A": Look(lazy_gettext("计量设备直接测得"), "gauge", "good"),
    "B": Look(lazy_gettext("经营者交易记录"), "receipt-text", "good"),
    "C": Look(lazy_gettext("手机或自报数据"), "smartphone", "info"),
    "D": Look(lazy_gettext("行为与减排的联系较弱"), "circle-alert", "warn"),
}

DOCUMENT_TYPES: Final[Mapping[str, Look]] = {
    "resident_id": Look(lazy_gettext("居民身份证")),
    "hk_macao_permit": Look(lazy_gettext("港澳居民来往内地通行证")),
    "taiwan_permit": Look(lazy_gettext("台湾居民来往大陆通行证")),
    "foreign_resident_id": Look(lazy_gettext("外国人永久居留身份证")),
    "passport": Look(lazy_gettext("护照")),
    "other": Look(lazy_gettext("其他身份证件")),
}

TONES_OF_ICONS: Final[Mapping[str, str]] = {
    "train-front": "green",
    "tram-front": "green",
    "bus": "blue",
    "bus-front": "blue",
    "bike": "amber",
    "footprints": "red",
    "car": "violet",
    "plug-zap": "violet",
    "ev-charger": "violet",
    "zap": "violet",
    "lightbulb": "amber",
    "recycle": "cyan",
    "package": "amber",
    "package-open": "amber",
    "utensils": "pink",
    "salad": "pink",
    "soup": "pink",
    "shopping-bag": "red",
    "smartphone": "blue",
    "bed-double": "violet",
    "hotel": "violet",
    "droplets": "cyan",
    "shirt": "violet",
    "leaf": "green",
}

NAMED_UNITS: Final[Mapping[str, tuple[str, str]]] = {
    "ride": ("次", "ride"),
    "piece": ("件", "piece"),
    "order": ("单", "order"),
    "meal": ("餐", "meal"),
    "step": ("步", "step"),
    "min": ("分钟", "min"),
    "m3": ("m³", "m³"),
}
"""Units that are words and no symbols."""

LOOKS: Final[Mapping[str, Mapping[str, Look]]] = {
    "account": ACCOUNT_STATES,
    "category": CATEGORIES,
    "certainty": CERTAINTIES,
    "correction": CORRECTION_STATES,
    "data_kind": DATA_KINDS,
    "document_type": DOCUMENT_TYPES,
    "entry": ENTRY_KINDS,
    "evidence": EVIDENCE,
    "life_field": LIFE_FIELDS,
    "redemption": REDEMPTION_STATES,
    "scenario": SCENARIO_STATES,
}


def look(kind: str, value: object) -> Look:
    """Return how a value of a kind is shown; one without a word is shown as it is."""
    return LOOKS[kind].get(str(value)) or Look(str(value))


def icon_of(name: str) -> str:
    """Return the name of an icon that exists: what a host wrote may not."""
    try:
        icon(name)
    except IconDoesNotExist:
        return "leaf"
    return name


def tone_of(name: str) -> str:
    """Return the tone of a scenario's icon."""
    return TONES_OF_ICONS.get(name, "green")


def in_language(chinese: str, english: str | None) -> str:
    """Return the text in the language of the page; Chinese where there is no English."""
    return english if english and current_language() is Language.ENGLISH else chinese


def source_text(source: str) -> str:
    """Return a source without the keys of the list it stands in: `S67 DB11/T…` → `DB11/T…`."""
    return _KEY.sub("", source)


def unit_name(unit: str) -> str:
    """Return the name of a unit of quantity in the language of the page."""
    if unit not in set(Unit):
        return unit
    return in_language(*UNIT_NAMES[Unit(unit)])


def compound_unit(unit: str) -> str:
    """Write a unit such as `g/km` in the language of the page; symbols are left as they are."""
    return "/".join(in_language(*NAMED_UNITS.get(part, (part, part))) for part in unit.split("/"))


def per_person_and_day(count: int | None, grams: int | None, year: int | None) -> str:
    """Say the caps of a method in one line."""
    told = []
    if count is not None:
        told.append(ngettext("每人每天 %(num)s 次", "每人每天 %(num)s 次", count))
    if grams is not None:
        told.append(gettext("每人每天 %(grams)s", grams=amounts.grams(grams)))
    if year is not None:
        told.append(ngettext("每人每年 %(num)s 次", "每人每年 %(num)s 次", year))
    return " · ".join(told) or gettext("无")


def install(blueprint: Blueprint) -> None:
    """Give the words to every template."""
    for name, function in (
        ("look", look),
        ("icon_of", icon_of),
        ("tone_of", tone_of),
        ("in_language", in_language),
        ("source_text", source_text),
        ("unit_name", unit_name),
        ("compound_unit", compound_unit),
        ("per_person_and_day", per_person_and_day),
    ):
        blueprint.add_app_template_global(function, name)
