"""The second computation finds what somebody with every right has done to the books."""

import secrets

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.secrets import Keyring, use_keyring
from app.kernel.session import make_engine
from cqcer import commands
from cqcer.queries.second_opinion import second_opinion
from cqcer.values import MovementKind, MovementOrder
from tests.integration.cqcer import registry as build
from tests.obligations import obligation


@pytest.fixture(scope="module")
def as_owner(server):
    """The owner of the schema, who can switch every trigger off, on books of a thousand units."""
    use_keyring(Keyring(web=b"w" * 32, data=b"d" * 32, index=b"i" * 32))
    own = server.copy(f"test_{secrets.token_hex(6)}")
    engine = make_engine(own.app)
    with Session(engine) as session:
        world = build.registry(session)
        at = build.issued(session, world, 1000)
        other = build.holder(session, world.agency[0])
        for key, ending in (("a", "confirm"), ("b", "refuse"), ("c", "")):
            order = MovementOrder(
                kind=MovementKind.FREEZE,
                quantity=100,
                giving_account_id=world.owner.account.id,
                ground_document_id=build.paper(session),
            )
            made = commands.propose_movement(session, actor=world.agency[0], order=order, key=key, at=at)
            if ending == "confirm":
                commands.confirm_movement(session, actor=world.agency[1], movement_id=made.id, at=at)
            elif ending == "refuse":
                commands.refuse_movement(
                    session, actor=world.agency[1], movement_id=made.id, reason="x", at=at
                )
        assert other.account.id != world.owner.account.id
        session.commit()
    engine.dispose()
    owners = make_engine(own.owner)
    yield owners
    owners.dispose()
    own.cluster.drop_database(own.name)
    use_keyring(None)


def test_books_nobody_touched_agree(as_owner):
    with Session(as_owner) as session:
        found = second_opinion(session)

    assert found.findings == []
    assert (found.movements, found.units) == (6, 1000)  # one issue, three proposals, two that ended


@obligation("CQ-6.5", "CQ-30.3")
@pytest.mark.parametrize(
    ("table", "sql"),
    [
        ("holding", "UPDATE holding SET account_id = 2 WHERE state = 'frozen_order'"),
        ("holding", "UPDATE holding SET state = 'held' WHERE state = 'frozen_order'"),
        ("holding", "DELETE FROM holding WHERE state = 'reserved'"),
        ("holding", "UPDATE holding SET end_no = end_no + 500 WHERE end_no = 1000"),
        ("block_tally", "UPDATE block_tally SET held = held - 1, cancelled = cancelled + 1"),
        ("issued_block", "UPDATE issued_block SET end_no = 1500"),
        ("movement_step", "DELETE FROM movement_step WHERE act = 'execute' AND seq > 4"),
        ("movement_part", "UPDATE movement_part SET end_no = end_no - 1 WHERE start_no = 1 AND end_no = 100"),
        ("unit_movement", "UPDATE unit_movement SET giving_account_id = 2 WHERE kind = 'freeze'"),
    ],
)
def test_every_change_by_hand_is_found(as_owner, table, sql):
    with Session(as_owner) as session:
        session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        assert session.execute(text(sql)).rowcount > 0  # type: ignore[attr-defined]
        assert second_opinion(session).findings != []
        session.rollback()
