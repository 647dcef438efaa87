"""Reads of mapping profiles."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from scenarios.errors import ProfileNotFound
from scenarios.models import MappingProfile


def profiles_of(session: Session, scenario_id: int) -> Sequence[MappingProfile]:
    """Return every version of every profile of a scenario, by name, the newest version first."""
    return session.scalars(
        select(MappingProfile)
        .where(MappingProfile.scenario_id == scenario_id)
        .order_by(MappingProfile.name, MappingProfile.version.desc())
    ).all()


def newest_profile(session: Session, scenario_id: int, name: str) -> MappingProfile:
    """Return the newest version of a profile.

    Raises:
        ProfileNotFound: the scenario has none of this name.
    """
    found = session.scalars(
        select(MappingProfile)
        .where(MappingProfile.scenario_id == scenario_id, MappingProfile.name == name)
        .order_by(MappingProfile.version.desc())
        .limit(1)
    ).one_or_none()
    if found is None:
        raise ProfileNotFound(profile=name)
    return found


def mapping_profile(session: Session, profile_id: int) -> MappingProfile:
    """Return one version of a profile.

    Raises:
        ProfileNotFound: there is none with this id.
    """
    found = session.get(MappingProfile, profile_id)
    if found is None:
        raise ProfileNotFound(profile_id=profile_id)
    return found
