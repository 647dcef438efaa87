"""Notes of a district's bureau on scenarios and projects of its own area (辖区批注)."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.identity import rules
from app.identity.models import AreaNote
from app.kernel import audit
from app.kernel.actor import Actor
from app.kernel.permissions import Permission
from app.kernel.sources import cites
from cqcer.models import RegistryProject
from scenarios.models import Scenario


@cites("CQ-4.3")
def annotate(
    session: Session, *, actor: Actor, subject: Scenario | RegistryProject, text: str, at: datetime
) -> AreaNote:
    """Note something on a scenario or project that lies in the actor's own area.

    Raises:
        OutsideArea: it lies elsewhere, or the actor has no area.
        NoteEmpty: nothing is said, or more than 2,000 characters.

    Source: CQ-4.3.
    """
    actor.require(Permission.ANNOTATE_AREA)
    area = rules.check_inside(subject.area_code, own=actor.area_code)
    said = rules.check_note(text)
    is_scenario = isinstance(subject, Scenario)
    note = AreaNote(
        area_code=area,
        scenario_id=subject.id if is_scenario else None,
        project_id=None if is_scenario else subject.id,
        organisation_id=actor.organisation_id,
        text=said,
        written_by=actor.ref,
        written_at=at,
    )
    session.add(note)
    session.flush()
    audit.record(
        session,
        actor=actor,
        event="supervision.area.annotate",
        subject=("scenario" if is_scenario else "registry_project", subject.id),
        at=at,
        note=note.id,
    )
    session.flush()
    return note
