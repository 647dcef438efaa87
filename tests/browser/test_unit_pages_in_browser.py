"""The public pages of units in a real browser: axe, sizes, reflow; theme, language and width by turns."""

import random

import pytest

from app.kernel.actor import SYSTEM
from app.kernel.session import transaction
from cqcer import commands, queries
from cqcer.values import MovementKind, MovementOrder, Purpose
from tests.browser.test_pages_in_browser import EVERYTHING, SEED, look
from tests.integration.cqcer import registry as build
from tests.integration.cqcer import using

pytestmark = pytest.mark.browser


@pytest.fixture
def certified(town):
    """Units of one owner, some frozen, some cancelled for an event and for an individual."""
    with transaction() as session:
        world = build.registry(session)
        world.at = build.issued(session, world, 12_000)
        event = using.cancel(
            session,
            world,
            860,
            Purpose.EVENT_NEUTRALITY,
            kind="event",
            name="2025 重庆两江新区半程马拉松暨绿色低碳全民健身系列活动",
        )
        personal = using.cancel(session, world, 3, Purpose.PERSONAL, kind="person", name="张三丰")
        commands.propose_movement(
            session,
            actor=world.agency[0],
            order=MovementOrder(
                kind=MovementKind.FREEZE,
                quantity=40,
                giving_account_id=world.owner.account.id,
                ground_document_id=build.paper(session),
            ),
            key="f",
            at=world.at,
        )
        commands.audit_books(session, actor=SYSTEM, at=world.at)
        ended = commands.ask_to_cancel_project(
            session,
            actor=world.owner.initiator,
            project_id=world.project.id,
            document_id=build.paper(session),
            at=world.at,
        )
        commands.confirm_ending(session, actor=world.agency[1], proposal_id=ended.id, at=world.at)
        certificates = [queries.certificate_of(session, one.id) for one in (event, personal)]
        return [one.number for one in certificates if one is not None]


def test_every_page_of_units_is_accessible_and_fits(town, certified):
    pages = (
        "/units",
        "/units/1",
        "/units/12000",
        "/units/99999999",
        "/cancellations",
        "/cancellations?purpose=judicial",
        "/verify",
        *(f"/verify/{number}" for number in certified),
    )
    stranger = town.visitor("units")
    wrong: dict[object, object] = {}

    for path in pages:
        wrong |= look(town, stranger, path, *random.Random(f"{SEED} {path}").choice(EVERYTHING))

    assert wrong == {}
