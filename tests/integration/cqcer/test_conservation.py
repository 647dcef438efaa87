"""Random runs: whatever is issued, given, frozen and cancelled, in any order, no unit is lost or double."""

import secrets
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy.orm import Session

from app.kernel.actor import SYSTEM
from app.kernel.secrets import Keyring, use_keyring
from app.kernel.session import make_engine
from cqcer import commands, crediting, queries, ranges
from cqcer.errors import ChecksFailed
from cqcer.models import Movement
from cqcer.queries.second_opinion import second_opinion
from cqcer.values import Category, MovementKind, MovementOrder, Purpose, Range, UnitState
from tests.integration.cqcer import registry as build
from tests.obligations import obligation

KINDS = ["freeze", "thaw", "force"]
HELD, FROZEN, CANCELLED = UnitState.HELD, UnitState.FROZEN_ORDER, UnitState.CANCELLED


@pytest.fixture(scope="module")
def engine_of_runs(server):
    use_keyring(Keyring(web=b"w" * 32, data=b"d" * 32, index=b"i" * 32))
    own = server.copy(f"test_{secrets.token_hex(6)}")
    engine = make_engine(own.app)
    yield engine
    engine.dispose()
    own.cluster.drop_database(own.name)
    use_keyring(None)


class Runs(RuleBasedStateMachine):
    """The registry beside a picture of it: each number, who holds it, in which state."""

    def __init__(self, engine):
        super().__init__()
        self.session = Session(engine, expire_on_commit=False)
        self.world = build.registry(self.session, category=Category.SINK, years=40)
        self.owner = self.world.owner
        self.others = [build.holder(self.session, self.world.agency[0]) for _ in range(2)]
        self.ground = build.paper(self.session)
        self.for_whom = commands.enter_beneficiary(
            self.session,
            actor=self.world.agency[0],
            kind="public",
            name="社会公众",
            organisation_id=None,
            at=self.world.at,
        ).id
        self.at = self.world.at
        self.picture: dict[int, tuple[int, UnitState]] = {}
        self.waiting: list[tuple[Movement, list[int], tuple[int, UnitState]]] = []
        self.first = date(2021, 9, 15)
        self.keys = 0

    def teardown(self):
        self.session.rollback()
        self.session.close()

    def free(self, account, state):
        reserved = {number for _m, numbers, _to in self.waiting for number in numbers}
        return [n for n, owner in self.picture.items() if owner == (account, state) and n not in reserved]

    def propose(self, actor, order, to):
        self.keys += 1
        free = self.free(order.giving_account_id, order.from_state)
        if order.quantity > len(free):
            with pytest.raises(ChecksFailed):
                commands.propose_movement(
                    self.session, actor=actor, order=order, key=f"k{self.keys}", at=self.at
                )
            return
        made = commands.propose_movement(
            self.session, actor=actor, order=order, key=f"k{self.keys}", at=self.at
        )
        parts = [
            Range(row[0], row[1])
            for row in self.session.connection().exec_driver_sql(
                f"SELECT start_no, end_no FROM movement_part WHERE movement_id = {made.id}"
            )
        ]
        numbers = [n for part in parts for n in range(part.first, part.last + 1)]
        assert ranges.total(parts) == order.quantity
        assert set(numbers) <= set(free)
        self.waiting.append((made, numbers, to))

    @precondition(lambda self: self.first.year < 2024)
    @rule(quantity=st.integers(1, 60))
    def issue(self, quantity):
        last = crediting.last_day(self.first, 1)
        batch, at = build.batch(self.session, self.world, first=self.first, last=last, quantity=quantity)
        self.at = max(self.at, at).replace(year=2025 + self.first.year - 2021, month=12)
        build.issue(self.session, self.world, batch, quantity, self.at)
        begin = len(self.picture) + 1
        self.picture |= dict.fromkeys(range(begin, begin + quantity), (self.owner.account.id, HELD))
        self.first, self.world.at = last + timedelta(days=1), self.at

    @precondition(lambda self: self.picture)
    @rule(quantity=st.integers(1, 40), to=st.integers(0, 1))
    def give(self, quantity, to):
        account = self.others[to].account.id
        order = MovementOrder(
            kind=MovementKind.GIFT,
            quantity=quantity,
            giving_account_id=self.owner.account.id,
            taking_account_id=account,
        )
        self.propose(self.owner.initiator, order, (account, HELD))

    @precondition(lambda self: self.picture)
    @rule(quantity=st.integers(1, 30), whose=st.integers(0, 2))
    def cancel(self, quantity, whose):
        holder = (self.owner, *self.others)[whose]
        order = MovementOrder(
            kind=MovementKind.CANCEL,
            quantity=quantity,
            giving_account_id=holder.account.id,
            purpose=Purpose.PUBLIC_BENEFIT,
            beneficiary_id=self.for_whom,
        )
        self.propose(holder.initiator, order, (holder.account.id, CANCELLED))

    @precondition(lambda self: self.picture)
    @rule(
        quantity=st.integers(1, 30),
        whose=st.integers(0, 2),
        kind=st.sampled_from(["freeze", "thaw"]),
    )
    def order(self, quantity, whose, kind):
        account = (self.owner, *self.others)[whose].account.id
        order = MovementOrder(
            kind={"freeze": MovementKind.FREEZE, "thaw": MovementKind.UNFREEZE}[kind],
            quantity=quantity,
            giving_account_id=account,
            from_state=HELD if kind == "freeze" else FROZEN,
            ground_document_id=self.ground,
        )
        to = {"freeze": FROZEN, "thaw": HELD}[kind]
        self.propose(self.world.agency[0], order, (account, to))

    @precondition(lambda self: self.waiting)
    @rule(data=st.data(), confirmed=st.booleans())
    def decide(self, data, confirmed):
        place = data.draw(st.integers(0, len(self.waiting) - 1))
        movement, numbers, to = self.waiting.pop(place)
        holder = next(
            one for one in (self.owner, *self.others) if one.account.id == movement.giving_account_id
        )
        by_agency = movement.ground_document_id is not None
        actor = self.world.agency[1] if by_agency else holder.confirmer
        if not confirmed:
            commands.refuse_movement(
                self.session, actor=actor, movement_id=movement.id, reason="不同意", at=self.at
            )
            return
        commands.confirm_movement(
            self.session, actor=actor, movement_id=movement.id, at=self.at, second_factor=True
        )
        if movement.waits_until and movement.state == "waiting":
            self.at = movement.waits_until
            commands.execute_due(self.session, actor=SYSTEM, at=self.at)
        self.picture |= dict.fromkeys(numbers, to)

    @invariant()
    def nothing_is_lost_or_double(self):
        reserved = {number for _m, numbers, _to in self.waiting for number in numbers}
        held = {
            number: (part.account_id, UnitState.RESERVED if number in reserved else part.state)
            for holder in (self.owner, *self.others)
            for part in queries.holdings_of(self.session, holder.account.id)
            for number in range(part.range.first, part.range.last + 1)
        }
        expected = {
            number: (account, UnitState.RESERVED if number in reserved else state)
            for number, (account, state) in self.picture.items()
        }
        assert held == expected
        tally = queries.tally(self.session)
        assert tally.issued == len(self.picture) == sum(tally[1:])
        assert tally.reserved == len(reserved)
        assert second_opinion(self.session).findings == []


@obligation("CQ-30.3", "CQ-29.2")
def test_random_runs_conserve_every_unit(engine_of_runs):
    factory: Any = lambda: Runs(engine_of_runs)  # noqa: E731
    run_state_machine_as_test(
        factory,
        settings=settings(
            max_examples=6,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
        ),
    )
