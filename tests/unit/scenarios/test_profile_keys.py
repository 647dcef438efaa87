"""By what a row is known again: its id when it was read, what it says when it was refused."""

from scenarios.profiles.keys import content_hash, key_of, record_key
from tests.unit.scenarios.profile_texts import GOOD, HEADER, read


def test_the_key_of_a_good_row_is_its_record_id():
    (row,) = read(HEADER + GOOD)
    (other,) = read(HEADER + "r1,u1,1.6,2026-11-01 08:00:00")

    assert key_of(row) == record_key("r1") == key_of(other)
    assert content_hash(row.content) != content_hash(other.content)
    assert len(key_of(row)) == len(content_hash(row.content)) == 16


def test_the_same_content_written_otherwise_is_the_same_content():
    (row,) = read(HEADER + GOOD)
    (other,) = read(HEADER + ' "r1",u1,1.5000,2026-11-01 08:00:00')

    assert content_hash(row.content) == content_hash(other.content)


def test_a_bad_row_is_known_by_what_it_says_so_that_its_correction_is_new():
    (bad,) = read(HEADER + "r1,u1,-1,2026-11-01 08:00:00")
    (again,) = read(HEADER + "r1,u1,-1,2026-11-01 08:00:00")
    (otherwise,) = read(HEADER + "r1,u1,-2,2026-11-01 08:00:00")
    (corrected,) = read(HEADER + "r1,u1,1,2026-11-01 08:00:00")

    assert key_of(bad) == key_of(again)
    assert len({key_of(row) for row in (bad, otherwise, corrected)}) == 3


def test_a_good_row_that_is_found_absurd_later_keeps_its_id_in_the_key():
    rows = read(HEADER + GOOD + GOOD.replace("r1", "r2"))

    absurd = [row._replace(problem=("invalid", "absurd")) for row in rows]

    assert len({key_of(row) for row in (*rows, *absurd)}) == 4


def test_a_zero_row_is_known_by_its_id_and_without_one_by_its_content():
    (zero,) = read(HEADER + "r1,u1,0,2026-11-01 08:00:00")
    (nameless,) = read(HEADER + ",u1,0,2026-11-01 08:00:00")
    (other,) = read(HEADER + ",u2,0,2026-11-01 08:00:00")

    assert key_of(zero) == record_key("r1")
    assert key_of(nameless) != key_of(other)


def test_keys_never_change():
    assert record_key("r1").hex() == "24c76b3060c3cb7996b5c72925876db3"
    assert content_hash(b"x").hex() == "0a08cbb4979ef6723ae037416f939b0f"
