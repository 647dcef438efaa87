"""Keeping versions of a host's mapping profile, and trying one on a sample (映射配置)."""

import re
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel import audit
from app.kernel.actor import Actor
from app.kernel.permissions import Permission
from app.kernel.sources import cites
from scenarios import profiles, queries
from scenarios.commands.steps import check_own
from scenarios.errors import ProfileNameWrong
from scenarios.models import MappingProfile, Method
from scenarios.queries.methods import Published

_NAME: Final = re.compile(r"[a-z][a-z0-9-]{1,39}")


@cites("CQ-34.2")
def save_profile(
    session: Session,
    *,
    actor: Actor,
    scenario_code: str,
    name: str,
    text: str,
    method: str | None = None,
    at: datetime,
) -> MappingProfile:
    """Keep a new version of a profile; the same text again returns the newest version (保存映射配置).

    Args:
        method: code of the accounting method; may be left out when the scenario has one only.

    Raises:
        NotThisHost: another host's scenario.
        ProfileNameWrong: the name is not 2 to 40 lower-case letters, digits and hyphens.
        ProfileInvalid: with every fault and its path.
        MethodUnknown: the scenario does not use the method, or has several and none is named.

    Source: CQ-34.2.
    """
    actor.require(Permission.MANAGE_PROFILES)
    scenario = queries.scenario_by_code(session, scenario_code, lock=True)
    check_own(actor, scenario)
    if not _NAME.fullmatch(name):
        raise ProfileNameWrong(name=name)
    chosen = queries.method_of_scenario(session, scenario.id, method)
    _read(session, text, chosen)
    newest = session.scalars(
        select(MappingProfile)
        .where(MappingProfile.scenario_id == scenario.id, MappingProfile.name == name)
        .order_by(MappingProfile.version.desc())
        .limit(1)
    ).one_or_none()
    if newest is not None and (newest.text, newest.method_id) == (text, chosen.id):
        return newest
    made = MappingProfile(
        scenario_id=scenario.id,
        name=name,
        version=1 if newest is None else newest.version + 1,
        method_id=chosen.id,
        text=text,
        created_by=actor.ref,
        created_at=at,
    )
    session.add(made)
    session.flush()
    audit.record(
        session,
        actor=actor,
        event="scenarios.profile.save",
        subject=("mapping_profile", made.id),
        at=at,
        scenario=scenario.code,
        name=name,
        version=made.version,
    )
    session.flush()
    return made


def try_profile(
    session: Session,
    *,
    actor: Actor,
    scenario_code: str,
    text: str,
    data: bytes,
    method: str | None = None,
    rows: int = 20,
) -> list[profiles.ReadRow]:
    """Return the first rows of a file as a profile would read them; nothing is kept (试读).

    Args:
        data: the file or its beginning.

    Raises:
        NotThisHost: another host's scenario.
        ProfileInvalid: with every fault and its path.
        FileRefused: the file cannot be read at all.

    Source: CQ-34.2.
    """
    actor.require(Permission.MANAGE_PROFILES)
    scenario = queries.scenario_by_code(session, scenario_code)
    check_own(actor, scenario)
    chosen = queries.method_of_scenario(session, scenario.id, method)
    profile = _read(session, text, chosen)
    versions = queries.published_versions(session, chosen.id)
    return profiles.sample(data, profile, rows, max_quantity_milli=highest_quantity(versions))


def highest_quantity(versions: list[Published]) -> int | None:
    """Return the largest quantity that any version of a method takes, None where one takes all.

    Source: CQ-31.3.
    """
    limits = [published.version.max_quantity_milli for published in versions]
    if not limits or None in limits:
        return None
    return max(limit for limit in limits if limit is not None)


def _read(session: Session, text: str, method: Method) -> profiles.Profile:
    profile = profiles.read_profile(text)
    versions = queries.published_versions(session, method.id)
    if versions:
        profiles.check_unit(profile, versions[-1].version.unit)
    return profile
