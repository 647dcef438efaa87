"""Corrections before the operator (积分更正): the list, and the steps that need two people (Q-25)."""

from typing import Any

from flask import Response, render_template, request

from app.door.access import current_actor, requires, requires_fresh_factor, takes_uploads
from app.kernel import audit, clock
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports import correction_files, correction_lists
from app.reports.correction_lists import Asked
from app.web.desk import correction_tables, files, registration
from app.web.desk.downloads import handed_out
from app.web.desk.forms import Typed, kept, moved, refusal, shown_again
from app.web.operator.blueprint import blp
from app.web.presentation.language import gettext
from points import commands, states
from points.errors import AccountNotFound, EntryNotFound
from points.values import CorrectionState


@blp.get("/corrections")
@requires(Permission.SEE_OPERATIONS)
def corrections() -> str:
    """List the corrections, the latest first."""
    asked = Asked.of(request.args)
    with transaction() as session:
        page = correction_lists.lines(session, asked)
    return render_template(
        "operator/corrections.html", page=page, asked=asked, actor_label=registration.actor_label
    )


@blp.get("/corrections.<any(csv, xlsx):form>")
@requires(Permission.SEE_OPERATIONS)
def corrections_file(form: str) -> Response:
    """Hand the list out; that it was taken is written down."""
    asked = Asked.of(request.args)
    with transaction() as session:
        table = correction_tables.table_of(correction_lists.every(session, asked))
        audit.record(
            session,
            actor=current_actor(),
            event="operations.corrections.export",
            subject=("correction", ""),
            at=clock.now(),
            form=form,
            asked=asked.wishes,
        )
    return handed_out(table, form)


@blp.get("/corrections/<int:correction_id>/evidence")
@requires(Permission.SEE_OPERATIONS)
def correction_evidence(correction_id: int) -> Response:
    """Hand out the document on which a correction rests; each look is written down."""
    with transaction() as session:
        found = correction_files.evidence(session, correction_id, actor=current_actor(), at=clock.now())
    return files.handed_out(found)


@blp.get("/corrections/<int:correction_id>")
@requires(Permission.SEE_OPERATIONS)
def correction(correction_id: int) -> str:
    """Show one correction with its steps."""
    with transaction() as session:
        file = correction_files.correction_file(session, correction_id)
    actor = current_actor()
    return render_template(
        "operator/correction.html",
        file=file,
        at=clock.now(),
        acts={act.value for act in states.allowed(states.CORRECTION, CorrectionState(file.correction.state))},
        confirms=actor.may(Permission.CONFIRM_CORRECTION),
        proposes=actor.may(Permission.PROPOSE_CORRECTION),
        proposed_by_me=file.correction.proposed_by == actor.ref,
        actor_label=registration.actor_label,
        typed=kept(),
        refusal=refusal(),
    )


@blp.post("/corrections/<int:correction_id>/confirm")
@requires(Permission.CONFIRM_CORRECTION)
@shown_again(correction)
def confirm_correction(correction_id: int) -> Any:
    """Confirm another person's proposal; the holder is told."""
    with transaction() as session:
        commands.confirm_correction(
            session, actor=current_actor(), correction_id=correction_id, at=clock.now()
        )
    return moved(
        "operator.correction",
        gettext("已确认并通知持有人，十五日内可提出异议。"),
        correction_id=correction_id,
    )


@blp.post("/corrections/<int:correction_id>/answer")
@requires(Permission.CONFIRM_CORRECTION)
@shown_again(correction)
def answer_objection(correction_id: int) -> Any:
    """Answer the holder's objection and hold to the correction."""
    with transaction() as session:
        commands.answer_objection(
            session,
            actor=current_actor(),
            correction_id=correction_id,
            answer=request.form.get("answer", ""),
            at=clock.now(),
        )
    return moved("operator.correction", gettext("已答复异议。"), correction_id=correction_id)


@blp.post("/corrections/<int:correction_id>/withdraw")
@requires(Permission.CONFIRM_CORRECTION)
@shown_again(correction)
def withdraw_correction(correction_id: int) -> Any:
    """Withdraw a correction before it is carried out, as the second person."""
    return _withdraw(correction_id)


@blp.post("/corrections/<int:correction_id>/take-back")
@requires(Permission.PROPOSE_CORRECTION)
@shown_again(correction)
def take_correction_back(correction_id: int) -> Any:
    """Withdraw a correction before it is carried out, as one who proposes."""
    return _withdraw(correction_id)


def _withdraw(correction_id: int) -> Any:
    with transaction() as session:
        commands.withdraw_correction(
            session,
            actor=current_actor(),
            correction_id=correction_id,
            reason=request.form.get("reason", ""),
            at=clock.now(),
        )
    return moved("operator.correction", gettext("已撤回更正。"), correction_id=correction_id)


@blp.post("/corrections/<int:correction_id>/execute")
@requires(Permission.CONFIRM_CORRECTION)
@shown_again(correction)
def execute_correction(correction_id: int) -> Any:
    """Carry a correction out once the time to object is over."""
    with transaction() as session:
        commands.execute_correction(
            session, actor=current_actor(), correction_id=correction_id, at=clock.now()
        )
    return moved("operator.correction", gettext("已执行更正。"), correction_id=correction_id)


@blp.get("/corrections/new")
@requires(Permission.PROPOSE_CORRECTION)
@requires_fresh_factor
def new_correction() -> str:
    """Show the form of a proposal."""
    return render_template("operator/correction_form.html", typed=kept(request.args), refusal=refusal())


@blp.post("/corrections")
@requires(Permission.PROPOSE_CORRECTION)
@requires_fresh_factor
@takes_uploads
@shown_again(new_correction, also=(AccountNotFound, EntryNotFound))
def propose_correction() -> Any:
    """Propose to take back points wrongly issued for one behaviour."""
    typed = Typed(request.form)
    number = typed.text("account_number", most=20).replace(" ", "")
    behaviour_id = typed.whole("behaviour_id", least=1, most=10**18)
    amount = typed.points("amount")
    clause = typed.text("rule_clause", most=2_000)
    reason = typed.text("reason", most=2_000)
    paper = files.take(typed, "evidence", most=files.MOST_EVIDENCE, types=files.PAPERS)
    typed.check()
    assert paper is not None
    at, actor = clock.now(), current_actor()
    with transaction() as session:
        issue = correction_files.issue_entry(session, account_number=number, behaviour_id=behaviour_id)
        proposed = commands.propose_correction(
            session,
            actor=actor,
            account_id=issue.account_id,
            behaviour_id=behaviour_id,
            behaviour_day=issue.behaviour_day,
            amount=amount,
            rule_clause=clause,
            reason=reason,
            evidence_id=paper.record(session, created_by=actor.ref, at=at).id,
            at=at,
        )
    return moved("operator.correction", gettext("已提出，须由另一人确认。"), correction_id=proposed.id)
