"""Rows that wait for a person's look (待复核数据): released or rejected, with a remark."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from flask import render_template, request
from sqlalchemy.orm import Session

from app.door.access import current_actor, requires
from app.journeys import intake
from app.kernel import clock
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports import held_lines
from app.reports.actor_names import actor_names
from app.web.desk import registration
from app.web.desk.forms import Typed, kept, moved, refusal, shown_again, whole_or_none
from app.web.desk.words import in_series, word
from app.web.operator.blueprint import blp
from app.web.presentation.language import gettext, ngettext


@blp.get("/held-rows")
@requires(Permission.REVIEW_HELD_ROWS)
def held_rows() -> str:
    """List the rows that wait, the longest waiting first."""
    after, scenario = whole_or_none("after") or 0, request.args.get("scenario", "")[:40]
    with transaction() as session:
        page = held_lines.waiting(session, after=after, scenario=scenario or None)
    return render_template(
        "operator/held_rows.html",
        page=page,
        after=after,
        scenario=scenario,
        most=held_lines.MOST_AT_ONCE,
        typed=kept(),
        refusal=refusal(),
    )


@blp.post("/held-rows")
@requires(Permission.REVIEW_HELD_ROWS)
@shown_again(held_rows)
def decide_held_rows() -> Any:
    """Release or reject the rows that were ticked, or all that wait of one scenario."""
    typed = Typed(request.form)
    scenario = request.args.get("scenario", "")[:40]
    everything = bool(scenario and request.form.get("every"))
    ids = [
        int(each) for each in typed.several("rows") if each.isascii() and each.isdigit() and len(each) < 19
    ]
    if not ids and not everything:
        typed.breach("rows", "missing")
    remark = typed.text("remark", most=500)
    typed.check()
    with transaction() as session:
        if everything:
            ids = held_lines.waiting_ids(session, scenario=scenario)
        told = _decide(session, ids, remark)
    return moved("operator.held_rows", told, scenario=scenario or None)


@blp.get("/held-rows/<int:row_id>")
@requires(Permission.REVIEW_HELD_ROWS)
def held_row(row_id: int) -> str:
    """Show one row with what it can be compared with."""
    with transaction() as session:
        file = held_lines.held_file(session, row_id)
        names = actor_names(session, [file.line.row.decided_by])
    return render_template(
        "operator/held_row.html",
        file=file,
        line=file.line,
        names=names,
        actor_label=registration.actor_label,
        typed=kept(),
        refusal=refusal(),
    )


@blp.post("/held-rows/<int:row_id>")
@requires(Permission.REVIEW_HELD_ROWS)
@shown_again(held_row)
def decide_held_row(row_id: int) -> Any:
    """Release or reject one row, with a reason."""
    typed = Typed(request.form)
    remark = typed.text("remark", most=500)
    typed.check()
    with transaction() as session:
        told = _decide(session, [row_id], remark)
    return moved("operator.held_rows", told)


def _decide(session: Session, ids: Sequence[int], remark: str) -> str:
    at, actor = clock.now(), current_actor()
    if request.form.get("decision") == "release":
        results = intake.release_held(session, actor=actor, held_row_ids=ids, remark=remark, at=at)
        counts = Counter(result.outcome for result in results)
        told = in_series(f"{word('outcome', outcome).label} {count}" for outcome, count in counts.items())
        return gettext("已放行：%(told)s", told=told)
    count = intake.reject_held(session, actor=actor, held_row_ids=ids, remark=remark, at=at)
    return ngettext("已拒绝 %(num)s 行", "已拒绝 %(num)s 行", count)
