"""Refusals of identity."""

from app.kernel.errors import Forbidden, NotFound, TooMany, Unauthenticated


class SignInFailed(Unauthenticated):
    """Login, password or second factor is wrong; which of them is not said."""

    code = "sign_in.failed"
    title = "登录信息有误"


class CodeNotValid(Unauthenticated):
    """The one-time code is wrong, used, too old or of another browser; which is not said."""

    code = "sign_in.code_not_valid"
    title = "验证码无效或已过期"


class KeyNotValid(Unauthenticated):
    """The API key is unknown or revoked."""

    code = "api_key.not_valid"
    title = "接口密钥无效"


class FactorNotFresh(Forbidden):
    """The act needs a factor given within the last minutes."""

    code = "sign_in.factor_not_fresh"
    title = "请再次验证身份后继续"


class SignInLocked(TooMany):
    """Too many failed attempts; the login is locked for a while."""

    code = "sign_in.locked"
    title = "登录失败次数过多，已暂时锁定"


class SessionNotFound(NotFound):
    """The actor has no such session."""

    code = "session.not_found"
    title = "未找到该登录设备"
