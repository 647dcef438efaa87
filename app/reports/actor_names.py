"""Names behind the references of actors (经办人): what histories show in place of `staff:12`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity.models import ApiKey, StaffUser
from app.kernel.actor import ActorKind


@dataclass(frozen=True, kw_only=True)
class ActorName:
    """Who acted; a citizen's name is not told."""

    kind: str
    name: str | None


def actor_names(session: Session, refs: Iterable[str | None]) -> Mapping[str, ActorName]:
    """Return the name behind each reference; those that are gone have none."""
    wanted = {ref for ref in refs if ref}
    names: dict[str, str] = {}
    for kind, found in (
        (ActorKind.STAFF, select(StaffUser.id, StaffUser.display_name)),
        (ActorKind.MACHINE, select(ApiKey.id, ApiKey.name)),
    ):
        numbers = [number for ref in wanted if (number := _number_of(ref, kind)) is not None]
        if numbers:
            identifier = found.selected_columns[0]
            for number, name in session.execute(found.where(identifier.in_(numbers))):
                names[f"{kind.value}:{number}"] = name
    return {ref: ActorName(kind=ref.partition(":")[0], name=names.get(ref)) for ref in wanted}


def _number_of(ref: str, kind: ActorKind) -> int | None:
    start, _, number = ref.partition(":")
    return int(number) if start == kind.value and number.isdigit() else None
