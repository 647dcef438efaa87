"""How fast points are redeemed, accepted and issued, seen from Python, beside a plain TPC-B-like load.

    python -m bench.points_redeem [--accounts 300] [--seconds 5]

It makes a durable PostgreSQL of its own in a temporary folder, gives accounts 10, 100 and 400 open lots,
and runs the product's own commands, audit lines, stock and idempotency keys included, from one and
from four processes. It prints one JSON line.
"""

import argparse
import json
import multiprocessing
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import psycopg

from app import tables as _every_table  # noqa: F401  (foreign keys find their tables)
from app.cli import roles
from app.cli.postgres import Cluster
from app.kernel import session as kernel_session
from app.kernel.days import day_in_china
from app.kernel.permissions import Role
from app.kernel.secrets import Keyring, use_keyring
from app.kernel.session import transaction
from points import commands, queries
from tests.builders import points as build
from tests.builders import scenarios
from tests.builders.points import Done
from tests.server import migrate

DATABASE = "bench"
BEGIN = datetime(2026, 3, 1, 4, tzinfo=UTC)
LOT = 10_00
PRICE = 15_00
OFFERS = 64
WARM = 32
TPCB = """
    create table b_accounts (id int primary key, balance bigint not null default 0);
    create table b_tellers (id int primary key, balance bigint not null default 0);
    create table b_branches (id int primary key, balance bigint not null default 0);
    create table b_history (teller int, branch int, account int, delta int, at timestamptz default now());
    insert into b_accounts select generate_series(1, 100000);
    insert into b_tellers select generate_series(1, 500);
    insert into b_branches select generate_series(1, 50);
    grant select, insert, update on b_accounts, b_tellers, b_branches, b_history to tht_app;
"""
UPDATES = (
    "update b_accounts set balance = balance + 1 where id = %s",
    "update b_tellers set balance = balance + 1 where id = %s",
    "update b_branches set balance = balance + 1 where id = %s",
)


def main() -> int:
    """Read the arguments, run, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--accounts", type=int, default=300, help="with each number of open lots")
    parser.add_argument("--seconds", type=float, default=5, help="of the TPC-B-like load")
    given = parser.parse_args()
    with a_database() as (cluster, url):
        figures = {
            "bench": "points_redeem",
            "tpcb_like": [plain_load(url, clients, given.seconds) for clients in (1, 4)],
            "redeem": [
                figure for lots in (10, 100, 400) for figure in redemptions(url, lots, given.accounts)
            ],
            "issue": issues(given.accounts),
            "postgresql": one(cluster, "show server_version"),
            "cores": len(os.sched_getaffinity(0)),
        }
        with transaction() as session:
            queries.at_one_moment(session)
            began = time.perf_counter()
            report = queries.books_check(session)
            seconds = time.perf_counter() - began
        figures["books_check"] = {
            "agrees": report.agrees,
            "entries": report.entries,
            "entries_per_second": round(report.entries / seconds),
        }
    sys.stdout.write(json.dumps(figures) + "\n")
    return 0


@contextmanager
def a_database() -> Iterator[tuple[Cluster, str]]:
    """Make a durable server with a migrated database and connect this process to it."""
    with tempfile.TemporaryDirectory(prefix="tanhuitong-bench-") as folder:
        Path(folder).chmod(0o711)
        cluster = Cluster(Path(folder) / "postgres")
        try:
            cluster.start()
            cluster.create_database(DATABASE)
            owner = cluster.url(roles.OWNER, DATABASE)
            migrate(owner)
            with psycopg.connect(owner) as connection:
                connection.execute("update installation set clock = 'settable'")
                connection.execute(TPCB)
            url = cluster.url(roles.APP, DATABASE)
            connect(url)
            yield cluster, url
            kernel_session.engine().dispose()
        finally:
            cluster.stop()


def connect(url: str) -> None:
    """Let this process use the database."""
    use_keyring(Keyring(web=b"w" * 32, data=b"d" * 32, index=b"i" * 32))
    kernel_session.configure(kernel_session.make_engine(url))


def one(cluster: Cluster, sql: str) -> Any:
    """Return the one value of a question."""
    with psycopg.connect(cluster.url(roles.OWNER, DATABASE)) as connection:
        row = connection.execute(sql).fetchone()
    return row[0] if row else None


def together(
    url: str,
    work: Callable[..., list[float]],
    parts: list[tuple[Any, ...]],
    warm: list[tuple[Any, ...]] | None = None,
) -> dict[str, Any]:
    """Run the parts, each in a process of its own; return the rate and the latencies.

    Args:
        warm: what each process does before the clock starts, so that connections and plans are there.
    """
    context = multiprocessing.get_context("fork")
    kernel_session.engine().dispose()
    gate = context.Barrier(len(parts) + 1)
    answers = context.Queue()

    def run(part: tuple[Any, ...], before: tuple[Any, ...] | None) -> None:
        connect(url)
        if before is not None:
            work(*before)
        gate.wait()
        answers.put(work(*part))

    befores: list[Any] = list(warm) if warm else [None] * len(parts)
    processes = [context.Process(target=run, args=pair) for pair in zip(parts, befores, strict=True)]
    for process in processes:
        process.start()
    gate.wait()
    began = time.perf_counter()
    taken = [seconds for _ in parts for seconds in answers.get()]
    elapsed = time.perf_counter() - began
    for process in processes:
        process.join()
    cuts = statistics.quantiles(taken, n=100)
    return {
        "clients": len(parts),
        "per_second": round(len(taken) / elapsed),
        "p50_ms": round(cuts[49] * 1000, 1),
        "p99_ms": round(cuts[98] * 1000, 1),
    }


def timed(acts: list[Callable[[], object]]) -> list[float]:
    """Do one act after the other; return how long each took."""
    taken = []
    for act in acts:
        began = time.perf_counter()
        act()
        taken.append(time.perf_counter() - began)
    return taken


def plain_load(url: str, clients: int, seconds: float) -> dict[str, Any]:
    """Run the TPC-B-like transaction from Python: three updates, a read, an insert."""

    def work(seed: int) -> list[float]:
        chance = random.Random(seed)
        taken = []
        with psycopg.connect(url) as connection:
            connection.prepare_threshold = 0
            end = time.perf_counter() + seconds
            while (began := time.perf_counter()) < end:
                who = (chance.randint(1, 100_000), chance.randint(1, 500), chance.randint(1, 50))
                for update, key in zip(UPDATES, who, strict=True):
                    connection.execute(update, (key,))
                connection.execute("select balance from b_accounts where id = %s", (who[0],))
                connection.execute(
                    "insert into b_history (account, teller, branch, delta) values (%s, %s, %s, 1)", who
                )
                connection.commit()
                taken.append(time.perf_counter() - began)
        return taken

    return together(url, work, [(seed,) for seed in range(clients)])


def redemptions(url: str, lots: int, accounts: int) -> list[dict[str, Any]]:
    """Redeem, then accept, from accounts with that many open lots, two lots a redemption."""
    with transaction() as session:
        if not queries.rules(session):
            build.rule(session, at=BEGIN)
        ready = build.scene(session, at=BEGIN)
        shop = build.shop(session, at=BEGIN)
        holders = [build.holder(session, at=BEGIN) for _ in range(accounts + WARM)]
        end = BEGIN + timedelta(days=lots)
        offers = [
            build.offer(session, shop, at=end, price=PRICE, stock=10**6, per_person=10**6)
            for _ in range(OFFERS)
        ]
    for day in range(lots):
        at = BEGIN + timedelta(days=day)
        with transaction() as session:
            build.behave(session, ready, [Done(one.id, day_in_china(at), LOT) for one in holders], at=at)
            build.issue(session, at=at)

    def redeem(mine: list[Any], turn: int) -> list[float]:
        def act(place: int, holder: build.Holder) -> None:
            with transaction() as session:
                commands.redeem(
                    session,
                    actor=holder.actor,
                    offer_id=offers[place % OFFERS].id,
                    key=f"turn-{turn}",
                    at=end,
                )

        return timed([partial(act, place, holder) for place, holder in enumerate(mine)])

    def accept(codes: list[str]) -> list[float]:
        clerk = build.acting(Role.MERCHANT_CLERK, organisation_id=shop.merchant.organisation_id)

        def act(code: str) -> None:
            with transaction() as session:
                commands.accept_voucher(session, actor=clerk, voucher=code, key=code, at=end)

        return timed([partial(act, code) for code in codes])

    figures = []
    for turn, clients in enumerate((1, 4)):
        measured, warming = holders[WARM:], holders[:WARM]
        figure = together(
            url,
            redeem,
            [(measured[place::clients], turn) for place in range(clients)],
            [(warming[place::clients], turn) for place in range(clients)],
        )
        with transaction() as session:
            found = queries.merchant_vouchers(session, shop.merchant.id, limit=500).items
            codes = [voucher.code for voucher in found if voucher.redemption.key == f"turn-{turn}"]
        accepted = together(
            url,
            accept,
            [(codes[WARM:][place::clients],) for place in range(clients)],
            [(codes[:WARM][place::clients],) for place in range(clients)],
        )
        figures.append({"open_lots": lots, **figure, "accepted_per_second": accepted["per_second"]})
    return figures


def issues(accounts: int) -> list[dict[str, Any]]:
    """Issue for batches of several sizes, the behaviours written beforehand."""
    with transaction() as session:
        ready = build.scene(session, at=BEGIN)
        at = BEGIN + timedelta(days=500)
        linked = scenarios.link(
            session,
            ready.scenario,
            [f"rider-{place}" for place in range(max(accounts, 5_000))],
            given_at=BEGIN,
        )
    ids = list(linked.values())
    figures = []
    for batch, rounds in ((100, 20), (1_000, 10), (30_000, 3)):
        taken = []
        for turn in range(rounds):
            done = [Done(ids[place % len(ids)], day_in_china(at), 100 + turn) for place in range(batch)]
            with transaction() as session:
                build.behave(session, ready, done, at=at)
                began = time.perf_counter()
                build.issue(session, at=at)
            taken.append(time.perf_counter() - began)
        figures.append({"batch": batch, "entries_per_second": round(batch * rounds / sum(taken))})
    return figures


if __name__ == "__main__":
    sys.exit(main())
