"""Logs (日志): one JSON object a line on standard output, each with the id of its request."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, cast

import structlog

from app.kernel.request import request_id


def configure_logs(level: str = "INFO", *, to_output: bool = True) -> None:
    """Let `logging` and structlog write JSON lines; what people typed never belongs in one.

    Args:
        to_output: False leaves the handlers of `logging` as they are, as tests want it.
    """
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        _with_request,
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    if not to_output:
        return
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)


def log(name: str) -> structlog.stdlib.BoundLogger:
    """Return the logger of a part of the product."""
    return cast(structlog.stdlib.BoundLogger, structlog.get_logger(name))


def _with_request(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if (identifier := request_id()) is not None:
        line.setdefault("request_id", identifier)
    return line
