"""Rows that wait for a person's look (待复核数据): released or rejected, with a remark."""

from collections import Counter
from typing import Any

from flask import render_template, request

from app.door.access import current_actor, requires
from app.journeys import intake
from app.kernel import clock
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports import held_lines
from app.web.desk.forms import Typed, kept, moved, refusal, shown_again, whole_or_none
from app.web.desk.words import in_series, word
from app.web.operator.blueprint import blp
from app.web.presentation.language import gettext, ngettext


@blp.get("/held-rows")
@requires(Permission.REVIEW_HELD_ROWS)
def held_rows() -> str:
    """List the rows that wait, the longest waiting first."""
    after = whole_or_none("after") or 0
    with transaction() as session:
        page = held_lines.waiting(session, after=after)
    return render_template(
        "operator/held_rows.html", page=page, after=after, at=clock.now(), typed=kept(), refusal=refusal()
    )


@blp.post("/held-rows")
@requires(Permission.REVIEW_HELD_ROWS)
@shown_again(held_rows)
def decide_held_rows() -> Any:
    """Release or reject the rows that were ticked."""
    typed = Typed(request.form)
    ids = [
        int(each) for each in typed.several("rows") if each.isascii() and each.isdigit() and len(each) < 19
    ]
    if not ids:
        typed.breach("rows", "missing")
    remark = typed.text("remark", most=500)
    typed.check()
    at, actor = clock.now(), current_actor()
    with transaction() as session:
        if request.form.get("decision") == "release":
            results = intake.release_held(session, actor=actor, held_row_ids=ids, remark=remark, at=at)
            counts = Counter(result.outcome for result in results)
            told = in_series(f"{word('outcome', outcome).label} {count}" for outcome, count in counts.items())
            told = gettext("已放行：%(told)s", told=told)
        else:
            count = intake.reject_held(session, actor=actor, held_row_ids=ids, remark=remark, at=at)
            told = ngettext("已拒绝 %(num)s 行", "已拒绝 %(num)s 行", count)
    return moved("operator.held_rows", told)
