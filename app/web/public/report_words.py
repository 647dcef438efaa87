"""Words for reports of wrongdoing (举报的用语), for the public and for the desk."""

from collections.abc import Mapping
from typing import Final

from app.oversight.states import Act, State
from app.oversight.values import About, Finding
from app.web.presentation.language import lazy_gettext
from app.web.public.labels import Look

ABOUT: Final[Mapping[str, str]] = {
    About.SCENARIO: lazy_gettext("低碳场景数据造假或违规"),
    About.POINTS: lazy_gettext("积分发放、兑换舞弊或倒卖"),
    About.MERCHANT: lazy_gettext("权益提供单位不兑现或违规收费"),
    About.PROJECT: lazy_gettext("减排项目弄虚作假"),
    About.VERIFICATION: lazy_gettext("审定、核查弄虚作假"),
    About.TRADING: lazy_gettext("交易中的欺诈、串通或操纵"),
    About.PERSONAL_DATA: lazy_gettext("泄露或滥用个人信息"),
    About.STAFF: lazy_gettext("工作人员违规"),
    About.OTHER: lazy_gettext("其他违法违规行为"),
}

STATES: Final[Mapping[str, Look]] = {
    State.RECEIVED: Look(lazy_gettext("已收到"), "inbox", "info"),
    State.IN_HANDLING: Look(lazy_gettext("处理中"), "loader", "warn"),
    State.CLOSED: Look(lazy_gettext("已办结"), "circle-check", "good"),
}

ACTS: Final[Mapping[str, Look]] = {
    Act.FILE: Look(lazy_gettext("收到举报"), "inbox", "info"),
    Act.ADD: Look(lazy_gettext("举报人补充"), "message-square-plus", "info"),
    Act.TAKE: Look(lazy_gettext("开始处理"), "user-check", "info"),
    Act.NOTE: Look(lazy_gettext("处理记录"), "notebook-pen", "quiet"),
    Act.ASK: Look(lazy_gettext("请举报人补充"), "circle-question-mark", "warn"),
    Act.CLOSE: Look(lazy_gettext("办结并答复"), "circle-check", "good"),
}

FINDINGS: Final[Mapping[str, str]] = {
    Finding.CONFIRMED: lazy_gettext("属实"),
    Finding.PARTLY: lazy_gettext("部分属实"),
    Finding.NOT_CONFIRMED: lazy_gettext("未发现所反映的情况"),
    Finding.NOT_OURS: lazy_gettext("不属于受理范围"),
}

_UNKNOWN: Final = Look("—")


def state_look(state: str) -> Look:
    """Return how a state is shown."""
    return STATES.get(state, _UNKNOWN)


def act_look(act: str) -> Look:
    """Return how an act is shown."""
    return ACTS.get(act, _UNKNOWN)


HELPERS: Final = {
    "about_name": lambda about: ABOUT.get(about, about),
    "act_look": act_look,
    "finding_name": lambda finding: FINDINGS.get(finding, finding),
    "state_look": state_look,
}
"""What the templates of reports are given."""
