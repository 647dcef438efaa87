"""Refusals: every way in which the software says no, each with a published code.

A refusal's `code` never changes once published; `title` is the zh-CN text for people and its
message id; `details` is plain JSON. The HTTP status of each kind is in `app/web/errors.py`.
"""

from typing import Any, ClassVar


class Refusal(Exception):
    """A request that is understood and refused (拒绝)."""

    code: ClassVar[str] = "refused"
    title: ClassVar[str] = "请求被拒绝"
    source: ClassVar[str | None] = None

    def __init__(self, **details: Any) -> None:
        super().__init__(self.code)
        self.details: dict[str, Any] = details

    def __str__(self) -> str:
        return f"{self.code} {self.details}" if self.details else self.code


class Malformed(Refusal):
    """The request cannot be read (400)."""

    code = "request.malformed"
    title = "请求格式有误"


class Unauthenticated(Refusal):
    """Nobody is signed in, or the credential is not valid (401)."""

    code = "sign_in.required"
    title = "请先登录"


class Forbidden(Refusal):
    """The actor may not do this (403)."""

    code = "permission.denied"
    title = "没有权限"


class NotFound(Refusal):
    """There is no such thing, or it is another's (404)."""

    code = "not_found"
    title = "未找到"


class Conflict(Refusal):
    """The thing is in another state than the request supposes (409)."""

    code = "conflict"
    title = "与当前状态冲突"


class RuleBroken(Refusal):
    """A rule of the scheme forbids it (422)."""

    code = "rule.broken"
    title = "不符合规则"


class TooMany(Refusal):
    """The limit of requests is reached (429)."""

    code = "rate.limited"
    title = "操作过于频繁，请稍后再试"


class Unavailable(Refusal):
    """The service cannot do this at present (503)."""

    code = "service.unavailable"
    title = "服务暂不可用，请稍后再试"


class ActOutOfTurn(Conflict):
    """The present state does not allow this act."""

    code = "state.act_out_of_turn"
    title = "当前状态不能进行此操作"
