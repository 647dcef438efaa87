"""Refusals of the accounting methods."""

from app.kernel.errors import Malformed, NotFound


class MethodNotFound(NotFound):
    """No accounting method has this code."""

    code = "method.not_found"
    title = "没有这个核算方法"
    source = "CQ-31.3"


class MethodInvalid(Malformed):
    """A method or a version of it cannot be read; `breaches` names every fault with its path."""

    code = "method.invalid"
    title = "核算方法内容有误"
    source = "CQ-31.3"
