"""Public notices (公示): anyone reads them and, within the window, says what there is to say."""

from typing import Any, Final

from flask import Response

from app.api.operations import Operations
from app.api.paging import dumped, page
from app.api.registry.case_schemas import AsOfQuery
from app.api.registry.notice_schemas import (
    AnswerIn,
    AnswerOut,
    FiledOpinionOut,
    NoticeDetailOut,
    NoticeOut,
    NoticePage,
    NoticesFileQuery,
    NoticesQuery,
    OpinionIn,
    OpinionPage,
    OpinionsQuery,
)
from app.api.registry.past import CSV, csv_answer, instant
from app.api.registry.repeating import once
from app.door.access import current_actor, requires
from app.door.addresses import caller
from app.kernel import clock
from app.kernel.limits import Limit, hit
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports.registry import open_notices
from cqcer import commands
from cqcer.values import OpinionKind, Subject

blp = Operations("registry-notices", __name__, description="Public notices of the registry, and opinions.")
OPINIONS: Final = (Limit(10, 3600), Limit(40, 86400))
"""How many opinions come from one network; a notice is for many people, not for one machine."""


@blp.get("/registry/notices")
@blp.arguments(NoticesQuery, location="query")
@blp.response(200, NoticePage)
@requires(Permission.READ_PUBLIC)
def list_notices(query: dict[str, Any]) -> dict[str, Any]:
    """List public notices with their countdown."""
    limit, at = query.pop("limit"), instant(query.pop("as_of"))
    subject = _subject(query.pop("subject"))
    with transaction() as session:
        found = open_notices.notices(session, at=at, limit=limit + 1, subject=subject, **query)
        return page(NoticePage, found, name="registry_notices", limit=limit, place=lambda row: row.id)


@blp.get("/registry/notices.csv")
@blp.arguments(NoticesFileQuery, location="query")
@blp.response(200, CSV, content_type="text/csv")
@requires(Permission.READ_PUBLIC)
def get_notices_file(query: dict[str, Any]) -> Response:
    """Return the same notices as CSV."""
    at, subject = instant(query.pop("as_of")), _subject(query.pop("subject"))
    header = list(NoticeOut().fields)
    return csv_answer(
        "notices",
        header,
        lambda session, after, limit: open_notices.notices(
            session, at=at, after=after, limit=limit, subject=subject, **query
        ),
        place=lambda row: row.id,
        cells=lambda row: [getattr(row, name) for name in header],
    )


@blp.get("/registry/notices/<int:notice_id>")
@blp.arguments(AsOfQuery, location="query")
@blp.response(200, NoticeDetailOut)
@requires(Permission.READ_PUBLIC)
def get_notice(query: dict[str, Any], notice_id: int) -> dict[str, Any]:
    """Return one notice."""
    at = instant(query["as_of"])
    with transaction() as session:
        found = open_notices.notice(session, notice_id, at=at)
        return dumped(
            NoticeDetailOut, {**vars(found), "moved": open_notices.moved(session, notice_id, at=at)}
        )


@blp.get("/registry/notices/<int:notice_id>/opinions")
@blp.arguments(OpinionsQuery, location="query")
@blp.response(200, OpinionPage)
@requires(Permission.READ_PUBLIC)
def list_opinions(query: dict[str, Any], notice_id: int) -> dict[str, Any]:
    """List what was said within a notice and what the owner answered."""
    limit, at = query["limit"], instant(query["as_of"])
    with transaction() as session:
        found = open_notices.opinions(session, notice_id, at=at, after=query["after"], limit=limit + 1)
        return page(OpinionPage, found, name="registry_opinions", limit=limit, place=lambda row: row.number)


@blp.post("/registry/notices/<int:notice_id>/opinions")
@blp.arguments(OpinionIn)
@blp.response(201, FiledOpinionOut)
@blp.repeatable
@requires(Permission.FILE_OPINION)
def file_opinion(sent: dict[str, Any], notice_id: int) -> dict[str, Any]:
    """File an opinion while the notice is open; nobody need sign in, and it can never be changed."""
    with transaction() as session:
        hit(session, bucket=f"opinion:network:{caller()[1]}", limits=OPINIONS, at=clock.now())
    with transaction() as session:
        return once(
            session,
            f"opinion.file:{notice_id}",
            sent,
            lambda: dumped(
                FiledOpinionOut,
                commands.file_opinion(
                    session,
                    actor=current_actor(),
                    notice_id=notice_id,
                    kind=OpinionKind(sent["kind"]),
                    body=sent["body"],
                    signed=sent["signed"],
                    at=clock.now(),
                ),
            ),
        )


@blp.post("/registry/opinions/<int:opinion_id>/answer")
@blp.arguments(AnswerIn)
@blp.response(201, AnswerOut)
@blp.repeatable
@requires(Permission.APPLY_TO_REGISTRY)
def answer_opinion(sent: dict[str, Any], opinion_id: int) -> dict[str, Any]:
    """Answer an opinion about the own case, in public; the last answer clears a notice that has closed."""
    with transaction() as session:
        return once(
            session,
            f"opinion.answer:{opinion_id}",
            sent,
            lambda: dumped(
                AnswerOut,
                commands.answer_opinion(
                    session, actor=current_actor(), opinion_id=opinion_id, body=sent["body"], at=clock.now()
                ),
            ),
        )


def _subject(named: str | None) -> Subject | None:
    return None if named is None else Subject(named)
