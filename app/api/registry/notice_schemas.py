"""Shapes of public notices and opinions."""

from typing import Any

from marshmallow import fields

from app.api.fields import In, Out, Text, Whole, nothing, one_of
from app.api.paging import page_of, page_query
from app.api.registry.past import as_of_field
from cqcer.values import NoticeState, OpinionKind, Subject


class NoticeOut(Out):
    """A public notice (公示) with its countdown."""

    id = fields.Integer()
    subject = fields.String()
    project_id = fields.Integer()
    batch_id = fields.Integer(allow_none=True)
    title = fields.String()
    category = fields.String()
    state = fields.String()
    opened_on = fields.Date(metadata={"description": "Day of publication; not counted."})
    last_day = fields.Date(metadata={"description": "The last working day; the notice closes at its end."})
    closes_at = fields.DateTime()
    provisional = fields.Boolean(
        metadata={
            "description": "A day lies in a year whose holidays are not published; it cannot close yet."
        }
    )
    working_days = fields.Integer()
    working_days_left = fields.Integer(metadata={"description": "Today included."})
    takes_opinions = fields.Boolean()
    objections = fields.Integer()
    comments = fields.Integer()
    unanswered_objections = fields.Integer()
    cleared_at = fields.DateTime(allow_none=True)


class MovedOut(Out):
    """A deadline computed anew after an amendment of the calendar; never to an earlier day."""

    from_day = fields.Date()
    to_day = fields.Date()
    public_note = fields.String()
    at = fields.DateTime()


class NoticeDetailOut(NoticeOut):
    """A notice and how its deadline moved."""

    moved = fields.List(fields.Nested(MovedOut))


class OpinionOut(Out):
    """An opinion (意见) with its public answer; who said it is not told."""

    id = fields.Integer()
    number = fields.Integer()
    kind = fields.String(metadata={"description": "`objection` must be answered, `comment` need not."})
    body = fields.String()
    filed_at = fields.DateTime()
    answer = fields.String(allow_none=True)
    answered_at = fields.DateTime(allow_none=True)


class OpinionIn(In):
    """What somebody says within a notice."""

    kind = one_of(*(one.value for one in OpinionKind), load_default=OpinionKind.OBJECTION.value)
    body = Text(least=1, most=5000, lines=True, required=True)
    signed = Text(
        least=1, most=200, load_default=nothing, metadata={"description": "Name and contact; not shown."}
    )


class FiledOpinionOut(Out):
    """The number under which an opinion is filed."""

    id = fields.Integer()
    notice_id = fields.Integer()
    number = fields.Integer()
    kind = fields.String()
    filed_at = fields.DateTime()


class AnswerIn(In):
    """The owner's public answer."""

    body = Text(least=1, most=20000, lines=True, required=True)


class AnswerOut(Out):
    """An answer as it stands."""

    opinion_id = fields.Integer()
    body = fields.String()
    answered_at = fields.DateTime()


def notice_filters() -> dict[str, fields.Field[Any]]:
    """Return what a list of notices can be narrowed by."""
    return {
        "as_of": as_of_field(),
        "state": one_of(*(one.value for one in NoticeState), load_default=nothing),
        "subject": one_of(*(one.value for one in Subject), load_default=nothing),
        "project_id": Whole(digits=True, load_default=nothing),
    }


NoticePage = page_of(NoticeOut)
NoticesQuery = page_query("registry_notices", **notice_filters())
NoticesFileQuery = In.from_dict(notice_filters(), name="RegistryNoticesFileQuery")
OpinionPage = page_of(OpinionOut)
OpinionsQuery = page_query("registry_opinions", as_of=as_of_field())
