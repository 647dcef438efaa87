"""Words for units and what is done with them (减排量用语): states, movements, purposes, beneficiaries."""

from collections.abc import Mapping
from typing import Final

from app.web.presentation.language import lazy_gettext
from app.web.public.labels import Look

UNIT_STATES: Final[Mapping[str, Look]] = {
    "held": Look(lazy_gettext("持有"), "circle-check", "good"),
    "reserved": Look(lazy_gettext("业务办理中"), "clock", "info"),
    "in_trading": Look(lazy_gettext("交易中"), "arrow-left-right", "info"),
    "frozen_offset": Look(lazy_gettext("因履约抵销冻结"), "snowflake", "warn"),
    "frozen_order": Look(lazy_gettext("依令冻结"), "snowflake", "warn"),
    "cancelled": Look(lazy_gettext("已注销"), "circle-off", "quiet"),
}
MOVEMENT_KINDS: Final[Mapping[str, Look]] = {
    "issue": Look(lazy_gettext("登记签发"), "stamp", "green"),
    "gift": Look(lazy_gettext("无偿提供"), "gift", "pink"),
    "succeed": Look(lazy_gettext("承继"), "users", "violet"),
    "deposit": Look(lazy_gettext("转入交易"), "log-in", "blue"),
    "withdraw": Look(lazy_gettext("转出交易"), "log-out", "blue"),
    "trade": Look(lazy_gettext("交易过户"), "arrow-left-right", "blue"),
    "freeze": Look(lazy_gettext("冻结"), "snowflake", "amber"),
    "unfreeze": Look(lazy_gettext("解冻"), "sun", "amber"),
    "hold_for_offset": Look(lazy_gettext("因履约抵销冻结"), "snowflake", "amber"),
    "release_from_offset": Look(lazy_gettext("解除履约抵销冻结"), "sun", "amber"),
    "cancel": Look(lazy_gettext("注销"), "circle-off", "grey"),
}
PURPOSES: Final[Mapping[str, Look]] = {
    "compliance_offset": Look(lazy_gettext("履约抵销"), "scale", "blue"),
    "event_neutrality": Look(lazy_gettext("会议（活动）碳中和"), "calendar-heart", "green"),
    "own_operations": Look(lazy_gettext("自身运营碳中和"), "building-2", "green"),
    "personal": Look(lazy_gettext("个人自愿注销"), "user", "green"),
    "judicial": Look(lazy_gettext("司法认购（替代性修复）"), "gavel", "violet"),
    "public_benefit": Look(lazy_gettext("公益"), "heart-handshake", "pink"),
    "ordered": Look(lazy_gettext("责令注销"), "scroll-text", "amber"),
    "forced": Look(lazy_gettext("强制注销"), "gavel", "red"),
    "owner_lost": Look(lazy_gettext("业主灭失注销"), "circle-off", "grey"),
}
CATEGORIES: Final[Mapping[str, Look]] = {
    "engineering": Look(lazy_gettext("工程类"), "factory", "blue"),
    "sink": Look(lazy_gettext("生态碳汇类"), "trees", "green"),
    "inclusion": Look(lazy_gettext("碳普惠类"), "users", "amber"),
}
GROUNDS: Final[Mapping[str, Look]] = {
    "owner_wish": Look(lazy_gettext("业主自愿注销")),
    "owner_lost": Look(lazy_gettext("主体灭失")),
    "project_gone": Look(lazy_gettext("项目不复存续")),
    "fraud": Look(lazy_gettext("弄虚作假，撤销登记")),
}
PROJECT_ENDS: Final[Mapping[str, Look]] = {
    "cancelled": Look(lazy_gettext("项目已注销"), "circle-off", "quiet"),
    "revoked": Look(lazy_gettext("登记已撤销"), "gavel", "bad"),
}
WORDS: Final[Mapping[str, Mapping[str, Look]]] = {
    "state": UNIT_STATES,
    "kind": MOVEMENT_KINDS,
    "purpose": PURPOSES,
    "category": CATEGORIES,
    "ground": GROUNDS,
    "end": PROJECT_ENDS,
}


def unit_word(kind: str, value: object) -> Look:
    """Return how a value is shown; one without a word is shown as it is."""
    return WORDS[kind].get(str(value)) or Look(str(value))
