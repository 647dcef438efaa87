"""The audit log before the Bureau (审计检索): searched, read page by page, taken away as evidence."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime

from flask import Response, render_template, request
from sqlalchemy.orm import Session

from app.door.access import current_actor, requires, requires_fresh_factor
from app.kernel import audit, clock
from app.kernel.days import day_in_china
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports import audit_search
from app.reports.audit_search import Asked, Line
from app.web.bureau.blueprint import blp
from app.web.desk import registration
from app.web.desk.downloads import Cell, Table, handed_out
from app.web.presentation.language import gettext


@blp.get("/audit")
@requires(Permission.SUPERVISE)
def audit_log() -> str:
    """Show what was done, by whom, to what; each look at it stands in the log itself."""
    at = clock.now()
    asked = Asked.of(request.args, today=day_in_china(at))
    with transaction() as session:
        page = audit_search.lines(session, asked)
        _note(session, "search", asked, at)
    return render_template(
        "bureau/audit.html",
        page=page,
        asked=asked,
        actor_label=registration.actor_label,
        written=written,
    )


@blp.get("/audit.<any(csv, xlsx):form>")
@requires(Permission.SUPERVISE)
@requires_fresh_factor
def audit_file(form: str) -> Response:
    """Hand out the lines that were looked for; that they were taken is written down."""
    at = clock.now()
    asked = Asked.of(request.args, today=day_in_china(at))
    with transaction() as session:
        rows = list(_rows(audit_search.every(session, asked)))
        _note(session, "export", asked, at, form=form, rows=len(rows))
    table = Table(
        name=f"audit-{asked.first:%Y%m%d}-{asked.last:%Y%m%d}",
        headings=[
            gettext("编号"),
            gettext("时间"),
            gettext("操作者"),
            gettext("姓名"),
            gettext("单位"),
            gettext("事件"),
            gettext("对象类型"),
            gettext("对象编号"),
            gettext("请求编号"),
            gettext("内容"),
        ],
        rows=rows,
    )
    return handed_out(table, form)


def written(details: object) -> str:
    """Return the details of a line as people and machines read them."""
    return json.dumps(details, ensure_ascii=False, sort_keys=True) if details else ""


def _rows(lines: Iterable[Line]) -> Iterator[tuple[Cell, ...]]:
    for each in lines:
        yield (
            each.line.id,
            each.line.at,
            each.line.actor,
            registration.actor_label(each.actor),
            each.organisation.name if each.organisation else "",
            each.line.event,
            each.line.subject_kind,
            each.line.subject_id,
            each.line.request_id,
            written(each.line.details),
        )


def _note(session: Session, verb: str, asked: Asked, at: datetime, **more: object) -> None:
    audit.record(
        session,
        actor=current_actor(),
        event=f"supervision.audit.{verb}",
        subject=("audit_line", ""),
        at=at,
        asked=asked.wishes,
        **more,
    )
