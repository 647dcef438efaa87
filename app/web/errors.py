"""Errors (错误): the one table from kinds to status, and the one shape in which all errors leave."""

from http import HTTPStatus
from typing import Any, Final

from flask import Flask, Response, current_app, json, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from app.identity.errors import FactorNotFresh
from app.kernel import errors
from app.kernel.errors import Refusal
from app.kernel.logs import log
from app.kernel.request import request_id
from app.web.presentation.addresses import here
from app.web.presentation.language import gettext, lazy_gettext

STATUS: Final[dict[type[Refusal], HTTPStatus]] = {
    errors.Malformed: HTTPStatus.BAD_REQUEST,
    errors.Unauthenticated: HTTPStatus.UNAUTHORIZED,
    errors.Forbidden: HTTPStatus.FORBIDDEN,
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.Conflict: HTTPStatus.CONFLICT,
    errors.RuleBroken: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.TooMany: HTTPStatus.TOO_MANY_REQUESTS,
    errors.Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}
RETRY_AFTER: Final = "2"


class CsrfFailed(errors.Malformed):
    """The form's token is missing or of another session."""

    code = "csrf.failed"
    title = "页面已过期，请刷新后重试"


class Meanwhile(errors.Conflict):
    """Somebody else changed it at the same moment; the database kept its promise."""

    code = "conflict.meanwhile"
    title = "数据刚刚被更改，请刷新后重试"


class PromiseKept(errors.RuleBroken):
    """The database refuses what a rule of its own forbids."""

    code = "rule.kept_by_database"
    title = "不符合数据规则"


class AcceptedNot(errors.Malformed):
    """A text or a number that cannot be stored."""

    code = "request.unstorable"
    title = "请求包含无法存储的内容"


TITLES: Final = {
    400: lazy_gettext("请求格式有误"),
    401: lazy_gettext("请先登录"),
    403: lazy_gettext("没有权限"),
    404: lazy_gettext("未找到"),
    405: lazy_gettext("不支持该请求方法"),
    406: lazy_gettext("无法提供所需格式"),
    408: lazy_gettext("请求超时"),
    413: lazy_gettext("提交内容过大"),
    414: lazy_gettext("网址过长"),
    415: lazy_gettext("不支持该内容类型"),
    416: lazy_gettext("请求范围无效"),
    422: lazy_gettext("请求内容不符合要求"),
    429: lazy_gettext("操作过于频繁，请稍后再试"),
    431: lazy_gettext("请求头过大"),
    500: lazy_gettext("系统出错，请稍后再试"),
    503: lazy_gettext("服务暂不可用，请稍后再试"),
}
CODES: Final = {
    400: "request.malformed",
    401: "sign_in.required",
    403: "permission.denied",
    404: "not_found",
    405: "request.method_not_allowed",
    406: "request.not_acceptable",
    413: "request.too_large",
    415: "request.media_type",
    422: "request.malformed",
    429: "rate.limited",
    500: "server.error",
    503: "service.unavailable",
}


def status_of(refusal: Refusal | type[Refusal]) -> int:
    """Return the HTTP status of a refusal by its kind."""
    kind = refusal if isinstance(refusal, type) else type(refusal)
    for base in kind.__mro__:
        if base in STATUS:
            return int(STATUS[base])
    return 500


def install(app: Flask) -> None:
    """Let every error of the application leave in one shape."""
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(DBAPIError, _database)
    app.register_error_handler(PoolTimeout, _database)
    app.register_error_handler(UnicodeEncodeError, _unencodable)
    app.register_error_handler(Exception, _unexpected)


def _refused(refusal: Refusal) -> Response:
    if isinstance(refusal, FactorNotFresh) and not _wants_json() and request.method == "GET":
        return redirect(url_for("auth.verify", next=here()), code=303)  # type: ignore[return-value]
    headers = {}
    status = status_of(refusal)
    if "retry_after" in refusal.details:
        headers["Retry-After"] = str(refusal.details["retry_after"])
    elif status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers["Retry-After"] = RETRY_AFTER
    if status == HTTPStatus.UNAUTHORIZED and _wants_json():
        headers["WWW-Authenticate"] = 'Bearer realm="tanhuitong"'
    return _answer(status, refusal.code, gettext(refusal.title), refusal.source, refusal.details, headers)


def _http(error: HTTPException) -> Response:
    if isinstance(error, CSRFError):
        return _refused(CsrfFailed())
    if error.response is not None:
        return error.response  # type: ignore[return-value]
    status = error.code or 500
    if status < 400:
        return error.get_response()  # type: ignore[return-value]
    kept = {
        name: value
        for name, value in error.get_headers()
        if name.lower() not in {"content-type", "content-length"}
    }
    data = getattr(error, "data", None) or {}
    details = {"fields": data["messages"]} if data.get("messages") else {}
    code = CODES.get(status, f"http.{status}")
    return _answer(status, code, str(TITLES.get(status, TITLES[400])), None, details, kept)


def _database(error: DBAPIError | PoolTimeout) -> Response:
    refusal = of_database(error)
    if refusal is None:
        return _unexpected(error)
    sqlstate = getattr(getattr(error, "orig", None), "sqlstate", None)
    log("database").warning("refused", sqlstate=sqlstate, error=type(error).__name__, code=refusal.code)
    return _refused(refusal)


def of_database(error: Exception) -> Refusal | None:
    """Return the refusal that an error of the database stands for, None when it is our own mistake."""
    if isinstance(error, PoolTimeout):
        return errors.Unavailable()
    origin = getattr(error, "orig", None)
    state = getattr(origin, "sqlstate", None) or ""
    refusal: Refusal | None = None
    if state in {"23505", "23P01", "23503"} or state.startswith("TH"):
        refusal = Meanwhile()
    elif state == "23514":
        refusal = PromiseKept()
    elif state.startswith(("40", "53", "57", "58")) or state in {"55P03", "25006"}:
        refusal = errors.Unavailable()
    elif state.startswith("22") or (not state and type(error).__name__ == "DataError"):
        refusal = AcceptedNot()
    elif state.startswith("08") or (not state and isinstance(error, OperationalError)):
        refusal = errors.Unavailable()
    return refusal


def _unencodable(error: UnicodeEncodeError) -> Response:
    log("database").warning("unencodable text", reason=error.reason)
    return _refused(AcceptedNot())


def _unexpected(error: Exception) -> Response:
    log("web").error("unexpected", exc_info=error)
    details = {"request_id": request_id()}
    return _answer(500, CODES[500], str(TITLES[500]), None, details, {})


def _wants_json() -> bool:
    if request.path.startswith("/api/"):
        return True
    best = request.accept_mimetypes.best_match(
        ["text/html", "application/json", "application/problem+json"], default="text/html"
    )
    return best != "text/html"


def _answer(
    status: int,
    code: str,
    title: str,
    source: str | None,
    details: dict[str, Any],
    headers: dict[str, str],
) -> Response:
    problem: dict[str, Any] = {"status": status, "code": code, "title": title}
    if source is not None:
        problem["source"] = source
    if details:
        problem["details"] = details
    if _wants_json():
        body = json.dumps(problem, default=str)
        answer = current_app.response_class(body, status, mimetype="application/problem+json")
    else:
        answer = current_app.response_class(_page(problem), status, mimetype="text/html")
    answer.headers.update(headers)
    answer.headers.setdefault("Cache-Control", "no-store")
    return answer


def _page(problem: dict[str, Any]) -> str:
    try:
        return render_template(
            "errors/error.html",
            error=problem,
            request_id=request_id(),
            sign_in_url=_sign_in_url(),
            back_url=None,
            next_steps=None,
        )
    except Exception as broken:  # noqa: BLE001  (an error page that fails must not hide the error)
        log("web").error("error page failed", exc_info=broken)
        return f"<!doctype html><title>{problem['status']}</title><p>{problem['code']}</p>"


def _sign_in_url() -> str | None:
    if "auth.sign_in" not in current_app.view_functions:
        return None
    return url_for("auth.sign_in", next=here())
