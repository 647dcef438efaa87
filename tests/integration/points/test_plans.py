"""The triggers of the ledger when statistics lie: no plan of theirs grows with the square of the entries.

Whoever counts the rows of a load that is under way, or that was taken back, counts none in many pages: the
tables seem empty. A plan made then takes reading the whole of one for nothing, and is kept.
"""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

from sqlalchemy import text

from app.kernel.actor import SYSTEM
from app.kernel.permissions import Role
from app.kernel.session import engine, transaction
from points import commands
from tests.builders import points as build
from tests.builders.points import NOON, Done
from tests.integration.points.test_correcting import propose, record_evidence
from tests.obligations import obligation

TABLES = (
    "account_balance", "account_closing", "authorisation", "behaviour", "carbon_account", "conversion_rule",
    "correction", "entry_salt", "point_entry", "point_lot", "redemption", "redemption_part", "scenario",
)  # fmt: skip
USERS = 200


class TakenBack(Exception):
    """The load did not come to its commit."""


def load(session):
    """Give hundreds of people a behaviour each, and let points go every way that there is."""
    build.rule(session)
    ready = build.scene(session)
    people = [build.holder(session) for _ in range(USERS)]
    build.behave(session, ready, [Done(one.id, NOON.date(), 100_00) for one in people], at=NOON)
    build.issue(session, at=NOON)
    return ready, people


def use(session, ready, people):
    """Let points go each of the lawful ways, once."""
    wrong, rich, tired = people[:3]
    shop = build.shop(session)
    offer = build.offer(session, shop, price=10_00)
    taken, refused = (
        commands.redeem(session, actor=rich.actor, offer_id=offer.id, key=key, at=NOON) for key in "ab"
    )
    for redemption, settle, more in (
        (taken, commands.accept_voucher, {}),
        (refused, commands.refuse_voucher, {"reason": "今天休息"}),
    ):
        code = build.typed(session, rich, redemption.id)
        settle(session, actor=shop.clerk, voucher=code, key=code, at=NOON, **more)
    commands.close_account(session, actor=tired.actor, warned_of=100_00, at=NOON)
    (behaviour,) = build.earn(session, ready, wrong.id, 60_00)
    correction = propose(session, build.operator(), wrong, behaviour, record_evidence(session))
    commands.confirm_correction(
        session, actor=build.operator(Role.OPERATOR_REVIEWER), correction_id=correction.id, at=NOON
    )
    later = NOON + timedelta(days=16)
    commands.execute_correction(
        session, actor=build.operator(Role.OPERATOR_REVIEWER), correction_id=correction.id, at=later
    )
    commands.expire_due(session, actor=SYSTEM, at=NOON + timedelta(days=5 * 366))


@contextmanager
def plans_made(session) -> Iterator[list[str]]:
    """Collect the plans that the server makes meanwhile, those within functions among them."""
    plans: list[str] = []
    driver = session.connection().connection.driver_connection

    def keep(notice):
        plans.append(notice.message_detail or "")

    driver.add_notice_handler(keep)
    session.execute(text("set local client_min_messages = log"))
    session.execute(text("set local debug_print_plan = on"))
    yield plans
    session.execute(text("set local debug_print_plan = off"))
    driver.remove_notice_handler(keep)


def steps_of(plan: str) -> Counter[str]:
    """Count how a plan reaches rows: LOOKUP by what an index is asked for, WHOLE through all of an index."""
    steps = Counter(re.findall(r"\{(SEQSCAN|BITMAPHEAPSCAN|MATERIAL|HASHJOIN|MERGEJOIN|NESTLOOP)\b", plan))
    for asks_nothing in re.findall(r"\{(?:INDEXSCAN|INDEXONLYSCAN)\b.*?:indexqual (<>)?", plan, re.DOTALL):
        steps["WHOLE" if asks_nothing else "LOOKUP"] += 1
    return steps


@obligation("CQ-34.4", "CQ-30.1")
def test_the_triggers_reach_rows_by_look_up_alone_though_the_tables_seem_empty(committed):
    with suppress(TakenBack), transaction() as session:
        load(session)
        raise TakenBack
    with committed.connect("tht_owner") as other:
        other.execute(f"analyze {', '.join(TABLES)}")
        seeming = other.execute(
            "select count(*) from pg_class where relname in ('behaviour_p202603', 'point_lot', 'entry_salt',"
            " 'carbon_account', 'account_balance') and relpages > 0 and reltuples = 0"
        ).fetchone()
    engine().dispose()  # no plan is left of before

    with transaction() as session:
        with plans_made(session) as plans:
            use(session, *load(session))
        set_based = [plan for plan in plans if "NAMEDTUPLESTORESCAN" in plan]

    assert seeming == (5,)
    found = sum((steps_of(plan) for plan in set_based), Counter())
    assert found.keys() == {"NESTLOOP", "LOOKUP"}, found
    assert found["NESTLOOP"] >= 15
