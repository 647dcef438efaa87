"""Publishing the scenario evaluation norm and the accounting methods (评价规范、核算方法)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.kernel import audit
from app.kernel.actor import Actor
from app.kernel.days import day_in_china
from app.kernel.permissions import Permission
from app.kernel.sources import cites
from scenarios import methods, rules
from scenarios.errors import MethodChanged, MethodVersionsOverlap, NormTaken
from scenarios.models import EvaluationNorm, Method, PublishedMethod
from scenarios.values import NormItem


@cites("CQ-31.2")
def publish_norm(
    session: Session,
    *,
    actor: Actor,
    version: str,
    items: Sequence[NormItem],
    pass_score: int,
    valid_from: date,
    at: datetime,
) -> EvaluationNorm:
    """Publish a version of the evaluation norm, a scored checklist (发布评价规范).

    Args:
        valid_from: today or later; it holds until the next version's day.

    Raises:
        NormInvalid: with every fault.
        NormTaken: the version or the day is taken.

    Source: CQ-31.2.
    """
    actor.require(Permission.PUBLISH_RULES)
    rules.check_norm(
        items, version=version, pass_score=pass_score, valid_from=valid_from, today=day_in_china(at)
    )
    made: EvaluationNorm | None = session.scalar(
        insert(EvaluationNorm)
        .values(
            version=version.strip(),
            valid_from=valid_from,
            items=[asdict(item) for item in items],
            pass_score=pass_score,
            published_by=actor.ref,
            published_at=at,
        )
        .on_conflict_do_nothing()
        .returning(EvaluationNorm)
    )
    if made is None:
        raise NormTaken(version=version, valid_from=valid_from.isoformat())
    audit.record(
        session,
        actor=actor,
        event="scenarios.norm.publish",
        subject=("evaluation_norm", made.id),
        at=at,
        version=made.version,
        valid_from=valid_from.isoformat(),
    )
    session.flush()
    return made


@cites("CQ-31.3")
def publish_methods(
    session: Session,
    *,
    actor: Actor,
    at: datetime,
    published: Mapping[str, methods.Method] | None = None,
) -> int:
    """Publish every version of the accounting methods that is not published yet (发布核算方法).

    Doing it again does nothing.

    Args:
        published: the methods by code; without it those that come with the product.

    Returns:
        How many versions are new.

    Raises:
        MethodChanged: a published version would get other content.
        MethodVersionsOverlap: a new version would hold on a day of another one.

    Source: CQ-31.3.
    """
    actor.require(Permission.PUBLISH_RULES)
    known = methods.seeded() if published is None else published
    session.execute(
        insert(Method).on_conflict_do_nothing(index_elements=["code"]), [{"code": code} for code in known]
    )
    ids = {code: id_ for id_, code in session.execute(select(Method.id, Method.code))}
    fresh = 0
    for code, method in known.items():
        fresh += _publish_versions(session, ids[code], method.versions, actor=actor, at=at)
    session.flush()
    return fresh


def _publish_versions(
    session: Session, method_id: int, versions: Iterable[methods.MethodVersion], *, actor: Actor, at: datetime
) -> int:
    earlier = list(session.scalars(select(PublishedMethod).where(PublishedMethod.method_id == method_id)))
    by_version = {row.version: row for row in earlier}
    fresh = 0
    for version in versions:
        body: dict[str, Any] = methods.version_to_plain(version)
        if (row := by_version.get(str(version.version))) is not None:
            if row.body != body:
                raise MethodChanged(method=version.code, version=version.version)
            continue
        _check_free(version, earlier)
        row = PublishedMethod(
            method_id=method_id,
            version=str(version.version),
            valid_from=version.valid_from,
            valid_until=version.valid_until,
            body=body,
            published_by=actor.ref,
            published_at=at,
        )
        session.add(row)
        session.flush()
        earlier.append(row)
        fresh += 1
        audit.record(
            session,
            actor=actor,
            event="scenarios.method.publish",
            subject=("method_version", row.id),
            at=at,
            method=version.code,
            version=row.version,
        )
    return fresh


def _check_free(version: methods.MethodVersion, earlier: Iterable[PublishedMethod]) -> None:
    for other in earlier:
        starts_before_other_ends = other.valid_until is None or version.valid_from < other.valid_until
        ends_after_other_starts = version.valid_until is None or version.valid_until > other.valid_from
        if starts_before_other_ends and ends_after_other_starts:
            raise MethodVersionsOverlap(method=version.code, version=version.version, other=other.version)
