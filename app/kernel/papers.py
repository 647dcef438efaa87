"""Papers (材料): documents that somebody brought, and that only they may then hand in.

Bytes are stored once, whoever brings them; a number of a document says nothing of who may use it.
"""

from datetime import datetime
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.kernel.actor import Actor
from app.kernel.base import Base
from app.kernel.documents import Document, DocumentNotFound, Received, path_of, record_document
from app.kernel.errors import RuleBroken
from app.kernel.sources import cites

LARGEST: Final = 50 * (1 << 20)
_BEGINNINGS: Final = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
)


class PaperUnreadable(RuleBroken):
    """The file is neither PDF nor PNG nor JPEG, told by how it begins."""

    code = "paper.unreadable"
    title = "文件须为 PDF、PNG 或 JPEG"
    source = "CQ-17.4"


class PaperReceipt(Base):
    """That somebody brought a document, in whose name and when; never changed.

    Source: CQ-17.4, CQ-38.2.
    """

    __tablename__ = "paper_receipt"
    __table_args__ = (CheckConstraint("party ~ '^(organisation|person):[0-9]+$'", name="party_is_named"),)

    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True)
    party: Mapped[str] = mapped_column(primary_key=True)
    brought_by: Mapped[str]
    brought_at: Mapped[datetime]


def party_of(actor: Actor) -> str:
    """Return in whose name an actor brings papers: the organisation's, else their own."""
    if actor.organisation_id is not None:
        return f"organisation:{actor.organisation_id}"
    return f"person:{actor.person_id or 0}"


@cites("CQ-17.4")
def bring(session: Session, received: Received, *, actor: Actor, filename: str, at: datetime) -> Document:
    """Keep a received file as a document of the actor's party; again is no other than once.

    Raises:
        PaperUnreadable: it is not of a kind that anybody can open in ten years.

    Source: CQ-17.4.
    """
    with path_of(received.sha256).open("rb") as file:
        beginning = file.read(16)
    media_type = next((kind for mark, kind in _BEGINNINGS if beginning.startswith(mark)), None)
    if media_type is None:
        raise PaperUnreadable
    kept = record_document(
        session, received, media_type=media_type, filename=filename, created_by=actor.ref, at=at
    )
    session.execute(
        insert(PaperReceipt)
        .values(document_id=kept.id, party=party_of(actor), brought_by=actor.ref, brought_at=at)
        .on_conflict_do_nothing()
    )
    return kept


@cites("CQ-38.2")
def check_brought(session: Session, *, actor: Actor, document_ids: tuple[int | None, ...]) -> None:
    """Refuse papers that another party brought: who knows a number has not the paper.

    Raises:
        DocumentNotFound: there is no such document, or another party's.

    Source: CQ-38.2.
    """
    wanted = {one for one in document_ids if one is not None}
    own = set(
        session.scalars(
            select(PaperReceipt.document_id).where(
                PaperReceipt.party == party_of(actor), PaperReceipt.document_id.in_(wanted)
            )
        )
    )
    if missing := sorted(wanted - own):
        raise DocumentNotFound(document_id=missing[0])
