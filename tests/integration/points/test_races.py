"""Everything at once: the last item, one key, one voucher, one account, with counted outcomes."""

import random
import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import psycopg
import pytest

from app.kernel import session as kernel_session
from app.kernel.actor import SYSTEM
from app.kernel.days import day_in_china
from app.kernel.errors import Refusal
from app.kernel.session import transaction
from points import commands, queries
from points.values import RedemptionState
from tests.builders import forged
from tests.builders import points as build
from tests.builders.points import NOON, Done
from tests.obligations import obligation

CLIENTS = 64
TODAY = day_in_china(NOON)


@pytest.fixture
def crowd(committed):
    """Connections for everybody at once."""
    engine = kernel_session.make_engine(committed.app, pool_size=CLIENTS, max_overflow=0, pool_timeout=120)
    kernel_session.configure(engine)
    yield committed
    engine.dispose()
    with transaction() as session:
        queries.at_one_moment(session)
        report = queries.books_check(session)
    assert report.agrees, (report.disagreements, report.places)


def at_once(acts: list[Callable[[], object]]) -> tuple[list[object], Counter[str]]:
    """Run all acts, each in a thread, released together; return results and refusals by code."""
    results: list[object] = []
    refusals: Counter[str] = Counter()
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        start.wait()
        try:
            results.append(act())
        except Refusal as refused:
            refusals[refused.code] += 1
        except Exception as trouble:  # noqa: BLE001  counted, and seen by the test
            refusals[f"{type(trouble).__name__}: {trouble}"[:200]] += 1

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results, refusals


def redeem(holder, offer, key, at=NOON):
    with transaction() as session:
        return commands.redeem(session, actor=holder.actor, offer_id=offer.id, key=key, at=at).id


def rich_holders(count, points=100_00):
    """Commit holders with points; return them with the scenario and a merchant."""
    with transaction() as session:
        build.rule(session)
        ready = build.scene(session)
        shop = build.shop(session)
        holders = [build.holder(session) for _ in range(count)]
        build.behave(session, ready, [Done(one.id, TODAY, points) for one in holders], at=NOON)
        build.issue(session, at=NOON)
    return holders, ready, shop


def shelve(shop, **terms):
    with transaction() as session:
        return build.offer(session, shop, **terms)


@obligation("T-14", "CQ-34.5")
def test_of_64_who_want_the_last_item_one_gets_it_and_the_others_keep_their_points(crowd):
    holders, _ready, shop = rich_holders(CLIENTS)
    offer = shelve(shop, stock=1)

    got, refused = at_once([lambda holder=holder: redeem(holder, offer, "k") for holder in holders])

    assert len(got) == 1
    assert refused == {"offer.sold_out": CLIENTS - 1}
    with transaction() as session:
        spendable = Counter(queries.spendable(session, holder.id, TODAY) for holder in holders)
    assert spendable == {50_00: 1, 100_00: CLIENTS - 1}


@obligation("T-09")
def test_64_submissions_of_one_key_are_one_redemption(crowd):
    (holder,), _ready, shop = rich_holders(1)
    offer = shelve(shop)

    got, refused = at_once([lambda: redeem(holder, offer, "k")] * CLIENTS)

    assert refused == {}
    assert len(got) == CLIENTS
    assert len(set(got)) == 1
    with transaction() as session:
        assert queries.balance(session, holder.id, TODAY).reserved == 50_00


@obligation("T-14", "CQ-34.5")
def test_64_wishes_of_one_person_stop_at_the_limit(crowd):
    (holder,), _ready, shop = rich_holders(1)
    offer = shelve(shop, price=1_00, stock=100, per_person=3)

    got, refused = at_once([lambda key=key: redeem(holder, offer, str(key)) for key in range(CLIENTS)])

    assert len(got) == 3
    assert refused == {"offer.limit_reached": CLIENTS - 3}


@obligation("CQ-34.5", "T-02")
def test_64_wishes_of_one_person_stop_at_their_points(crowd):
    (holder,), _ready, shop = rich_holders(1)
    offer = shelve(shop, price=30_00, stock=100, per_person=100)

    got, refused = at_once([lambda key=key: redeem(holder, offer, str(key)) for key in range(CLIENTS)])

    assert len(got) == 3
    assert refused == {"points.insufficient": CLIENTS - 3}


@obligation("T-15", "CQ-34.6")
def test_a_voucher_accepted_by_64_at_once_is_accepted_by_one(crowd):
    (holder,), _ready, shop = rich_holders(1)
    made = redeem(holder, shelve(shop), "k")
    with transaction() as session:
        code = build.typed(session, holder, made)
        shown = queries.display_code(queries.redemption(session, made), NOON).text

    def accept(place):
        clerk = build.acting(next(iter(shop.clerk.roles)), organisation_id=shop.merchant.organisation_id)
        with transaction() as session:
            voucher = code if place % 2 else shown
            return commands.accept_voucher(
                session, actor=clerk, voucher=voucher, key=f"{place}", at=NOON
            ).settled_by

    got, refused = at_once([lambda place=place: accept(place) for place in range(CLIENTS)])

    assert len(got) == 1
    assert refused == {"redemption.settled": CLIENTS - 1}
    with transaction() as session:
        assert queries.balance(session, holder.id, TODAY).cancelled == 50_00


@obligation("T-15", "Q-23")
def test_acceptance_refusal_withdrawal_and_lapse_at_once_end_a_voucher_in_one_way(crowd):
    holders, _ready, shop = rich_holders(12)
    offer = shelve(shop, stock=100)
    made = [redeem(holder, offer, "k") for holder in holders]
    last = NOON + timedelta(days=7, microseconds=-1)
    acts = []
    for holder, number in zip(holders, made, strict=True):
        with transaction() as session:
            code = build.typed(session, holder, number)

        def accept(code=code):
            with transaction() as session:
                commands.accept_voucher(session, actor=shop.clerk, voucher=code, key=code, at=last)

        def refuse(code=code):
            with transaction() as session:
                commands.refuse_voucher(
                    session, actor=shop.manager, voucher=code, reason="无", key=code, at=last
                )

        def withdraw(holder=holder, number=number):
            with transaction() as session:
                commands.withdraw_redemption(session, actor=holder.actor, redemption_id=number, at=last)

        acts += [accept, refuse, withdraw]

    def lapse():
        with transaction() as session:
            commands.lapse_due(session, actor=SYSTEM, at=NOON + timedelta(days=7), limit=100)

    random.Random(7).shuffle(acts)
    _got, refused = at_once([*acts, lapse, lapse])

    assert set(refused) <= {"redemption.settled"}
    with transaction() as session:
        states = [queries.redemption(session, number).state for number in made]
        assert RedemptionState.RESERVED not in states
        assert queries.offer(session, offer.id).offer.stock_taken == states.count("fulfilled")


@obligation("T-16", "T-17", "T-28")
def test_writers_on_few_accounts_leave_whole_chains_and_no_deadlock(crowd):
    holders, ready, shop = rich_holders(4, points=10_000_00)
    offers = [shelve(shop, price=1_00, stock=10_000, per_person=10_000) for _ in range(2)]

    def work(seed):
        chance = random.Random(seed)
        for step in range(6):
            at = NOON + timedelta(minutes=step)
            holder = chance.choice(holders)
            with transaction() as session:
                if chance.random() < 0.5:
                    some = chance.sample(holders, 3)
                    build.behave(session, ready, [Done(one.id, TODAY, 7) for one in some], at=at)
                    build.issue(session, at=at)
                else:
                    made = commands.redeem(
                        session,
                        actor=holder.actor,
                        offer_id=chance.choice(offers).id,
                        key=f"{seed}-{step}",
                        at=at,
                    )
                    commands.withdraw_redemption(session, actor=holder.actor, redemption_id=made.id, at=at)
        return seed

    with transaction() as session:
        build.authorise(session, ready.scenario.id, [one.id for one in holders], given_at=NOON)
    got, refused = at_once([lambda seed=seed: work(seed) for seed in range(12)])

    assert refused == {}
    assert len(got) == 12


@obligation("Q-26", "CQ-34.5")
def test_closing_and_redeeming_at_once_leave_a_closed_account_or_an_open_voucher(crowd):
    holders, _ready, shop = rich_holders(16)
    offer = shelve(shop, stock=100)

    def close(holder):
        with transaction() as session:
            commands.close_account(session, actor=holder.actor, warned_of=100_00, at=NOON)
            return "closed"

    acts = [lambda holder=holder: close(holder) for holder in holders]
    acts += [lambda holder=holder: redeem(holder, offer, "k") for holder in holders]
    _got, refused = at_once(acts)

    assert set(refused) <= {"account.not_open", "account.reservations_open"}
    with transaction() as session:
        for holder in holders:
            closed = queries.account(session, holder.id).state == "closed"
            assert bool(queries.open_redemptions(session, holder.id)) is not closed


@obligation("CQ-34.9", "CQ-X.9")
def test_two_sweeps_at_once_write_one_expiry_a_lot(crowd):
    rich_holders(20)

    def sweep():
        with transaction() as session:
            return commands.expire_due(session, actor=SYSTEM, at=NOON + timedelta(days=1827)).lots

    got, refused = at_once([sweep] * 8)

    assert refused == {}
    assert sum(got) == 20


@obligation("T-03", "T-28")
def test_two_who_forge_the_same_number_at_once_do_not_both_get_in(committed):
    """With salts laid in advance and no account locked, as only an attacker would."""
    holders, ready, _shop = rich_holders(1)
    with transaction() as session:
        first, second = build.behave(session, ready, [Done(holders[0].id, TODAY, 7)] * 2, at=NOON)
        lot = queries.lots_of(session, holders[0].id)[0].id
    with psycopg.connect(committed.app) as one, psycopg.connect(committed.app) as other:
        one.execute("insert into entry_salt values (%s, 2, %s)", (holders[0].id, b"s" * 32))
        one.commit()
        forged.issue(one, first, lot, salted=False)
        outcome = []

        def late():
            try:
                # the balance that will be there when the first has committed
                forged.issue(other, second, lot, salted=False)
                other.commit()
                outcome.append("in")
            except psycopg.Error as refused:
                outcome.append(refused.sqlstate)

        thread = threading.Thread(target=late)
        thread.start()
        thread.join(1)
        one.commit()
        thread.join()

    assert outcome == ["TH010"]


@obligation("CQ-8.1", "Q-26")
def test_two_applications_of_one_person_at_once_are_one_account(crowd):
    with transaction() as session:
        actor = build.person(session)

    def apply():
        with transaction() as session:
            return commands.apply_for_account(session, actor=actor, person_id=actor.person_id, at=NOON).id

    got, refused = at_once([apply] * 8)

    assert len(got) == 1
    assert refused == {"account.exists": 7}
