"""Drafts (草稿): what is written down, looked at and changed before it is published.

A draft binds nobody. What is published is a version of its own, made by the command of its package;
the draft then ends and stays as it was.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Index, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.kernel import audit
from app.kernel.actor import Actor
from app.kernel.base import Base, Id
from app.kernel.errors import Conflict, NotFound


class DraftKind(StrEnum):
    """What a draft will be once it is published."""

    NORM = "norm"  # 场景评价规范
    METHOD = "method"  # 核算方法版本
    RULE = "rule"  # 积分转换规则


class Ending(StrEnum):
    """How a draft ended."""

    PUBLISHED = "published"
    DROPPED = "dropped"


class DraftNotFound(NotFound):
    """There is no such draft."""

    code = "draft.not_found"
    title = "未找到草稿"


class DraftEnded(Conflict):
    """The draft was published or dropped."""

    code = "draft.ended"
    title = "该草稿已公布或已删除"


class DraftChanged(Conflict):
    """Somebody has changed the draft since it was read."""

    code = "draft.changed"
    title = "草稿已被他人修改，请核对后再提交"


class Draft(Base):
    """A version that is not published; ended once, and unchanged from then on.

    Source: CQ-31.2, CQ-31.3, CQ-31.4.
    """

    __tablename__ = "draft"
    __table_args__ = (
        CheckConstraint("kind in ('norm', 'method', 'rule')", name="known_kind"),
        CheckConstraint("ending in ('published', 'dropped')", name="known_ending"),
        CheckConstraint("num_nonnulls(ended_at, ended_by, ending) in (0, 3)", name="ending_is_whole"),
        Index("draft_open_ix", "kind", "id", postgresql_where=text("ended_at is null")),
    )

    id: Mapped[Id]
    kind: Mapped[str]
    title: Mapped[str]
    content: Mapped[dict[str, Any]]
    revision: Mapped[int] = mapped_column(server_default="1")
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    changed_by: Mapped[str]
    changed_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]
    ending: Mapped[str | None]


def open_drafts(session: Session, kind: DraftKind) -> list[Draft]:
    """Return the drafts of a kind that are neither published nor dropped, the latest first."""
    return list(
        session.scalars(
            select(Draft)
            .where(Draft.kind == kind.value, Draft.ended_at.is_(None))
            .order_by(Draft.id.desc())
            .limit(100)
        )
    )


def draft(session: Session, draft_id: int) -> Draft:
    """Return one draft, ended ones too.

    Raises:
        DraftNotFound: there is none with this id.
    """
    found = session.get(Draft, draft_id, populate_existing=True)
    if found is None:
        raise DraftNotFound(draft_id=draft_id)
    return found


def write_draft(
    session: Session, *, actor: Actor, kind: DraftKind, title: str, content: dict[str, Any], at: datetime
) -> Draft:
    """Write a draft down."""
    made = Draft(
        kind=kind.value,
        title=title,
        content=content,
        revision=1,
        created_by=actor.ref,
        created_at=at,
        changed_by=actor.ref,
        changed_at=at,
    )
    session.add(made)
    session.flush()
    _record(session, made, "write", actor=actor, at=at)
    return made


def rewrite_draft(
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
    """
    found = held_draft(session, draft_id, revision=revision)
    found.title, found.content, found.revision = title, content, revision + 1
    found.changed_by, found.changed_at = actor.ref, at
    session.flush()
    _record(session, found, "rewrite", actor=actor, at=at)
    return found


def end_draft(session: Session, found: Draft, *, actor: Actor, ending: Ending, at: datetime) -> None:
    """End a draft that is held, published or dropped."""
    revision = found.revision + 1
    found.ended_at, found.ended_by, found.ending, found.revision = at, actor.ref, ending.value, revision
    session.flush()
    _record(session, found, "publish" if ending is Ending.PUBLISHED else "drop", actor=actor, at=at)


def held_draft(session: Session, draft_id: int, *, revision: int) -> Draft:
    """Return a draft that nobody else changes until the end of the transaction, as it was read.

    Raises:
        DraftNotFound, DraftEnded, DraftChanged: there is none, it ended, or it is another by now.
    """
    found = session.get(Draft, draft_id, populate_existing=True, with_for_update=True)
    if found is None:
        raise DraftNotFound(draft_id=draft_id)
    if found.ended_at is not None:
        raise DraftEnded(draft_id=draft_id, ending=found.ending)
    if found.revision != revision:
        raise DraftChanged(draft_id=draft_id, revision=found.revision)
    return found


def _record(session: Session, found: Draft, verb: str, *, actor: Actor, at: datetime) -> None:
    audit.record(
        session,
        actor=actor,
        event=f"kernel.draft.{verb}",
        subject=("draft", found.id),
        at=at,
        kind=found.kind,
        title=found.title,
        revision=found.revision,
    )
    session.flush()
