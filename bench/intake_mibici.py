"""How long 469,871 real trips take from a file to points in accounts, and in how much memory.

    python -m bench.intake_mibici [--cap 2]

It makes a durable PostgreSQL of its own in a temporary folder, links every rider of the file with an
account, runs the worker's own code in this process and prints one JSON line.
"""

import argparse
import csv
import gzip
import json
import os
import resource
import sys
import tempfile
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import psutil
import psycopg

from app.cli import roles
from app.cli.postgres import Cluster
from app.journeys import intake
from app.kernel import clock, documents
from app.kernel import session as kernel_session
from app.kernel.secrets import Keyring, use_keyring
from app.kernel.session import transaction
from tests.builders import scenarios as builders
from tests.server import migrate

FILE = builders.DATA / "mibici" / "mibici_2015.csv.gz"
GIVEN_AT = datetime(2014, 12, 1, tzinfo=UTC)
RECEIVED_AT = datetime(2016, 1, 2, tzinfo=UTC)
DATABASE = "bench"


def riders() -> set[str]:
    """Return every user of the file."""
    with gzip.open(FILE, "rt", encoding="utf-8", newline="") as file:
        return {row["Usuario_Id"] for row in csv.DictReader(file)}


def processor_seconds(cluster: Cluster) -> float:
    """Return what this process and the whole server have used so far, whatever else the machine does."""
    server = psutil.Process(int((cluster.data / "postmaster.pid").read_text("utf-8").split()[0]))
    times = [psutil.Process().cpu_times(), server.cpu_times()]
    ended = times[1].children_user + times[1].children_system
    for child in server.children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            times.append(child.cpu_times())
    return float(ended + sum(one.user + one.system for one in times))


def run(cap: int | None, cluster: Cluster) -> dict[str, object]:
    """Prepare the database, load the file and return the figures."""
    with clock.frozen(GIVEN_AT), transaction() as session:
        builders.conversion_rule(session, at=GIVEN_AT)
        made = builders.ready(session, at=GIVEN_AT, lateness_days=3650, cap_count=cap)
        profile = builders.profile(session, made, "mibici_2015", at=GIVEN_AT)
        builders.link(session, made.scenario, riders(), given_at=GIVEN_AT)

    with clock.frozen(RECEIVED_AT):
        began, used = time.perf_counter(), processor_seconds(cluster)
        received = builders.stored(FILE)
        with transaction() as session:
            upload = intake.submit_file(
                session,
                actor=made.host,
                scenario_code=made.code,
                received=received,
                filename=FILE.name,
                media_type="application/gzip",
                profile=profile,
                at=RECEIVED_AT,
            )
        intake.process(upload.id, now=clock.now)
        seconds, used = time.perf_counter() - began, processor_seconds(cluster) - used
        with transaction() as session:
            status = intake.upload_status(session, actor=made.host, upload_id=upload.id)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    with psycopg.connect(cluster.url(roles.OWNER, DATABASE)) as connection:
        size = connection.execute("select pg_database_size(current_database())").fetchone()
        version = connection.execute("show server_version").fetchone()
    return {
        "bench": "intake_mibici",
        "rows": status.rows,
        "accepted": status.outcomes.get("accepted", 0),
        "capped": status.outcomes.get("capped", 0),
        "reduction_g": status.reduction_g,
        "points": status.points / 100,
        "seconds": round(seconds, 1),
        "processor_seconds": round(used, 1),
        "rows_per_second": round(status.rows / seconds),
        "peak_memory_mb": round(memory),
        "database_mb": round((size or (0,))[0] / 1024**2),
        "postgresql": (version or ("",))[0],
        "cores": len(os.sched_getaffinity(0)),
        "state": status.state,
    }


def main() -> int:
    """Read the arguments, run, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--cap", type=int, default=2, help="rides a person and day; 0 for none")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tanhuitong-bench-") as folder:
        Path(folder).chmod(0o711)
        cluster = Cluster(Path(folder) / "postgres")
        try:
            cluster.start()
            cluster.create_database(DATABASE)
            migrate(cluster.url(roles.OWNER, DATABASE))
            with psycopg.connect(cluster.url(roles.OWNER, DATABASE)) as connection:
                connection.execute("update installation set clock = 'settable'")
            documents.use_folder(Path(folder) / "documents")
            use_keyring(Keyring.make())
            engine = kernel_session.make_engine(cluster.url(roles.APP, DATABASE))
            kernel_session.configure(engine)
            sys.stdout.write(json.dumps(run(given.cap or None, cluster)) + "\n")
            engine.dispose()
        finally:
            cluster.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
