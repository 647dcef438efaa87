"""Publishing what was drafted (公布): norms, methods and the conversion rule, each by its own command."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from app.kernel.actor import Actor
from app.kernel.drafts import (
    Draft,
    DraftKind,
    Ending,
    end_draft,
    held_draft,
    rewrite_draft,
    write_draft,
)
from app.kernel.permissions import Permission
from app.kernel.sources import cites
from points import commands as points
from scenarios import commands as scenarios
from scenarios.values import NormItem


@cites("CQ-31.2", "CQ-31.3", "CQ-31.4")
def draft(
    session: Session,
    *,
    actor: Actor,
    kind: DraftKind,
    title: str,
    content: dict[str, Any],
    at: datetime,
) -> Draft:
    """Write down what may be published later (起草).

    Source: CQ-31.2, CQ-31.3, CQ-31.4.
    """
    actor.require(Permission.PUBLISH_RULES)
    return write_draft(session, actor=actor, kind=kind, title=title, content=content, at=at)


def redraft(
    session: Session,
    *,
    actor: Actor,
    draft_id: int,
    revision: int,
    title: str,
    content: dict[str, Any],
    at: datetime,
) -> Draft:
    """Change a draft that is still as it was read.

    Raises:
        DraftNotFound, DraftEnded, DraftChanged: it cannot be changed, or not from this revision.

    Source: CQ-31.2, CQ-31.3, CQ-31.4.
    """
    actor.require(Permission.PUBLISH_RULES)
    return rewrite_draft(
        session, actor=actor, draft_id=draft_id, revision=revision, title=title, content=content, at=at
    )


def drop(session: Session, *, actor: Actor, draft_id: int, revision: int, at: datetime) -> Draft:
    """Drop a draft that will not be published; it is kept, and cannot be taken up again.

    Raises:
        DraftNotFound, DraftEnded, DraftChanged: it cannot be dropped, or not from this revision.

    Source: CQ-31.2, CQ-31.3, CQ-31.4.
    """
    actor.require(Permission.PUBLISH_RULES)
    found = held_draft(session, draft_id, revision=revision)
    end_draft(session, found, actor=actor, ending=Ending.DROPPED, at=at)
    return found


@cites("CQ-31.2", "CQ-31.3", "CQ-31.4", "CQ-36.5")
def publish(session: Session, *, actor: Actor, draft_id: int, revision: int, at: datetime) -> Draft:
    """Publish a draft as it was read: it becomes a version, and binds from its first day on (公布).

    Raises:
        DraftNotFound, DraftEnded, DraftChanged: it cannot be published, or not from this revision.
        NormInvalid, NormTaken, RuleInvalid, RuleNotAhead, RuleTaken, MethodInvalid, MethodNotAhead,
        VersionNotNext, MethodVersionsOverlap: what it says cannot be published.

    Source: CQ-31.2, CQ-31.3, CQ-31.4, CQ-36.5.
    """
    actor.require(Permission.PUBLISH_RULES)
    found = held_draft(session, draft_id, revision=revision)
    said = found.content
    if found.kind == DraftKind.NORM:
        _publish_norm(session, actor, said, at)
    elif found.kind == DraftKind.METHOD:
        scenarios.publish_version(session, actor=actor, body=said, at=at)
    else:
        points.publish_rule(session, actor=actor, at=at, **_dated(said))
    end_draft(session, found, actor=actor, ending=Ending.PUBLISHED, at=at)
    return found


def _publish_norm(session: Session, actor: Actor, said: Mapping[str, Any], at: datetime) -> None:
    items = [NormItem(**item) for item in said["items"]]
    scenarios.publish_norm(session, actor=actor, at=at, **{**_dated(said), "items": items})


def _dated(said: Mapping[str, Any]) -> dict[str, Any]:
    return {**said, "valid_from": date.fromisoformat(said["valid_from"])}
