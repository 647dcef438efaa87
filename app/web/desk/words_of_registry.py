"""Words for the states of projects, batches and certified reductions (登记状态用语)."""

from collections.abc import Mapping
from typing import Final

from app.web.presentation.language import lazy_gettext
from app.web.public.labels import Look

CASE_STATES: Final[Mapping[str, Look]] = {
    "draft": Look(lazy_gettext("草稿")),
    "uploaded": Look(lazy_gettext("已上传")),
    "returned_incomplete": Look(lazy_gettext("材料不全，已退回")),
    "on_notice": Look(lazy_gettext("公示中")),
    "answering_objections": Look(lazy_gettext("异议答复中")),
    "cleared": Look(lazy_gettext("公示无异议")),
    "submitted": Look(lazy_gettext("已正式提交")),
    "normativity_returned": Look(lazy_gettext("规范性审核退回")),
    "in_evaluation": Look(lazy_gettext("技术评估中")),
    "revision_due": Look(lazy_gettext("待修改")),
    "second_evaluation": Look(lazy_gettext("二次技术评估")),
    "evaluation_failed": Look(lazy_gettext("技术评估未通过")),
    "awaiting_letter": Look(lazy_gettext("待登记函")),
    "letter_issued": Look(lazy_gettext("已出登记函")),
    "registered": Look(lazy_gettext("已登记")),
    "withdrawn": Look(lazy_gettext("已撤回")),
    "refused": Look(lazy_gettext("不予受理")),
    "legacy_approved": Look(lazy_gettext("原办法批准，未登记")),
    "cancelled": Look(lazy_gettext("已注销")),
    "revoked": Look(lazy_gettext("已撤销")),
}

UNIT_STATES: Final[Mapping[str, Look]] = {
    "held": Look(lazy_gettext("持有")),
    "reserved": Look(lazy_gettext("办理中")),
    "in_trading": Look(lazy_gettext("交易中")),
    "frozen": Look(lazy_gettext("冻结")),
    "cancelled": Look(lazy_gettext("已注销")),
}
