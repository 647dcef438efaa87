"""How far a scenario's registration has come, as its pages draw it (登记进度)."""

from typing import Any, Final

from app.kernel.actor import ActorKind
from app.reports.actor_names import ActorName
from app.reports.scenario_files import ScenarioFile
from app.web.desk.words import word
from app.web.presentation import dates
from app.web.presentation.language import gettext
from scenarios.models import ScenarioStep
from scenarios.states import NEXT, WITHOUT_BUREAU, Act, State

_DONE: Final = {
    State.APPLIED: 1,
    State.UNDER_ASSESSMENT: 1,
    State.ASSESSED: 2,
    State.AGREED: 3,
    State.APPROVED: 4,
    State.LISTED: 5,
    State.SUSPENDED: 5,
    State.DELISTED: 5,
}


def stations(file: ScenarioFile) -> tuple[list[str], int]:
    """Return the stations of a registration, and which one it stands at, counted from 1."""
    labels = [
        gettext("申请登记"),
        gettext("受理评估"),
        gettext("双方协商"),
        gettext("主管审批"),
        gettext("登记上架"),
    ]
    state = State(file.scenario.state)
    if state is State.REJECTED:
        state = State(file.steps[-1].from_state or State.APPLIED) if file.steps else State.APPLIED
    done = _DONE[state]
    if not file.bureau_approves:
        del labels[3]
        done = min(done, 3) if done < 5 else 4
    return labels, done + 1


def acts(file: ScenarioFile) -> frozenset[str]:
    """Return the acts that the present state allows to whoever may do them."""
    table = NEXT if file.bureau_approves else WITHOUT_BUREAU
    state = State(file.scenario.state)
    return frozenset(act.value for present, act in table if present is state)


def events(file: ScenarioFile) -> list[dict[str, Any]]:
    """Return the history for a timeline, the latest first."""
    return [_event(file, step) for step in reversed(file.steps)]


def _event(file: ScenarioFile, step: ScenarioStep) -> dict[str, Any]:
    look = word("scenario_act", step.act)
    who = actor_label(file.names.get(step.actor))
    if step.act in {Act.ACCEPT, Act.AGREE}:
        by_host = (step.actor, step.at) == (file.scenario.host_agreed_by, file.scenario.host_agreed_at)
        who = f"{gettext('场景方') if by_host else gettext('运营主体')} · {who}"
    return {
        "title": look.label,
        "icon": look.icon,
        "tone": look.tone,
        "meta": f"{dates.instant(step.at)} · {who}",
        "text": step.reason or "",
    }


def actor_label(name: ActorName | None) -> str:
    """Return who acted, for people to read."""
    if name is None or name.kind == ActorKind.SYSTEM:
        return gettext("系统")
    if name.kind == ActorKind.CITIZEN:
        return gettext("公众用户")
    if name.kind == ActorKind.MACHINE:
        return gettext("接口 %(name)s", name=name.name or "")
    return name.name or gettext("工作人员")
