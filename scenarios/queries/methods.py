"""Reads of published accounting methods."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from scenarios import methods
from scenarios.errors import MethodUnknown
from scenarios.methods.errors import MethodNotFound
from scenarios.models import Method, PublishedMethod, ScenarioMethod


class Published(NamedTuple):
    """A version with the id under which it is published."""

    id: int
    version: methods.MethodVersion


def method_by_code(session: Session, code: str) -> Method:
    """Return a method.

    Raises:
        MethodNotFound: none has this code.
    """
    found = session.scalars(select(Method).where(Method.code == code)).one_or_none()
    if found is None:
        raise MethodNotFound(method=code)
    return found


def published_versions(session: Session, method_id: int) -> list[Published]:
    """Return the versions of a method as they were published, by first day."""
    rows = session.scalars(
        select(PublishedMethod)
        .where(PublishedMethod.method_id == method_id)
        .order_by(PublishedMethod.valid_from)
    )
    return [Published(row.id, row.as_version) for row in rows]


def published_methods(session: Session) -> Sequence[tuple[Method, PublishedMethod]]:
    """Return every version of every method, by code and first day."""
    found = session.execute(
        select(Method, PublishedMethod)
        .join(PublishedMethod, PublishedMethod.method_id == Method.id)
        .order_by(Method.code, PublishedMethod.valid_from)
    )
    return [(method, version) for method, version in found]


def method_of_scenario(session: Session, scenario_id: int, code: str | None) -> Method:
    """Return the scenario's method with this code, or its only one.

    Raises:
        MethodUnknown: the scenario does not use it, or has several and none is named.
    """
    found = session.scalars(
        select(Method)
        .join(ScenarioMethod, ScenarioMethod.method_id == Method.id)
        .where(ScenarioMethod.scenario_id == scenario_id)
        .order_by(Method.code)
    ).all()
    chosen = [method for method in found if code in {None, method.code}]
    if len(chosen) != 1:
        raise MethodUnknown(method=code, methods=[method.code for method in found])
    return chosen[0]


def unit_of(versions: Sequence[Published], code: str) -> methods.Unit:
    """Return the unit in which a method counts.

    Raises:
        MethodNotFound: the method has no version.
    """
    if not versions:
        raise MethodNotFound(method=code)
    return versions[-1].version.unit
