"""Forms that were refused (表单重填): shown again with what was typed, the reasons at their fields."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Final, NamedTuple, TypeVar, cast

from flask import request
from werkzeug.exceptions import BadRequestKeyError

from app.kernel.errors import Refusal
from app.web.errors import status_of
from app.web.presentation.language import gettext, lazy_gettext

View = TypeVar("View", bound=Callable[..., Any])


class Form(NamedTuple):
    """What a form shows besides its fields: errors by field, and what was typed."""

    errors: Mapping[str, str]
    typed: Mapping[str, str]


BLANK: Final = Form({}, {})
REASONS: Final = {
    "malformed": lazy_gettext("格式有误"),
    "missing": lazy_gettext("请填写"),
    "unknown": lazy_gettext("请从列表中选择"),
    "out_of_range": lazy_gettext("超出允许范围"),
    "differs_from_number": lazy_gettext("与证件号码不一致"),
    "in_future": lazy_gettext("不能晚于今天"),
    "too_long_ago": lazy_gettext("日期过早"),
    "before_start": lazy_gettext("不能早于开始日期"),
    "too_late": lazy_gettext("日期过晚"),
    "not_for_domestic": lazy_gettext("境内单位请填写统一社会信用代码"),
    "not_for_foreign": lazy_gettext("境外单位请填写当地登记号码"),
    "too_short": lazy_gettext("过短"),
    "too_long": lazy_gettext("过长"),
    "common": lazy_gettext("过于常见，容易被猜中"),
    "like_login": lazy_gettext("与登录名过于相似"),
    "taken": lazy_gettext("已被使用"),
}


def shown_again(
    show: Callable[..., str], *, field: str, where: Mapping[str, str] | None = None
) -> Callable[[View], View]:
    """Let a refused form be shown again instead of an error page, with the refusal's status.

    Args:
        show: makes the page from a `Form` and the view's arguments; routes that only show it give `BLANK`.
        field: where a refusal stands that names no field of the form.
        where: the field for a refusal by its code, where it is another.
    """

    def around(view: View) -> View:
        @wraps(view)
        def posted(**arguments: Any) -> Any:
            try:
                return view(**arguments)
            except BadRequestKeyError as absent:
                name = str(absent.args[0]) if absent.args else field
                return show(Form({name: gettext("请填写")}, request.form.to_dict()), **arguments), 422
            except Refusal as refusal:
                place = (where or {}).get(refusal.code, field)
                again = Form(errors_of(refusal, place), request.form.to_dict())
                return show(again, **arguments), status_of(refusal), time_to_wait(refusal)

        return cast(View, posted)

    return around


def errors_of(refusal: Refusal, field: str) -> dict[str, str]:
    """Return the reasons of a refusal by the fields of the form."""
    by_field = {
        name: str(REASONS[reason])
        for name, reason in refusal.details.items()
        if name in request.form and isinstance(reason, str) and reason in REASONS
    }
    if by_field:
        return by_field
    text = gettext(refusal.title)
    reason = refusal.details.get("reason")
    if isinstance(reason, str) and reason in REASONS:
        text = f"{text}（{REASONS[reason]}）"
    return {field: text}


def time_to_wait(refusal: Refusal) -> dict[str, str]:
    """Return the header that says when to come back, where the refusal knows."""
    again = refusal.details.get("retry_after")
    return {} if again is None else {"Retry-After": str(again)}
