"""Methodologies (方法学): proposed by anybody, drafted, reviewed by experts, issued by the Bureau alone."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel import audit
from app.kernel.actor import Actor
from app.kernel.days import day_in_china
from app.kernel.permissions import Permission
from app.kernel.sources import cites
from cqcer import formulas, states
from cqcer.errors import MethodologyNotFound, ReasonMissing
from cqcer.errors.parties import MethodologyExists, MethodologyIncomplete
from cqcer.models import Methodology, MethodologyProposal, MethodologyStep, MethodologyVersion
from cqcer.queries import methodologies
from cqcer.queries.methodologies import PARTS, PRINCIPLES
from cqcer.rulebooks import rulebook
from cqcer.values import Category, MethodologyAct, MethodologyState, ProposalAct, ProposalState, RulebookCode

_A: Final = MethodologyAct


@cites("CQ-13.2", "CQ-12.1")
def propose_methodology(
    session: Session,
    *,
    actor: Actor,
    methodology_id: int | None,
    title: str,
    body: str,
    document_id: int | None,
    at: datetime,
) -> MethodologyProposal:
    """Propose a methodology, or the revision of one; the Bureau answers (方法学建议).

    Raises:
        MethodologyNotFound: there is no such methodology.
        ReasonMissing: it says not what is proposed.

    Source: CQ-13.2, CQ-12.1.
    """
    actor.require(Permission.PROPOSE_METHODOLOGY)
    if methodology_id is not None and session.get(Methodology, methodology_id) is None:
        raise MethodologyNotFound(methodology_id=methodology_id)
    if not title.strip() or not body.strip():
        raise ReasonMissing
    made = MethodologyProposal(
        methodology_id=methodology_id,
        title=title.strip(),
        body=body.strip(),
        document_id=document_id,
        proposed_by=actor.ref,
        proposed_at=at,
    )
    session.add(made)
    session.flush()
    session.refresh(made)
    _record(session, actor, "registry.methodology.propose", made.id, at)
    return made


@cites("CQ-13.2")
def answer_proposal(
    session: Session, *, actor: Actor, proposal_id: int, take_up: bool, answer: str, at: datetime
) -> MethodologyProposal:
    """Take a proposal up or decline it, with an answer; no methodology is changed by this.

    Raises:
        ProposalNotFound: there is none with this id.
        ReasonMissing: it says not why.
        ActOutOfTurn: it is answered.

    Source: CQ-13.2.
    """
    actor.require(Permission.DECIDE_METHODOLOGIES)
    found = methodologies.proposal(session, proposal_id, lock=True)
    act = ProposalAct.TAKE_UP if take_up else ProposalAct.DECLINE
    following = states.after(states.PROPOSAL, ProposalState(found.state), act)
    if not answer.strip():
        raise ReasonMissing
    found.state, found.answer = following.value, answer.strip()
    found.answered_by, found.answered_at = actor.ref, at
    _record(session, actor, f"registry.proposal.{act.value}", found.id, at)
    session.flush()
    return found


@cites("CQ-11.1", "CQ-12.1")
def found_methodology(
    session: Session,
    *,
    actor: Actor,
    code: str,
    category: Category,
    title: str,
    title_en: str,
    field: str,
    at: datetime,
) -> Methodology:
    """Give a new methodology its code, its one category and its field.

    Raises:
        MethodologyExists: the code is taken.
        ReasonMissing: code, title or field is left out.

    Source: CQ-11.1, CQ-12.1.
    """
    actor.require(Permission.DECIDE_METHODOLOGIES)
    written = [part.strip() for part in (code, title, title_en, field)]
    if not all(written):
        raise ReasonMissing
    if session.scalar(select(Methodology.id).where(Methodology.code == written[0])) is not None:
        raise MethodologyExists(code=written[0])
    made = Methodology(
        code=written[0], category=category.value, title=written[1], title_en=written[2], field=written[3]
    )
    session.add(made)
    session.flush()
    _record(session, actor, "registry.methodology.found", made.id, at)
    return made


@cites("CQ-12.1", "CQ-13.1", "CQ-42.5")
def draft_version(
    session: Session,
    *,
    actor: Actor,
    methodology_id: int,
    version: str,
    parts: Mapping[str, str],
    formula: Mapping[str, Any],
    crediting_years: int | None,
    sector_departments: Sequence[str],
    code: RulebookCode = RulebookCode.CQCER,
    proposal_id: int | None = None,
    at: datetime,
) -> MethodologyVersion:
    """Draft a version with the sector departments; a proposal that was taken up may stand behind it.

    Raises:
        MethodologyNotFound: there is no such methodology.
        MethodologyExists: it has a version of this name.
        ProposalNotFound: there is no such proposal.
        FormulaMalformed: the formula cannot be read, or a test vector comes out otherwise.

    Source: CQ-12.1, CQ-13.1, CQ-42.5.
    """
    actor.require(Permission.DECIDE_METHODOLOGIES)
    if session.get(Methodology, methodology_id) is None:
        raise MethodologyNotFound(methodology_id=methodology_id)
    if any(one.version == version for one in methodologies.versions_of(session, methodology_id)):
        raise MethodologyExists(version=version)
    formulas.read(formula)
    made = MethodologyVersion(
        methodology_id=methodology_id,
        rulebook=code.value,
        version=version.strip(),
        state=MethodologyState.PROPOSED.value,
        parts={name: text.strip() for name, text in parts.items() if text.strip()},
        principles={},
        formula=dict(formula),
        crediting_years=crediting_years,
        sector_departments=[one.strip() for one in sector_departments if one.strip()],
        written_by=actor.ref,
        written_at=at,
    )
    session.add(made)
    session.flush()
    if proposal_id is not None:
        methodologies.proposal(session, proposal_id, lock=True).version_id = made.id
    _step(session, made, _A.PROPOSE, actor=actor, at=at, before=None)
    _step(session, made, _A.TAKE_UP, actor=actor, at=at)
    return made


@cites("CQ-11.2", "CQ-7.1")
def send_to_review(session: Session, *, actor: Actor, version_id: int, at: datetime) -> MethodologyVersion:
    """Send a draft to the experts who are assigned to it.

    Raises:
        MethodologyNotFound: there is none with this id.
        ActOutOfTurn: it is no draft.

    Source: CQ-11.2, CQ-7.1.
    """
    return _decide(session, actor, version_id, _A.SEND_TO_REVIEW, at=at)


@cites("CQ-11.2")
def ask_for_changes(
    session: Session, *, actor: Actor, version_id: int, reason: str, at: datetime
) -> MethodologyVersion:
    """Send a version back from review to its drafters.

    Raises:
        MethodologyNotFound: there is none with this id.
        ReasonMissing: it says not what to change.
        ActOutOfTurn: it is not under review.

    Source: CQ-11.2.
    """
    if not reason.strip():
        raise ReasonMissing
    return _decide(session, actor, version_id, _A.ASK_FOR_CHANGES, at=at, reason=reason.strip())


@cites("CQ-4.1", "CQ-11.2", "CQ-12.1", "CQ-13.1", "CQ-42.5", "CQ-20.8", "CQ-20.9", "CQ-20.10")
def issue_version(
    session: Session, *, actor: Actor, version_id: int, document_id: int, at: datetime
) -> MethodologyVersion:
    """Issue a reviewed version from today on; the version before it is superseded (发布).

    Raises:
        MethodologyNotFound: there is none with this id.
        MethodologyIncomplete: parts, principles or departments are missing, a test vector of the
            formula comes out otherwise, or it credits longer than its category.
        ActOutOfTurn: it is not under review.

    Source: CQ-4.1, CQ-11.2, CQ-12.1, CQ-13.1, CQ-42.5, CQ-20.8, CQ-20.9, CQ-20.10.
    """
    actor.require(Permission.DECIDE_METHODOLOGIES)
    found = methodologies.version(session, version_id, lock=True)
    states.after(states.METHODOLOGY, MethodologyState(found.state), _A.ISSUE)
    met = methodologies.principles_met(session, found.id)
    breaches = _missing(session, found, met)
    if breaches:
        raise MethodologyIncomplete(**breaches)
    formulas.read(found.formula or {})
    today = day_in_china(at)
    for other in methodologies.versions_of(session, found.methodology_id):
        if other.state == MethodologyState.ISSUED and other.rulebook == found.rulebook:
            before = other.state
            other.ended_on = max(today, other.issued_on or today)
            other.state = MethodologyState.SUPERSEDED.value
            session.flush()
            _step(session, other, _A.SUPERSEDE, actor=actor, at=at, before=before, moved=True)
    found.principles = dict(met)
    found.issued_on, found.document_id = today, document_id
    return _step(session, found, _A.ISSUE, actor=actor, at=at)


@cites("CQ-4.1", "CQ-13.1", "Q-14")
def abolish_version(
    session: Session, *, actor: Actor, version_id: int, from_day: date, reason: str, at: datetime
) -> MethodologyVersion:
    """Abolish a version: from `from_day` on it cannot be chosen; projects under it keep it (废止).

    Raises:
        MethodologyNotFound: there is none with this id.
        ReasonMissing: it says not why.
        MethodologyIncomplete: the day lies in the past.
        ActOutOfTurn: it was never issued, or is abolished.

    Source: CQ-4.1, CQ-13.1, Q-14.
    """
    actor.require(Permission.DECIDE_METHODOLOGIES)
    found = methodologies.version(session, version_id, lock=True)
    states.after(states.METHODOLOGY, MethodologyState(found.state), _A.ABOLISH)
    if not reason.strip():
        raise ReasonMissing
    if from_day < day_in_china(at):
        raise MethodologyIncomplete(from_day="in_past")
    # a superseded version ended already, and does not come back for a while
    found.ended_on = from_day if found.ended_on is None else min(found.ended_on, from_day)
    return _step(session, found, _A.ABOLISH, actor=actor, at=at, reason=reason.strip())


def _missing(session: Session, found: MethodologyVersion, met: Mapping[str, list[int]]) -> dict[str, Any]:
    methodology = session.get_one(Methodology, found.methodology_id)
    breaches: dict[str, Any] = {}
    if absent := [part for part in PARTS if not found.parts.get(part)]:
        breaches["parts"] = absent
    if unmet := [principle for principle in PRINCIPLES if not met.get(principle)]:
        breaches["principles"] = unmet
    if not found.sector_departments:
        breaches["sector_departments"] = "missing"
    limit = rulebook(RulebookCode(found.rulebook)).crediting_years.get(Category(methodology.category))
    if limit is not None and found.crediting_years is not None and found.crediting_years > limit:
        breaches["crediting_years"] = limit
    return breaches


def _decide(
    session: Session,
    actor: Actor,
    version_id: int,
    act: MethodologyAct,
    *,
    at: datetime,
    reason: str | None = None,
) -> MethodologyVersion:
    actor.require(Permission.DECIDE_METHODOLOGIES)
    found = methodologies.version(session, version_id, lock=True)
    return _step(session, found, act, actor=actor, at=at, reason=reason)


def _step(
    session: Session,
    found: MethodologyVersion,
    act: MethodologyAct,
    *,
    actor: Actor,
    at: datetime,
    reason: str | None = None,
    before: str | None = "",
    moved: bool = False,
) -> MethodologyVersion:
    """Take one step and write it down; `moved` where the state is that of after the step already."""
    present = found.state if before == "" else before
    following = states.after(states.METHODOLOGY, None if present is None else MethodologyState(present), act)
    if not moved and found.state != following.value:
        found.state = following.value
        session.flush()
    session.add(
        MethodologyStep(
            version_id=found.id,
            act=act.value,
            from_state=present or "",
            to_state=following.value,
            reason=reason,
            actor=actor.ref,
            at=at,
        )
    )
    _record(session, actor, f"registry.methodology.{act.value}", found.id, at)
    session.flush()
    return found


def _record(session: Session, actor: Actor, event: str, number: int, at: datetime) -> None:
    audit.record(session, actor=actor, event=event, subject=("methodology", number), at=at)
