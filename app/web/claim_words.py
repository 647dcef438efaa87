"""How the states and steps of a claim are called (补登申诉), for its citizen and for the operator alike."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from app.reports.actor_names import ActorName
from app.web.presentation.dates import instant
from app.web.presentation.language import lazy_gettext
from app.web.public.labels import Look
from scenarios.models import ClaimStep

STATES: Final[Mapping[str, Look]] = {
    "filed": Look(lazy_gettext("已提交，等待答复"), "clock", "info"),
    "with_host": Look(lazy_gettext("已请场景方补传"), "send", "info"),
    "resolved": Look(lazy_gettext("已补传"), "circle-check", "good"),
    "refused": Look(lazy_gettext("未支持"), "circle-x", "warn"),
    "appealed": Look(lazy_gettext("复核中"), "scale", "info"),
    "upheld": Look(lazy_gettext("复核后维持"), "gavel", "quiet"),
    "withdrawn": Look(lazy_gettext("已撤回"), "undo-2", "quiet"),
}
STEPS: Final[Mapping[str, Look]] = {
    "file": Look(lazy_gettext("提出申诉"), "file-plus", "good"),
    "forward": Look(lazy_gettext("请场景方补传"), "send", "info"),
    "resolve": Look(lazy_gettext("数据已补传并计入"), "circle-check", "good"),
    "refuse": Look(lazy_gettext("不予支持"), "circle-x", "warn"),
    "appeal": Look(lazy_gettext("申请复核"), "scale", "info"),
    "uphold": Look(lazy_gettext("复核后维持原答复"), "gavel", "warn"),
    "withdraw": Look(lazy_gettext("撤回申诉"), "undo-2", "quiet"),
}


def told(
    steps: Sequence[ClaimStep], names: Mapping[str, ActorName] | None, label: Any
) -> list[dict[str, Any]]:
    """Return the steps for a timeline, the latest first; who acted is told where `names` are given."""
    events = []
    for step in reversed(steps):
        look = STEPS[step.act]
        who = f" · {label(names.get(step.actor))}" if names is not None else ""
        events.append(
            {
                "title": look.label,
                "icon": look.icon,
                "tone": look.tone,
                "meta": f"{instant(step.at)}{who}",
                "text": step.reason or "",
            }
        )
    return events
