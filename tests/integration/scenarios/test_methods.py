"""Accounting methods published on the database: once each, never changed."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select

from app.kernel.actor import SYSTEM
from app.kernel.errors import Forbidden
from scenarios import commands, methods, queries
from scenarios.errors import MethodChanged, MethodUnknown, MethodVersionsOverlap
from scenarios.models import PublishedMethod
from tests.builders import people
from tests.builders import scenarios as builders
from tests.obligations import obligation

NOW = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)


@obligation("CQ-31.3")
def test_every_seeded_version_is_published_once(session):
    first = commands.publish_methods(session, actor=SYSTEM, at=NOW)
    again = commands.publish_methods(session, actor=SYSTEM, at=NOW)

    known = sum(len(method.versions) for method in methods.seeded().values())
    assert (first, again) == (known, 0)
    assert session.scalar(select(func.count()).select_from(PublishedMethod)) == known


def test_a_version_reads_back_as_it_was(session):
    commands.publish_methods(session, actor=SYSTEM, at=NOW)

    bus = queries.method_by_code(session, "bus.ride")
    (published,) = queries.published_versions(session, bus.id)

    assert published.version == methods.by_code("bus.ride").versions[0]


@obligation("CQ-31.3")
def test_other_content_under_a_published_version_is_refused(session):
    commands.publish_methods(session, actor=SYSTEM, at=NOW)
    bus = methods.by_code("bus.ride")
    changed = replace(bus, versions=(replace(bus.versions[0], cap_count=7),))

    with pytest.raises(MethodChanged) as refusal:
        commands.publish_methods(session, actor=SYSTEM, at=NOW, published={"bus.ride": changed})

    assert refusal.value.details == {"method": "bus.ride", "version": 1}


@obligation("CQ-31.3")
def test_two_versions_never_hold_on_one_day(session):
    commands.publish_methods(session, actor=SYSTEM, at=NOW)
    bus = methods.by_code("bus.ride")
    second = replace(bus.versions[0], version=2, valid_from=date(2027, 1, 1))

    with pytest.raises(MethodVersionsOverlap):
        commands.publish_methods(
            session,
            actor=SYSTEM,
            at=NOW,
            published={"bus.ride": replace(bus, versions=(*bus.versions, second))},
        )


def test_only_the_operator_publishes(session):
    with pytest.raises(Forbidden):
        commands.publish_methods(session, actor=people.host(session, at=NOW), at=NOW)


def test_a_scenario_with_several_methods_must_be_told_which(session):
    for code in ("bicycle.ride", "bus.ride"):
        builders.method(session, code, at=NOW)
    made = builders.listed(
        session, people.host(session, at=NOW), at=NOW, methods=("bicycle.ride", "bus.ride")
    )

    assert queries.method_of_scenario(session, made.id, "bus.ride").code == "bus.ride"
    for unknown in (None, "walking.steps"):
        with pytest.raises(MethodUnknown):
            queries.method_of_scenario(session, made.id, unknown)
