"""What attackers find: a committed database with people, points, a mall, and everything half way."""

from dataclasses import dataclass
from datetime import date, timedelta

from app.kernel.actor import SYSTEM
from app.kernel.documents import Received, record_document
from app.kernel.permissions import Role
from app.kernel.session import transaction
from points import commands, queries
from tests.builders import points as build
from tests.builders import scenarios
from tests.builders.points import CLAUSE, NOON, Done


@dataclass(frozen=True)
class Stage:
    """Ids of what is there; amounts are in `set_up`."""

    victim: int
    victim_person: int
    victim_lot: int
    other: int
    other_lot: int
    closed: int
    organisation_account: int
    behaviour: int
    waiting_behaviour: int
    waiting_of_closed: int
    sandbox_behaviour: int
    merchant: int
    offer: int
    last_item: int
    reserved: int
    fulfilled: int
    correction: int
    rule: int
    old_rule: int
    coming_rule: int
    evidence: int


def set_up() -> Stage:
    """Commit a scene: two holders with 100 points each, one redemption open and one fulfilled."""
    with transaction() as session:
        old_rule = build.rule(session, grams_per_point=1, valid_from=date(2026, 1, 1))
        rule = build.rule(session)
        coming_rule = build.rule(session, grams_per_point=1, months=1, valid_from=date(2026, 3, 11))
        ready = build.scene(session)
        shop = build.shop(session)
        victim, other, closed = (build.holder(session) for _ in range(3))
        (behaviour,) = build.earn(session, ready, victim.id, 100_00)
        build.earn(session, ready, other.id, 100_00)
        build.earn(session, ready, closed.id, 1_00)
        today = NOON.date()
        waiting, of_closed = sorted(
            build.behave(session, ready, [Done(victim.id, today, 500), Done(closed.id, today, 500)], at=NOON)
        )
        sandbox = scenarios.ready(session, at=NOON, sandbox=True)
        (sandboxed,) = build.behave(session, sandbox, [Done(victim.id, today, 500)], at=NOON)
        organisation = commands.apply_for_account(
            session, actor=shop.manager, organisation_id=shop.merchant.organisation_id, at=NOON
        )
        commands.activate_account(session, actor=SYSTEM, account_id=organisation.id, at=NOON)
        commands.close_account(session, actor=closed.actor, warned_of=1_00, at=NOON)
        offer = build.offer(session, shop, price=50_00, stock=5, per_person=1)
        last_item = build.offer(session, shop, price=1_00, stock=1)
        open_one = commands.redeem(session, actor=victim.actor, offer_id=offer.id, key="v", at=NOON)
        done = commands.redeem(session, actor=other.actor, offer_id=last_item.id, key="o", at=NOON)
        code = build.typed(session, other, done.id)
        commands.accept_voucher(session, actor=shop.clerk, voucher=code, key="a", at=NOON)
        evidence = record_document(
            session,
            Received(b"e" * 32, 1),
            media_type="application/pdf",
            filename="evidence.pdf",
            created_by="test",
            at=NOON,
        )
        correction = commands.propose_correction(
            session,
            actor=build.operator(),
            account_id=victim.id,
            behaviour_id=behaviour,
            behaviour_day=today,
            amount=10_00,
            rule_clause=CLAUSE,
            reason="重复",
            evidence_id=evidence.id,
            at=NOON,
        )
        commands.confirm_correction(
            session,
            actor=build.operator(Role.OPERATOR_REVIEWER),
            correction_id=correction.id,
            at=NOON + timedelta(seconds=1),
        )
        return Stage(
            victim=victim.id,
            victim_person=victim.actor.person_id or 0,
            victim_lot=queries.lots_of(session, victim.id)[0].id,
            other=other.id,
            other_lot=queries.lots_of(session, other.id)[0].id,
            closed=closed.id,
            organisation_account=organisation.id,
            behaviour=behaviour,
            waiting_behaviour=waiting,
            waiting_of_closed=of_closed,
            merchant=shop.merchant.id,
            offer=offer.id,
            last_item=last_item.id,
            reserved=open_one.id,
            fulfilled=done.id,
            correction=correction.id,
            rule=rule.id,
            old_rule=old_rule.id,
            coming_rule=coming_rule.id,
            sandbox_behaviour=sandboxed,
            evidence=evidence.id,
        )
