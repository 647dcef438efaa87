"""The chain: one canonical writing of an entry, and a commitment that nothing can be taken out of."""

import hashlib
import json
from datetime import UTC, date, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from points import chain
from points.values import AccountState, Book, Change, Kind
from tests.obligations import obligation

AT = datetime(2026, 3, 10, 4, 5, 6, 789, tzinfo=UTC)
SALT = bytes(range(32))
ISSUE = {
    "pseudonym": b"p" * 16,
    "seq": 3,
    "prev": b"h" * 32,
    "kind": "issue",
    "amount": 110,
    "balance_after": 220,
    "at": AT,
    "lot_id": 7,
    "lot_issued_on": date(2026, 3, 10),
    "lot_last_valid_on": date(2031, 3, 9),
    "behaviour_id": 99,
    "behaviour_day": date(2026, 3, 9),
    "method_version_id": 4,
    "reduction_g": 110,
    "rule_version": "2026-1",
}


@obligation("T-28")
def test_an_entry_is_written_in_one_way():
    assert chain.encode(**ISSUE).decode() == (
        '{"account":"70707070707070707070707070707070","amount":110,"at":1773115506000789,"balance":220,'
        '"behaviour":99,"behaviour_day":"2026-03-09","kind":"issue","lot":7,"lot_issued_on":"2026-03-10",'
        '"lot_last_valid_on":"2031-03-09","method_version":4,"prev":"' + "68" * 32 + '","reduction_g":110,'
        '"rule":"2026-1","seq":3,"v":1}'
    )


@obligation("T-28")
def test_the_writing_is_that_of_any_json_writer_with_sorted_keys():
    written = chain.encode(**ISSUE)

    again = json.dumps(json.loads(written), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert again.encode() == written


@obligation("T-28")
def test_the_commitment_is_a_hash_of_the_name_a_zero_the_salt_and_the_writing():
    written = chain.encode(**ISSUE)

    assert chain.commitment(SALT, written) == hashlib.sha256(b"points-entry/1\x00" + SALT + written).digest()


def test_the_zone_of_the_instant_changes_nothing():
    in_china = AT.astimezone(timezone(timedelta(hours=8)))

    assert chain.encode(**{**ISSUE, "at": in_china}) == chain.encode(**ISSUE)


@obligation("T-29")
def test_every_field_counts():
    others = {
        "pseudonym": b"q" * 16, "seq": 4, "prev": b"i" * 32, "kind": "release", "amount": 111,
        "balance_after": 221, "at": AT + timedelta(microseconds=1), "lot_id": 8,
        "lot_issued_on": date(2026, 3, 11), "lot_last_valid_on": date(2031, 3, 10), "behaviour_id": 98,
        "behaviour_day": date(2026, 3, 8), "method_version_id": 5, "reduction_g": 111,
        "rule_version": "2026-2",
    }  # fmt: skip

    told = {chain.encode(**{**ISSUE, name: other}) for name, other in others.items()}

    assert set(others) == set(ISSUE)
    assert len(told | {chain.encode(**ISSUE)}) == len(others) + 1


@obligation("T-28")
@given(
    seq=st.integers(1, 10**6),
    points=st.integers(0, 10**12),
    balance=st.integers(0, 10**15),
    version=st.text(st.characters(codec="utf-8"), min_size=1, max_size=20),
    at=st.datetimes(datetime(2024, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    day=st.dates(date(2024, 1, 1)),
    salt=st.binary(min_size=32, max_size=32),
)
def test_the_quick_way_of_a_load_writes_the_same(seq, points, balance, version, at, day, salt):
    template = chain.IssueTemplate(
        at=at, rule_version=version, issued_on=date(2026, 3, 10), last_valid_on=date(2031, 3, 9)
    )

    quick = template.commitment(
        (b"p" * 16).hex(), seq, (b"h" * 32).hex(), points, balance, 7, 99, day, 4, points, salt
    )

    slow = chain.encode(
        **{
            **ISSUE,
            "seq": seq,
            "amount": points,
            "balance_after": balance,
            "at": at,
            "behaviour_day": day,
            "reduction_g": points,
            "rule_version": version,
        }
    )
    assert quick == chain.commitment(salt, slow).hex()


@obligation("CQ-34.10")
def test_sealing_moves_the_book_on():
    book = Book(
        account_id=1,
        person_id=1,
        state=AccountState.ACTIVE,
        pseudonym=b"p" * 16,
        last_seq=2,
        available=100,
        head=b"h" * 32,
    )
    change = Change(Kind.RESERVE, 30, 7, date(2026, 3, 10), date(2031, 3, 9), redemption_id=5)

    sealed = chain.seal(book, change, salt=SALT, at=AT)

    assert (sealed.seq, sealed.balance_after, sealed.prev) == (3, 70, b"h" * 32)
    assert (book.last_seq, book.available, book.head) == (3, 70, sealed.commitment)
