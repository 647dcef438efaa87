"""A registry with a project, a batch, units and a cancellation, for the tests of its API."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from app.kernel import clock
from cqcer import commands
from cqcer.models import Batch, Movement, RegistryProject
from cqcer.values import Category, MovementKind, MovementOrder, Purpose, Subject
from tests.integration.cqcer.story import VERIFIED, Story


@dataclass
class Issued:
    """A project with a batch of 480 units, of which 30 are cancelled a day later."""

    story: Story
    project: RegistryProject
    batch: Batch
    issued_at: datetime
    cancellation: Movement


@pytest.fixture
def story(session: Session) -> Story:
    """The people of a project."""
    return Story(session, Category.ENGINEERING)


@pytest.fixture
def issued(session: Session, story: Story) -> Iterator[Issued]:
    """Bring it all the way, and hold the clock at the end of it."""
    project = story.registered_project()
    batch = story.batch(project, 500)
    story.report(batch, Subject.BATCH, VERIFIED, verified=500)
    story.through_notice(batch, Subject.BATCH)
    story.to_letter(batch, Subject.BATCH, quantity=480)
    story.register(batch, Subject.BATCH)
    issued_at = story.at
    story.at = issued_at.replace(day=issued_at.day + 1)
    for_whom = commands.enter_beneficiary(
        session, actor=story.officer, kind="event", name="重庆马拉松", organisation_id=None, at=story.at
    )
    movement = commands.propose_movement(
        session,
        actor=story.owner.initiator,
        order=MovementOrder(
            kind=MovementKind.CANCEL,
            quantity=30,
            giving_account_id=story.owner.account.id,
            purpose=Purpose.EVENT_NEUTRALITY,
            beneficiary_id=for_whom.id,
            usage={"emissions_t": 30},
        ),
        key="cancel",
        at=story.at,
    )
    commands.confirm_movement(
        session, actor=story.owner.confirmer, movement_id=movement.id, at=story.at, second_factor=True
    )
    session.commit()
    with clock.frozen(story.at):
        yield Issued(story, project, batch, issued_at, movement)
