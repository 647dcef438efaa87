"""Is it alive, is it ready, how is it doing (健康检查): for whoever runs the machine."""

import os
from functools import cache
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, current_app, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.door.access import requires
from app.door.addresses import from_this_machine
from app.kernel.logs import log
from app.kernel.permissions import Permission
from app.kernel.session import transaction

blp = Blueprint("machine", __name__)
MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


@blp.get("/healthz")
@requires(Permission.READ_PUBLIC)
def alive() -> Response:
    """Say that the process answers."""
    return jsonify(status="alive")


@blp.get("/readyz")
@requires(Permission.READ_PUBLIC)
def ready() -> tuple[Response, int]:
    """Say whether the database is reached and migrated to what this code expects."""
    found: dict[str, Any] = {"database": "reached", "schema": "current"}
    try:
        with transaction() as session:
            revision = session.execute(text("select version_num from alembic_version")).scalar()
        if revision != expected_revision():
            found["schema"] = f"at {revision}, this code expects {expected_revision()}"
    except SQLAlchemyError as refused:
        log("readiness").warning("database not reached", error=type(refused).__name__)
        found = {"database": "not reached", "schema": "unknown"}
    is_ready = found == {"database": "reached", "schema": "current"}
    answer = jsonify(status="ready" if is_ready else "not ready", **found)
    if not is_ready:
        answer.headers["Retry-After"] = "2"
    return answer, 200 if is_ready else 503


@blp.get("/metrics")
@requires(Permission.READ_METRICS, unless=from_this_machine)
def metrics() -> Response:
    """Return the metrics of all web processes, for Prometheus."""
    registry: CollectorRegistry = REGISTRY
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return current_app.response_class(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


@cache
def expected_revision() -> str | None:
    """Return the newest migration that came with this code."""
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return ScriptDirectory.from_config(config).get_current_head()
