"""Rows of a file or request brought into a temporary table, with all that needs no database decided.

The table `stage` holds one line for every row. Its `outcome` is null where the database must decide;
`bucket` keeps all rows of one user of the host together.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any, Final, NamedTuple
from zlib import crc32

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from app.kernel.sources import cites
from scenarios.profiles import ReadRow, content_hash, key_of, record_key
from scenarios.queries import Published
from scenarios.values import Outcome

LINES_AT_ONCE: Final = 4_000
ROWS_OF_A_BUCKET: Final = 25_000
FOR_REVIEW: Final = "review_above"
"""Reason of a row that waits for a person's look, should nothing else speak against it."""

_COLUMNS = """
    bucket bigint, row_no bigint, key_hash bytea, content_hash bytea, source_id text, host_user text,
    occurred_at timestamptz, day date, quantity_milli bigint, computed_g bigint, method_version_id bigint,
    outcome text, reason text
"""
_NAMES: Final = (
    "row_no, key_hash, content_hash, source_id, host_user, occurred_at, day, quantity_milli, computed_g,"
    " method_version_id, outcome, reason"
)


class Staged(NamedTuple):
    """What lies in the stage."""

    rows: int
    buckets: int


class _Facts(NamedTuple):
    """What a row of one day needs of the method version that holds then."""

    version_id: int
    grams_of: Callable[[int], int]
    most: int | None
    review_above: int | None


@dataclass(frozen=True, kw_only=True)
class Judge:
    """What decides on a row before the database is asked.

    Args:
        received_at: when the rows came in; later times lie in the future.
        lateness_days: of the scenario.
        versions: of the method that the profile names.
    """

    received_at: datetime
    lateness_days: int
    versions: tuple[Published, ...]

    @cites("Q-31", "Q-38", "CQ-31.3")
    def lines(self, rows: Iterable[ReadRow]) -> Iterator[str]:
        r"""Yield each row as a line for COPY, fields by tabs, nothing as \N.

        Source: Q-31, Q-38, CQ-31.3.
        """
        received, oldest = self.received_at, self.received_at - timedelta(days=self.lateness_days)
        by_day: dict[date, tuple[str, _Facts | None]] = {}
        for row in rows:
            row_no, source_id, user, at, day, quantity, content, problem = row
            version_id, grams, outcome, reason = r"\N", r"\N", r"\N", r"\N"
            if problem is None:
                assert source_id is not None
                assert at is not None
                assert day is not None
                assert quantity is not None
                known = by_day.get(day)
                if known is None:
                    known = by_day[day] = (day.isoformat(), self._facts(day))
                day_text, facts = known
                key = record_key(source_id)
                if at > received:
                    outcome, reason = Outcome.FUTURE, "after_receipt"
                elif at < oldest:
                    outcome, reason = Outcome.LATE, "too_late"
                elif facts is None:
                    outcome, reason = Outcome.NO_METHOD, "not_in_force"
                elif facts.most is not None and quantity > facts.most:
                    outcome, reason = Outcome.INVALID, "absurd"
                    key = key_of(row._replace(problem=(outcome, reason)))
                else:
                    reduction = facts.grams_of(quantity)
                    version_id, grams = str(facts.version_id), str(reduction)
                    if reduction <= 0:
                        outcome, reason = Outcome.ZERO, "below_one_gram"
                    elif facts.review_above is not None and quantity > facts.review_above:
                        reason = FOR_REVIEW
            else:
                outcome, reason = problem
                key = key_of(row)
                day_text = r"\N" if day is None else day.isoformat()
            yield (
                f"{crc32((user or '').encode()) if user else crc32(key)}\t{row_no}\t\\\\x{key.hex()}\t"
                f"\\\\x{content_hash(content).hex()}\t{_field(source_id)}\t{_field(user)}\t"
                f"{at or _NULL}\t{day_text}\t{_NULL if quantity is None else quantity}\t{grams}\t"
                f"{version_id}\t{outcome}\t{reason}\n"
            )

    def _facts(self, day: date) -> _Facts | None:
        for published in self.versions:
            version = published.version
            if version.holds_on(day):
                calculator = version.calculator()
                return _Facts(
                    published.id, calculator, version.max_quantity_milli, version.review_above_milli
                )
        return None


_NULL: Final = r"\N"


def _field(value: str | None) -> str:
    """Write a text for COPY."""
    if value is None:
        return _NULL
    if value.isalnum():
        return value
    return value.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def prepared(tables: Mapping[str, str]) -> TextClause:
    """Return the statement that makes temporary tables, emptied at each commit, and sets the transaction up.

    They are made once in the life of a connection, so that a request changes no catalogue.

    Source: CQ-34.1.
    """
    make = "".join(
        f"create temporary table if not exists {name} ({columns}) on commit delete rows;"  # noqa: S608
        f" delete from {name};"
        for name, columns in tables.items()
    )
    return text(f"""
        do $$ begin
            perform set_config('client_min_messages', 'warning', true), set_config('work_mem', '64MB', true),
                    set_config('plan_cache_mode', 'force_custom_plan', true), set_config('jit', 'off', true);
            {make}
        end $$
    """)


_FOR_ONE_TRANSACTION: Final = prepared({"stage_read": _COLUMNS, "stage": _COLUMNS})


def open_stage(session: Session, *, lasting: bool) -> None:
    """Make the temporary tables of this connection, empty; what they held is gone.

    Args:
        lasting: for several transactions, else for this one.

    Source: CQ-34.1.
    """
    if not lasting:
        session.execute(_FOR_ONE_TRANSACTION)
        return
    session.execute(text("set local client_min_messages = warning"))
    session.execute(text("drop table if exists stage_read, stage"))
    session.execute(text(f"create temporary table stage_read ({_COLUMNS})"))


def copy_lines(session: Session, lines: Iterator[str], *, at_most: int | None = None) -> int:
    """Load lines into the stage; return how many.

    Args:
        at_most: stop after so many, so that the caller can tell how far it is.

    Source: CQ-34.1.
    """
    loaded = 0
    cursor: Any = session.connection().connection.cursor()
    with cursor, cursor.copy("copy stage_read from stdin") as copy:
        while at_most is None or loaded < at_most:
            size = LINES_AT_ONCE if at_most is None else min(LINES_AT_ONCE, at_most - loaded)
            block = list(islice(lines, size))
            if not block:
                break
            copy.write("".join(block))
            loaded += len(block)
    return loaded


@cites("CQ-34.2")
def close_stage(session: Session, *, rows: int, buckets: int = 0) -> Staged:
    """Settle what concerns the rows of this upload among themselves, and sort them into buckets.

    Of several rows with one record id the earliest stands, whatever their order in the file. Other
    contents are conflicts; what is there twice is a duplicate.

    Args:
        rows: how many were loaded.
        buckets: as they were when the upload was taken up first, 0 for then.

    Source: CQ-34.2.
    """
    count = buckets or max(1, -(-rows // ROWS_OF_A_BUCKET))
    session.execute(text("analyze stage_read (key_hash)"))
    session.execute(_REPEATED)
    session.execute(
        text(
            f"create temporary table stage as select bucket % {count} as bucket, {_NAMES}"  # noqa: S608  a number
            " from stage_read order by 1, key_hash"
        )
    )
    session.execute(text("drop table stage_read"))
    if count > 1:
        session.execute(text("create index on stage (bucket)"))
    session.execute(text("analyze stage"))
    return Staged(rows, count)


@cites("CQ-34.2")
def close_small_stage(session: Session) -> None:
    """Do for the rows of a request what `close_stage` does for those of a file: one bucket, number 0.

    Source: CQ-34.2.
    """
    session.execute(_REPEATED)
    session.execute(_ONE_BUCKET)


_ONE_BUCKET = text(f"insert into stage select 0, {_NAMES} from stage_read")  # noqa: S608  names of ours

_REPEATED = text(f"""
    update stage_read s
       set outcome = case when r.content_hash = r.first_content or r.repeat > 1 then '{Outcome.DUPLICATE}'
                          else '{Outcome.CONFLICT}' end,
           reason = 'in_this_upload'
      from (select row_no, content_hash, first_value(content_hash) over same_record as first_content,
                   row_number() over same_record as place,
                   row_number() over (partition by key_hash, content_hash order by row_no) as repeat
              from stage_read
             where key_hash in (select key_hash from stage_read group by key_hash having count(*) > 1)
            window same_record as (partition by key_hash
                                   order by outcome is not null, occurred_at, content_hash, row_no)) r
     where s.row_no = r.row_no and r.place > 1
""")  # noqa: S608  names of ours
