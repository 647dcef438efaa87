"""Publishing the next version of an accounting method, with other numbers (核算方法新版本)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.kernel import audit
from app.kernel.actor import Actor
from app.kernel.days import day_in_china
from app.kernel.permissions import Permission
from app.kernel.sources import cites
from scenarios import methods, queries, rules
from scenarios.errors import MethodVersionsOverlap
from scenarios.models import PublishedMethod

_ONE_AT_A_TIME = text("select pg_advisory_xact_lock(hashtext('method_version'), hashtext(:method))")


@cites("CQ-31.3", "Q-38")
def publish_version(
    session: Session, *, actor: Actor, body: Mapping[str, Any], at: datetime
) -> PublishedMethod:
    """Publish the version that follows the latest one of a method; it holds from a later day on.

    The version before it ends on the day on which this one begins; what was computed stays.

    Args:
        body: the whole version in plain JSON, `code` and `version` among it; formula and unit are
            those of the version before.

    Raises:
        MethodNotFound: no method has this code.
        MethodInvalid: with every fault and its path.
        VersionNotNext: it does not follow the latest version, or changes its formula or unit.
        MethodNotAhead: its first day is not after today.
        MethodVersionsOverlap: the latest version begins later than this one.

    Source: CQ-31.3, Q-38.
    """
    actor.require(Permission.PUBLISH_RULES)
    version = methods.version_from_plain(body)
    method = queries.method_by_code(session, version.code)
    session.execute(_ONE_AT_A_TIME, {"method": str(method.id)})
    latest = queries.published_versions(session, method.id)[-1].version
    rules.check_next_version(version, latest=latest, today=day_in_china(at))
    if latest.valid_from >= version.valid_from:
        raise MethodVersionsOverlap(method=version.code, version=version.version, other=latest.version)
    row = PublishedMethod(
        method_id=method.id,
        version=str(version.version),
        valid_from=version.valid_from,
        valid_until=None,
        body=methods.version_to_plain(version),
        published_by=actor.ref,
        published_at=at,
    )
    session.add(row)
    session.flush()
    every = select(PublishedMethod).where(PublishedMethod.method_id == method.id)
    session.scalars(every.execution_options(populate_existing=True)).all()  # the one before it has ended
    audit.record(
        session,
        actor=actor,
        event="scenarios.method.publish",
        subject=("method_version", row.id),
        at=at,
        method=version.code,
        version=row.version,
        valid_from=version.valid_from.isoformat(),
    )
    session.flush()
    return row
