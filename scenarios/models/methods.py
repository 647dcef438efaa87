"""Published versions of the accounting methods (行为减排量核算方法)."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.base import Base, Id
from scenarios.methods import MethodVersion, version_from_plain


class Method(Base):
    """An accounting method, `bus.ride`; its formula is code, its numbers are versions."""

    __tablename__ = "method"
    __table_args__ = (UniqueConstraint("code"),)

    id: Mapped[Id]
    code: Mapped[str]


class PublishedMethod(Base):
    """A dated version of a method with every number it uses; never changed once published.

    Only its end is set, once, by the version that follows it; `body` keeps what was published.

    Source: CQ-31.3.
    """

    __tablename__ = "method_version"
    __table_args__ = (
        UniqueConstraint("method_id", "version"),
        CheckConstraint("valid_until > valid_from", name="valid_for_a_day"),
        ExcludeConstraint(
            (text("int8range(method_id, method_id, '[]')"), "&&"),
            (text("daterange(valid_from, valid_until)"), "&&"),
            name="method_version_one_in_force",
            using="gist",
        ),
    )

    id: Mapped[Id]
    method_id: Mapped[int] = mapped_column(ForeignKey("method.id"))
    version: Mapped[str]
    valid_from: Mapped[date]  # included
    valid_until: Mapped[date | None]  # excluded
    body: Mapped[dict[str, Any]]
    published_by: Mapped[str]
    published_at: Mapped[datetime]

    @property
    def as_version(self) -> MethodVersion:
        """The version with every number as published, and its end as it is now known."""
        return replace(version_from_plain(self.body), valid_until=self.valid_until)
