"""Any history of issue, redemption, expiry, correction and closing ends as it does on paper.

Hypothesis makes up the histories, over days and years, midnights and leap days among them, and
shrinks one that fails. After each step the lots equal those of the naive model; at the end the books agree.
"""

import secrets
from datetime import UTC, date, datetime, timedelta
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from app.kernel import session as kernel_session
from app.kernel.actor import SYSTEM
from app.kernel.documents import Received, record_document
from app.kernel.permissions import Role
from app.kernel.secrets import Keyring, use_keyring
from points import commands, queries
from points.errors import InsufficientPoints, VoucherLapsed
from points.values import CorrectionState
from tests.builders import points as build
from tests.builders.points import CLAUSE
from tests.integration.points.naive_model import COLUMNS, PaperAccount, today
from tests.obligations import obligation

BEGIN = datetime(2028, 2, 27, 15, 59, 59, tzinfo=UTC)  # a second before the last-but-one midnight of February
STEPS = st.one_of(
    st.sampled_from([timedelta(seconds=1), timedelta(days=1), timedelta(days=7), timedelta(days=16)]),
    st.integers(0, 3_000).map(lambda hours: timedelta(hours=hours)),
    st.integers(50, 62).map(lambda months: timedelta(days=months * 30)),
)
GRAMS = st.lists(st.integers(1, 5_000), min_size=1, max_size=4)
PRICES = st.integers(1, 9_000)
PLACES = st.integers(0, 2)


class AnyHistory(RuleBasedStateMachine):
    """Three holders, one merchant, a rule that changes, and a clock that only goes forward."""

    engine: ClassVar[Engine]
    open_ones: Bundle = Bundle("open_ones")

    def __init__(self) -> None:
        super().__init__()
        self.session = Session(self.engine)
        self.at = BEGIN
        self.papers = [PaperAccount() for _ in range(3)]
        self.issues: list[tuple[int, int, object, int, date]] = []
        self.corrections: list[tuple[int, int, object, int]] = []
        self.behaviours_corrected: set[int] = set()

    @initialize(grams_per_point=st.sampled_from([1, 7, 100, 10_000]), months=st.integers(1, 60))
    def begin(self, grams_per_point: int, months: int) -> None:
        session = self.session
        self.rule = build.rule(session, at=self.at, grams_per_point=grams_per_point, months=months)
        self.scenario = build.scene(session, at=self.at)
        self.shop = build.shop(session, at=self.at)
        self.holders = [build.holder(session, at=self.at) for _ in range(3)]
        self.reviewer = build.operator(Role.OPERATOR_REVIEWER)
        self.evidence = record_document(
            session,
            Received(b"e" * 32, 1),
            media_type="application/pdf",
            filename="evidence.pdf",
            created_by="test",
            at=self.at,
        )

    def teardown(self) -> None:
        try:
            if hasattr(self, "holders"):
                self.session.execute(text("set constraints all immediate"))
                report = queries.books_check(self.session)
                assert report.agrees, (report.disagreements, report.places)
        finally:
            self.session.rollback()
            self.session.close()

    @rule(step=STEPS)
    def time_passes(self, step: timedelta) -> None:
        self.at += step

    @rule(grams_per_point=st.sampled_from([1, 50, 100]), months=st.integers(1, 60))
    def the_rule_changes(self, grams_per_point: int, months: int) -> None:
        self.at += timedelta(days=1)
        self.rule = build.rule(
            self.session,
            at=self.at,
            grams_per_point=grams_per_point,
            months=months,
            valid_from=today(self.at),
        )

    @rule(place=PLACES, grams=GRAMS)
    def behave(self, place: int, grams: list[int]) -> None:
        paper, holder = self.papers[place], self.holders[place]
        if paper.closed:
            return
        made = build.earn(
            self.session, self.scenario, holder.id, *grams, at=self.at, day=today(self.at) - timedelta(days=1)
        )
        for behaviour_id, each in zip(made, grams, strict=True):
            lot, points = paper.issue(self.at, each, self.rule.grams_per_point, self.rule.validity_months)
            if points:
                day = today(self.at) - timedelta(days=1)
                self.issues.append((place, behaviour_id, lot, points, day))

    @rule(target=open_ones, place=PLACES, price=PRICES, use_days=st.integers(1, 7))
    def redeem(self, place: int, price: int, use_days: int) -> tuple[int, int] | None:
        paper, holder = self.papers[place], self.holders[place]
        if paper.closed:
            return None
        offer = build.offer(self.session, self.shop, at=self.at, price=price, use_days=use_days)
        key = secrets.token_hex(4)
        if paper.spendable(self.at) < price:
            with pytest.raises(InsufficientPoints) as refusal:
                commands.redeem(self.session, actor=holder.actor, offer_id=offer.id, key=key, at=self.at)
            assert refusal.value.details == {"balance": paper.spendable(self.at), "cost": price}
            return None
        made = commands.redeem(self.session, actor=holder.actor, offer_id=offer.id, key=key, at=self.at)
        on_paper = paper.reserve(made.id, self.at, price, use_days)
        assert on_paper is not None
        assert made.reserved_until == on_paper.until
        return place, made.id

    @rule(which=open_ones, accept=st.booleans())
    def the_merchant_settles(self, which: tuple[int, int] | None, accept: bool) -> None:
        if which is None or self.papers[which[0]].redemptions[which[1]].state != "reserved":
            return
        place, number = which
        paper = self.papers[place]
        said = {
            "actor": self.shop.clerk,
            "voucher": build.typed(self.session, self.holders[place], number),
            "key": secrets.token_hex(4),
            "at": self.at,
        }

        def act() -> None:
            if accept:
                commands.accept_voucher(self.session, **said)
            else:
                commands.refuse_voucher(self.session, **said, reason="无货")

        if self.at >= paper.redemptions[number].until:
            with pytest.raises(VoucherLapsed), self.session.begin_nested():
                act()
            return
        act()
        paper.settle(number, self.at, "fulfilled" if accept else "refused")

    @rule(which=open_ones)
    def the_holder_withdraws(self, which: tuple[int, int] | None) -> None:
        if which is None or self.papers[which[0]].redemptions[which[1]].state != "reserved":
            return
        place, number = which
        commands.withdraw_redemption(
            self.session, actor=self.holders[place].actor, redemption_id=number, at=self.at
        )
        self.papers[place].settle(number, self.at, "withdrawn")

    @rule()
    def the_jobs_run(self) -> None:
        while commands.lapse_due(self.session, actor=SYSTEM, at=self.at, limit=2):
            pass
        while commands.expire_due(self.session, actor=SYSTEM, at=self.at, limit=3).lots:
            pass
        for paper in self.papers:
            for number, redemption in paper.redemptions.items():
                if redemption.state == "reserved" and redemption.until <= self.at:
                    paper.settle(number, self.at, "timed_out")
            paper.expire(self.at)

    @precondition(lambda self: self.issues)
    @rule(data=st.data())
    def a_correction_is_noticed(self, data: st.DataObject) -> None:
        place, behaviour_id, lot, points, day = data.draw(st.sampled_from(self.issues))
        if behaviour_id in self.behaviours_corrected:
            return
        self.behaviours_corrected.add(behaviour_id)
        amount = data.draw(st.integers(1, points))
        made = commands.propose_correction(
            self.session,
            actor=build.operator(),
            account_id=self.holders[place].id,
            behaviour_id=behaviour_id,
            behaviour_day=day,
            amount=amount,
            rule_clause=CLAUSE,
            reason="重复",
            evidence_id=self.evidence.id,
            at=self.at,
        )
        commands.confirm_correction(self.session, actor=self.reviewer, correction_id=made.id, at=self.at)
        self.corrections.append((place, made.id, lot, amount))

    @rule()
    def corrections_are_executed(self) -> None:
        due = {one.id for one in queries.corrections_due(self.session, self.at)}
        for place, number, lot, amount in self.corrections:
            if number in due and not self.papers[place].closed:
                done = commands.execute_correction(
                    self.session, actor=self.reviewer, correction_id=number, at=self.at
                )
                assert done.state == CorrectionState.EXECUTED
                assert done.executed_amount == self.papers[place].correct(self.at, lot, amount)

    @rule(place=PLACES, sure=st.integers(0, 5))
    def an_account_is_closed(self, place: int, sure: int) -> None:
        if sure or self.papers[place].closed:
            return
        told = queries.closing(self.session, self.holders[place].id, today(self.at))
        commands.close_account(
            self.session,
            actor=self.holders[place].actor,
            warned_of=told.lapses,
            withdraw_open=True,
            at=self.at,
        )
        self.papers[place].close(self.at)

    @invariant()
    def the_lots_are_as_on_paper(self) -> None:
        if not hasattr(self, "holders"):
            return
        for holder, paper in zip(self.holders, self.papers, strict=True):
            rows = sorted(
                (lot.last_valid_on, lot.issued_on, *(getattr(lot, column) for column in COLUMNS))
                for lot in queries.lots_of(self.session, holder.id)
            )
            assert rows == paper.rows()
            balance = queries.balance(self.session, holder.id, today(self.at))
            assert balance.available == paper.spendable(self.at)


@pytest.fixture
def engine_of_a_copy(server):
    own = server.copy(f"test_{secrets.token_hex(6)}")
    use_keyring(Keyring(web=b"w" * 32, data=b"d" * 32, index=b"i" * 32))
    engine = kernel_session.make_engine(own.app)
    AnyHistory.engine = engine
    yield engine
    engine.dispose()
    use_keyring(None)
    own.cluster.drop_database(own.name)


@obligation("T-02", "T-07", "T-08", "CQ-34.9", "CQ-34.10", "Q-21", "Q-23")
@pytest.mark.usefixtures("engine_of_a_copy")
def test_any_history_ends_as_it_does_on_paper():
    run_state_machine_as_test(
        AnyHistory,
        settings=settings(
            max_examples=15,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )
