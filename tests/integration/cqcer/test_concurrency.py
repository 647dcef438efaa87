"""Many at once, really committed: no overlap, no number twice, no drift, no waiting in a circle."""

import itertools
from concurrent.futures import ThreadPoolExecutor

from app.kernel.actor import SYSTEM
from app.kernel.session import transaction
from cqcer import commands, queries
from cqcer.errors import ChecksFailed
from cqcer.values import MovementKind, MovementOrder, Purpose
from tests.integration.cqcer import registry as build
from tests.obligations import obligation

TOGETHER = 8
ISSUANCES, MOVEMENTS = 8, 56


@obligation("CQ-30.3", "CQ-20.5")
def test_64_issuances_and_movements_at_once_lose_and_double_nothing(committed):
    with transaction() as session:
        worlds = [build.registry(session) for _ in range(ISSUANCES)]
        owner = worlds[0]
        at = build.issued(session, owner, 1000)
        waiting = [(world, *build.batch(session, world, quantity=100)) for world in worlds[1:]]
        for_whom = commands.enter_beneficiary(
            session, actor=owner.agency[0], kind="public", name="公众", organisation_id=None, at=at
        ).id
        others = [build.holder(session, owner.agency[0]) for _ in range(4)]
        ground = build.paper(session)

    def issue(place):
        world, batch, then = waiting[place]
        with transaction() as session:
            build.issue(session, world, session.merge(batch), 100, then)
        return "done"

    def move(number):
        world = owner
        kind = ("gift", "cancel", "freeze", "refuse")[number % 4]
        order = MovementOrder(
            kind={"gift": MovementKind.GIFT, "freeze": MovementKind.FREEZE}.get(kind, MovementKind.CANCEL),
            quantity=25,
            giving_account_id=world.owner.account.id,
            taking_account_id=others[number % 4].account.id if kind == "gift" else None,
            purpose=Purpose.PUBLIC_BENEFIT if kind in {"cancel", "refuse"} else None,
            beneficiary_id=for_whom if kind in {"cancel", "refuse"} else None,
            ground_document_id=ground if kind == "freeze" else None,
        )
        one, two = world.agency if kind == "freeze" else (world.owner.initiator, world.owner.confirmer)
        try:
            with transaction() as session:
                made = commands.propose_movement(session, actor=one, order=order, key=f"m{number}", at=at)
            with transaction() as session:
                if kind == "refuse":
                    commands.refuse_movement(session, actor=two, movement_id=made.id, reason="x", at=at)
                else:
                    commands.confirm_movement(
                        session, actor=two, movement_id=made.id, at=at, second_factor=True
                    )
        except ChecksFailed:
            return "refused"
        return kind

    with ThreadPoolExecutor(TOGETHER) as pool:
        jobs = [pool.submit(move, number) for number in range(MOVEMENTS)]
        jobs += [pool.submit(issue, place) for place in range(len(waiting))]
        ended = [job.result(timeout=120) for job in jobs]

    moved = sum(kind in {"gift", "cancel", "freeze"} for kind in ended)
    assert ended.count("done") == len(waiting)
    assert moved + ended.count("refused") + ended.count("refuse") == MOVEMENTS
    assert moved >= 39  # 1000 units are 40 times 25; one may be lost to what was about to be refused
    with transaction() as session:
        tally = queries.tally(session)
        assert tally.issued == 1000 + 100 * len(waiting) == sum(tally[1:])
        assert tally.cancelled == 25 * ended.count("cancel")
        assert tally.frozen == 25 * ended.count("freeze")
        assert tally.reserved == 25 * ended.count("gift")  # gifts off the list wait a day
        assert commands.audit_books(session, actor=SYSTEM, at=at).findings == []
    with committed.connect("tht_read") as connection:
        numbers = connection.execute("SELECT start_no, end_no FROM issued_block ORDER BY 1").fetchall()
    assert all(one[1] + 1 == two[0] for one, two in itertools.pairwise(numbers))


@obligation("CQ-30.1")
def test_one_key_asked_for_many_times_at_once_reserves_once(committed):
    with transaction() as session:
        world = build.registry(session)
        at = build.issued(session, world, 1000)
        other = build.holder(session, world.agency[0])
    order = MovementOrder(
        kind=MovementKind.GIFT,
        quantity=10,
        giving_account_id=world.owner.account.id,
        taking_account_id=other.account.id,
    )

    def ask(_number):
        with transaction() as session:
            return commands.propose_movement(
                session, actor=world.owner.initiator, order=order, key="same", at=at
            ).id

    with ThreadPoolExecutor(TOGETHER) as pool:
        made = set(pool.map(ask, range(16)))

    assert len(made) == 1
    with transaction() as session:
        assert queries.tally(session).reserved == 10
