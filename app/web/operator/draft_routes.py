"""Drafts before the operator (草稿): written, looked at, changed, and then published or dropped."""

from typing import Any, Final

from flask import render_template, request

from app.door.access import current_actor, requires, requires_fresh_factor
from app.journeys import publishing
from app.kernel import clock, drafts
from app.kernel.days import day_in_china
from app.kernel.drafts import Draft, DraftKind
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports import draft_pages
from app.web.desk import registration
from app.web.desk.forms import Typed, kept, moved, refusal, shown_again
from app.web.operator import draft_forms
from app.web.operator.blueprint import blp
from app.web.presentation.language import gettext

SPARE: Final = 4
"""Empty lines that the form of a norm shows beyond those it has."""
LISTS: Final = {
    DraftKind.NORM: "operator.norms",
    DraftKind.METHOD: "operator.methods",
    DraftKind.RULE: "operator.rules",
}


@blp.get("/drafts/new/<any(norm,method,rule):kind>")
@requires(Permission.PUBLISH_RULES)
def new_draft(kind: str) -> str:
    """Show the form of a draft, filled with what holds now."""
    today = day_in_china(clock.now())
    with transaction() as session:
        base = draft_forms.start(session, DraftKind(kind), method=_method(), today=today)
    return _form(DraftKind(kind), base, draft=None)


@blp.post("/drafts/new/<any(norm,method,rule):kind>")
@requires(Permission.PUBLISH_RULES)
@shown_again(new_draft)
def write_draft(kind: str) -> Any:
    """Write a draft down; it binds nobody."""
    at, typed = clock.now(), Typed(request.form)
    with transaction() as session:
        base = draft_forms.start(session, DraftKind(kind), method=_method(), today=day_in_china(at))
        said = draft_forms.read(DraftKind(kind), typed, base)
        typed.check()
        made = publishing.draft(
            session,
            actor=current_actor(),
            kind=DraftKind(kind),
            title=said.title,
            content=said.content,
            at=at,
        )
    return moved("operator.draft", gettext("已存为草稿，尚未公布。"), draft_id=made.id)


@blp.get("/drafts/<int:draft_id>")
@requires(Permission.PUBLISH_RULES)
def draft(draft_id: int) -> str:
    """Show a draft with what it would change, and what may be done to it."""
    return _page(draft_id, confirming=False)


@blp.get("/drafts/<int:draft_id>/edit")
@requires(Permission.PUBLISH_RULES)
def edit_draft(draft_id: int) -> str:
    """Show the form of a draft as it stands."""
    with transaction() as session:
        found = drafts.draft(session, draft_id)
    return _form(DraftKind(found.kind), found.content, draft=found)


@blp.post("/drafts/<int:draft_id>/edit")
@requires(Permission.PUBLISH_RULES)
@shown_again(edit_draft)
def rewrite_draft(draft_id: int) -> Any:
    """Change a draft that is still as it was read."""
    typed = Typed(request.form)
    with transaction() as session:
        found = drafts.draft(session, draft_id)
        said = draft_forms.read(DraftKind(found.kind), typed, found.content)
        revision = typed.whole("revision")
        typed.check()
        publishing.redraft(
            session,
            actor=current_actor(),
            draft_id=draft_id,
            revision=revision,
            title=said.title,
            content=said.content,
            at=clock.now(),
        )
    return moved("operator.draft", gettext("已保存草稿。"), draft_id=draft_id)


@blp.get("/drafts/<int:draft_id>/publish")
@requires(Permission.PUBLISH_RULES)
@requires_fresh_factor
def before_publishing(draft_id: int) -> str:
    """Show a draft with the last question before it is published."""
    return _page(draft_id, confirming=True)


@blp.post("/drafts/<int:draft_id>/publish")
@requires(Permission.PUBLISH_RULES)
@requires_fresh_factor
@shown_again(before_publishing)
def publish_draft(draft_id: int) -> Any:
    """Publish a draft; what is published does not change any more."""
    typed = Typed(request.form)
    typed.ticked("confirmed")
    revision = typed.whole("revision")
    typed.check()
    with transaction() as session:
        found = publishing.publish(
            session, actor=current_actor(), draft_id=draft_id, revision=revision, at=clock.now()
        )
    return moved(LISTS[DraftKind(found.kind)], gettext("已公布，自生效日起适用。"))


@blp.post("/drafts/<int:draft_id>/drop")
@requires(Permission.PUBLISH_RULES)
@shown_again(draft)
def drop_draft(draft_id: int) -> Any:
    """Drop a draft."""
    typed = Typed(request.form)
    revision = typed.whole("revision")
    typed.check()
    with transaction() as session:
        found = publishing.drop(
            session, actor=current_actor(), draft_id=draft_id, revision=revision, at=clock.now()
        )
    return moved(LISTS[DraftKind(found.kind)], gettext("已删除草稿。"))


def _form(kind: DraftKind, base: dict[str, Any], *, draft: Draft | None) -> str:
    """Show the form of a kind of draft."""
    return render_template(
        f"operator/draft_{kind.value}_form.html",
        kind=kind.value,
        base=base,
        draft=draft,
        rows=range(min(len(base.get("items", ())) + SPARE, draft_forms.ROWS)),
        today=day_in_china(clock.now()),
        typed=kept(draft_forms.fields_of(kind, base)),
        refusal=refusal(),
    )


def _page(draft_id: int, *, confirming: bool) -> str:
    today = day_in_china(clock.now())
    with transaction() as session:
        page = draft_pages.draft_page(session, draft_id, today=today)
    kind = DraftKind(page.draft.kind)
    return render_template(
        f"operator/draft_{kind.value}.html",
        page=page,
        draft=page.draft,
        said=page.draft.content,
        changes=draft_forms.changes(page.latest, page.draft.content) if kind is DraftKind.METHOD else [],
        list_endpoint=LISTS[kind],
        actor_label=registration.actor_label,
        confirming=confirming,
        today=today,
        refusal=refusal(),
    )


def _method() -> str:
    return request.values.get("method", "")
