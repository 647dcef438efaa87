"""The second opinion (账册复核): all holdings computed again from movements alone, by other means.

Nothing here is shared with what moves units: no trigger, no table of holdings, no cutting function.
"""

from bisect import bisect_right, insort
from itertools import pairwise
from typing import Any, NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.sources import cites

_BATCH = 5_000
_STEPS = text("""
    select s.seq, s.act, m.id, m.kind, m.giving_account_id as giver,
           m.taking_account_id as taker, m.from_state,
           (select array_agg(array[p.start_no, p.end_no] order by p.start_no)
              from movement_part p where p.movement_id = m.id) as parts
      from movement_step s join unit_movement m on m.id = s.movement_id
     where s.seq > :after and s.act in ('propose', 'execute', 'refuse', 'withdraw', 'lapse', 'fail_checks')
     order by s.seq limit :batch
""")
_NOW = text("select start_no, end_no, account_id, state, reserved_for from holding order by start_no")
_BLOCKS = text("select start_no, end_no from issued_block order by start_no")
_TALLY = text("""
    select coalesce(sum(issued), 0), coalesce(sum(held), 0), coalesce(sum(reserved), 0),
           coalesce(sum(in_trading), 0), coalesce(sum(frozen), 0), coalesce(sum(cancelled), 0)
      from block_tally
""")
_BECOMES = {
    "gift": "held",
    "succeed": "held",
    "trade": "held",
    "withdraw": "held",
    "unfreeze": "held",
    "release_from_offset": "held",
    "deposit": "in_trading",
    "freeze": "frozen_order",
    "hold_for_offset": "frozen_offset",
    "cancel": "cancelled",
}

Owner = tuple[int, str, int | None]
"""Account, state, movement for which it is reserved."""


class SecondOpinion(NamedTuple):
    """What the second computation found."""

    movements: int
    units: int
    findings: list[dict[str, Any]]


class _Line:
    """The number line as breakpoints: from each start on, an owner, until the next start."""

    def __init__(self) -> None:
        self.starts: list[int] = []
        self.owner: dict[int, Owner | None] = {}

    def at(self, number: int) -> Owner | None:
        place = bisect_right(self.starts, number) - 1
        return None if place < 0 else self.owner[self.starts[place]]

    def break_at(self, number: int) -> None:
        if number not in self.owner:
            self.owner[number] = self.at(number)
            insort(self.starts, number)

    def give(self, first: int, last: int, owner: Owner) -> set[Owner | None]:
        """Set the owner of numbers; return who had them."""
        self.break_at(first)
        self.break_at(last + 1)
        begin, end = bisect_right(self.starts, first) - 1, bisect_right(self.starts, last)
        inside = self.starts[begin:end]
        had = {self.owner[start] for start in inside}
        for start in inside[1:]:
            del self.owner[start]
        self.starts[begin:end] = [first]
        self.owner[first] = owner
        return had

    def spans(self) -> list[tuple[int, int, Owner]]:
        """Return who has what, neighbours with the same owner as one."""
        found: list[tuple[int, int, Owner]] = []
        for place, start in enumerate(self.starts):
            owner = self.owner[start]
            if owner is None:
                continue
            end = self.starts[place + 1] - 1
            if found and found[-1][1] + 1 == start and found[-1][2] == owner:
                found[-1] = (found[-1][0], end, owner)
            else:
                found.append((start, end, owner))
        return found


@cites("CQ-30.3", "CQ-6.5")
def second_opinion(session: Session) -> SecondOpinion:
    """Compute all holdings again from movements and compare them with the books.

    Source: CQ-30.3, CQ-6.5.
    """
    line, moved, findings = _replayed(session)
    computed = line.spans()
    booked = _joined(session)
    if computed != booked:
        only = sorted(set(computed) ^ set(booked))[:20]
        findings.append({"code": "holdings_differ", "spans": [[a, b, list(o)] for a, b, o in only]})
    blocks = [(row.start_no, row.end_no) for row in session.execute(_BLOCKS)]
    if any(one[1] >= two[0] for one, two in pairwise(blocks)):
        findings.append({"code": "blocks_overlap"})
    units = sum(last - first + 1 for first, last in blocks)
    counts = dict.fromkeys(("held", "reserved", "in_trading", "frozen", "cancelled"), 0)
    for first, last, (_account, state, _movement) in computed:
        counts["frozen" if state.startswith("frozen") else state] += last - first + 1
    tally = [int(number) for number in session.execute(_TALLY).one()]
    if tally != [units, *counts.values()] or units != sum(counts.values()):
        findings.append({"code": "tally_differs", "tally": tally, "computed": [units, *counts.values()]})
    return SecondOpinion(moved, units, findings)


def _replayed(session: Session) -> tuple[_Line, int, list[dict[str, Any]]]:
    line, findings, after, moved = _Line(), [], 0, 0
    while rows := session.execute(_STEPS, {"after": after, "batch": _BATCH}).all():
        for row in rows:
            after = row.seq
            if row.kind == "issue" and row.act != "execute":
                continue
            moved += 1
            before, then = _effect(row)
            for first, last in row.parts or []:
                if line.give(first, last, then) != {before}:
                    findings.append({"code": "moved_what_was_not_there", "movement_id": row.id})
    return line, moved, findings


def _effect(row: Any) -> tuple[Owner | None, Owner]:
    reserved = (row.giver, "reserved", row.id)
    if row.act == "propose":
        return (row.giver, row.from_state, None), reserved
    if row.act == "execute":
        if row.kind == "issue":
            return None, (row.taker, "held", None)
        return reserved, (row.taker or row.giver, _BECOMES[row.kind], None)
    return reserved, (row.giver, row.from_state, None)


def _joined(session: Session) -> list[tuple[int, int, Owner]]:
    found: list[tuple[int, int, Owner]] = []
    for row in session.execute(_NOW):
        owner = (row.account_id, row.state, row.reserved_for)
        if found and found[-1][1] + 1 == row.start_no and found[-1][2] == owner:
            found[-1] = (found[-1][0], row.end_no, owner)
        else:
            found.append((row.start_no, row.end_no, owner))
    return found
