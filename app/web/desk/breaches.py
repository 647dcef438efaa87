"""What is wrong with a form, field by field, in the words of the page (填写错误).

Refusals name their breaches by field in one of three shapes: a table `breaches`, a list of
`{path, message}`, or the details themselves. Their messages are for machines; this is what people read.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from app.kernel.errors import Refusal
from app.web.desk import breaches_of_profiles
from app.web.desk.words_of_fields import field_name
from app.web.presentation import amounts
from app.web.presentation.language import gettext

Told = Callable[[re.Match[str]], str]

TEXTS: Final = frozenset({"title", "name", "address", "content", "description", "terms", "reason", "remark"})
"""Fields whose bounds count characters."""
POINTS: Final = frozenset({"price", "amount", "goal"})
"""Fields whose bounds are hundredths of a point."""

_BOUNDS: Final = re.compile(r"(?:from )?(-?\d+)(?:-| to )(\d+)")
_PATTERNS: Final[tuple[tuple[str, Told], ...]] = (
    (r"missing|required|must not be empty", lambda _: gettext("请填写")),
    (r"required, (\d+) characters at most", lambda m: gettext("请填写，不超过 %(most)s 个字", most=m[1])),
    (r"unknown|choice", lambda _: gettext("请从列表中选择")),
    (r"malformed", lambda _: gettext("格式有误，请核对")),
    (r"whole", lambda _: gettext("请填写整数")),
    (r"points", lambda _: gettext("请填写积分数，最多两位小数")),
    (r"day", lambda _: gettext("请填写日期，例如 2026-11-20")),
    (r"longer than (\d+)", lambda m: gettext("不超过 %(most)s 个字", most=m[1])),
    (r"file too large", lambda _: gettext("文件过大，请压缩后再选")),
    (r"file type", lambda _: gettext("只接受 PDF、PNG、JPEG 或 WebP 文件")),
    (r"not ticked", lambda _: gettext("请确认后再提交")),
    (r"before valid_from|before_start", lambda _: gettext("不能早于开始日期")),
    (r"early_end", lambda _: gettext("应为今天或以后，并早于原结束日期")),
    (r"too_late", lambda _: gettext("期限过长，请核对")),
    (r"is_authority", lambda _: gettext("主管部门不能作为运营主体")),
    (r"out_of_range", lambda _: gettext("数值超出允许范围")),
    (r"not in the published rule", lambda _: gettext("须逐字引用已公布规则中的条款")),
    (r"1-40 letters.*", lambda _: gettext("1 到 40 个字母、数字、点或横线")),
    (
        r"3 to 40 lower-case letters.*",
        lambda _: gettext("3 到 40 个小写字母、数字或横线，以字母开头"),
    ),
    (
        r"the scenario must already be in operation",
        lambda _: gettext("场景应已在运行，开始日期不能晚于今天"),
    ),
    (r"at least one document.*", lambda _: gettext("请附至少一份证明场景已在运行的材料")),
    (r"each document needs a title", lambda _: gettext("请填写材料名称")),
    (r"at least one accounting method", lambda _: gettext("请至少选择一种核算方法")),
    (r"not published: (.*)", lambda m: gettext("核算方法尚未发布：%(codes)s", codes=m[1])),
    (r"at least one word each once.*", lambda _: gettext("请至少选择一种需要授权的数据")),
    (r"not a line of the norm", lambda _: gettext("评价规范中没有这一项")),
    (r"decimal", lambda _: gettext("请填写数字，例如 0.85")),
    (r"three decimals", lambda _: gettext("请填写数字，最多三位小数")),
    (r"must not lie before today", lambda _: gettext("不能早于今天")),
    (r"must be reachable and above 0", lambda _: gettext("应大于 0，且不超过各项满分之和")),
    (r"at least one, each with a code of its own", lambda _: gettext("至少一项，代码不能重复")),
    (r"no phone", lambda _: gettext("手机号无法识别")),
)
_KNOWN: Final = tuple(
    (re.compile(pattern, re.DOTALL), told) for pattern, told in (*_PATTERNS, *breaches_of_profiles.PATTERNS)
)


FIELD_OF: Final = {
    "appointment.overlaps": "starts_on",
    "organisation.not_found": "organisation_id",
    "profile.name_wrong": "name",
    "method.not_ahead": "valid_from",
    "norm.taken": "version",
    "rule.not_ahead": "valid_from",
    "rule.taken": "version",
    "staff.login_malformed": "login",
    "staff.login_taken": "login",
    "membership.role_unfit": "role",
    "scenario.code_taken": "code",
    "scenario.district_unknown": "area_code",
    "scenario.method_unknown": "method",
    "account.not_found": "account_number",
    "points.entry_not_found": "behaviour_id",
}
"""Where a refusal stands that names no field itself."""


def told_of(field: str, message: str) -> str:
    """Return a breach in the words of the page; one without words as it is."""
    if bounds := _BOUNDS.fullmatch(message):
        return _within(field, int(bounds[1]), int(bounds[2]))
    for pattern, told in _KNOWN:
        if found := pattern.fullmatch(message):
            return told(found)
    return message


def _within(field: str, least: int, most: int) -> str:
    if field in TEXTS:
        if least == 0:
            return gettext("不超过 %(most)s 个字", most=most)
        return gettext("请填写，不超过 %(most)s 个字", most=most)
    show = amounts.points if field in POINTS else amounts.grouped
    return gettext("应在 %(least)s 到 %(most)s 之间", least=show(least), most=show(most))


def by_field(refusal: Refusal | None) -> dict[str, str]:
    """Return what is wrong with which field; nothing where the refusal names no field."""
    if refusal is None:
        return {}
    found = refusal.details.get("breaches")
    if isinstance(found, list):
        pairs = [(str(each["path"]), str(each["message"])) for each in found if "path" in each]
    elif isinstance(found, Mapping):
        pairs = [(str(field), str(message)) for field, message in found.items()]
    else:
        pairs = [
            (field, message)
            for field, message in refusal.details.items()
            if isinstance(message, str) and refusal.code in _DETAILS_ARE_FIELDS
        ]
    told: dict[str, str] = {}
    for field, message in pairs:
        told.setdefault(field, told_of(field, message))
    if not told and refusal.code in FIELD_OF:
        told[FIELD_OF[refusal.code]] = gettext(refusal.title)
    return told


_DETAILS_ARE_FIELDS: Final = frozenset(
    {"appointment.malformed", "target.malformed", "organisation.malformed"}
)

HELPERS: Final[Mapping[str, Any]] = {"by_field": by_field, "field_name": field_name}
