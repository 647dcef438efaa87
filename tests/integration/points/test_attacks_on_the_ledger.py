"""Attacks on the ledger by plain SQL, as the application and as the owner: each is refused by the database.

The owner could drop a trigger; that is a change of the product, which the books check and the sealed
log are for. Whatever it writes with the triggers in place is refused as it is to the application.
"""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.builders import forged
from tests.builders.points import NOON
from tests.obligations import obligation

PRIVILEGE = "42501"
CHECK = "23514"
TWICE = "23505"
LATER = datetime(2032, 1, 1, tzinfo=UTC)
REFUSE = """
    update redemption set state = 'refused', settled_at = %s, settled_by = 'x', reason = 'x' where id = %s
"""


def lot(connection, account_id, issued_on=date(2026, 3, 10), last_valid_on=date(2031, 3, 9)):
    return connection.execute(
        "insert into point_lot (account_id, issued_on, last_valid_on) values (%s, %s, %s) returning id",
        (account_id, issued_on, last_valid_on),
    ).fetchone()[0]


POINTS_FROM_NOTHING = {
    "without a behaviour": (CHECK, lambda c, s: forged.entry(c, s.victim, "issue", 100, s.victim_lot)),
    "from a behaviour that is not there": (
        "TH011",
        lambda c, s: forged.issue(c, s.waiting_behaviour, s.victim_lot, behaviour_id=10**9),
    ),
    "from a behaviour a second time": (TWICE, lambda c, s: forged.issue(c, s.behaviour, s.victim_lot)),
    "from another account's behaviour": (
        "TH011",
        lambda c, s: forged.issue(c, s.waiting_behaviour, s.other_lot, account_id=s.other),
    ),
    "more than its grams are worth": (
        "TH011",
        lambda c, s: forged.issue(c, s.waiting_behaviour, s.victim_lot, amount=501),
    ),
    "from more grams": (
        "TH011",
        lambda c, s: forged.issue(c, s.waiting_behaviour, s.victim_lot, reduction_g=501, amount=501),
    ),
    "into a lot of another day": (
        "TH011",
        lambda c, s: forged.issue(
            c, s.waiting_behaviour, lot(c, s.victim, date(2026, 3, 11), date(2031, 3, 10))
        ),
    ),
    "into a lot that lives shorter than the rule says": (
        "TH011",
        lambda c, s: forged.issue(c, s.waiting_behaviour, lot(c, s.victim, last_valid_on=date(2031, 3, 8))),
    ),
    "into another account's lot": (
        "TH017",
        lambda c, s: forged.issue(c, s.waiting_behaviour, s.other_lot),
    ),
    "into a closed account": (
        "TH010",
        lambda c, s: forged.issue(
            c, s.waiting_of_closed, lot(c, s.closed, date(2026, 3, 11), date(2031, 3, 10))
        ),
    ),
    "into an organisation's account": (
        "TH010",
        lambda c, s: forged.issue(
            c, s.waiting_behaviour, lot(c, s.organisation_account), account_id=s.organisation_account
        ),
    ),
    "as a kind that does not exist": (
        CHECK,
        lambda c, s: forged.entry(c, s.victim, "grant", 100, s.victim_lot),
    ),
    "of a negative amount": (
        CHECK,
        lambda c, s: forged.issue(c, s.waiting_behaviour, s.victim_lot, amount=-5),
    ),
    "as a release of nothing reserved": (
        "TH013",
        lambda c, s: forged.entry(c, s.victim, "release", 100, s.victim_lot, redemption_id=s.reserved),
    ),
    "as a lot that begins full": (
        {"tht_app": PRIVILEGE, "tht_owner": "TH026"},
        lambda c, s: c.execute(
            "insert into point_lot (account_id, issued_on, last_valid_on, issued, available)"
            " values (%s, '2026-01-01', '2027-01-01', 5, 5)",
            (s.victim,),
        ),
    ),
    "by the hand on a lot": (
        {"tht_app": PRIVILEGE, "tht_owner": "TH025"},
        lambda c, s: c.execute("update point_lot set issued = issued + 1, available = available + 1"),
    ),
    "by the hand on a balance": (
        {"tht_app": PRIVILEGE, "tht_owner": "TH025"},
        lambda c, s: c.execute("update account_balance set issued = issued + 1, available = available + 1"),
    ),
    "by a second balance": (
        {"tht_app": PRIVILEGE, "tht_owner": "TH025"},
        lambda c, s: c.execute(
            "insert into account_balance (account_id, issued) values (%s, 5)", (s.victim,)
        ),
    ),
    "by forgetting that a behaviour was issued": (
        {"tht_app": PRIVILEGE, "tht_owner": "TH002"},
        lambda c, s: c.execute("delete from behaviour_issue"),
    ),
}

TAKING = {
    "expired before its last day is over": (
        "TH014",
        lambda c, s: forged.entry(
            c, s.victim, "expire", 100, s.victim_lot, at=datetime(2031, 3, 9, 15, 59, 59, tzinfo=UTC)
        ),
    ),
    "expired on a day that its instant is not": (
        CHECK,
        lambda c, s: forged.entry(c, s.victim, "expire", 100, s.victim_lot, day=date(2032, 1, 1)),
    ),
    "closed without the holder's request": (
        "TH015",
        lambda c, s: forged.entry(c, s.victim, "close", 100, s.victim_lot),
    ),
    "corrected without a correction": (
        CHECK,
        lambda c, s: forged.entry(c, s.victim, "correct", 100, s.victim_lot),
    ),
    "corrected while the holder may object": (
        "TH016",
        lambda c, s: forged.entry(c, s.victim, "correct", 10_00, s.victim_lot, correction_id=s.correction),
    ),
    "reserved without a redemption": (
        CHECK,
        lambda c, s: forged.entry(c, s.victim, "reserve", 100, s.victim_lot),
    ),
    "reserved for another's redemption": (
        "TH012",
        lambda c, s: forged.entry(c, s.other, "reserve", 50_00, s.other_lot, redemption_id=s.reserved),
    ),
    "reserved from another account's lot": (
        "TH012",
        lambda c, s: forged.entry(
            c,
            s.other,
            "reserve",
            50_00,
            s.victim_lot,
            redemption_id=forged.redemption(c, s.other, s.offer),
        ),
    ),
    "reserved twice for one redemption": (
        TWICE,
        lambda c, s: forged.entry(c, s.victim, "reserve", 1, s.victim_lot, redemption_id=s.reserved),
    ),
    "cancelled while the merchant has not accepted": (
        "TH013",
        lambda c, s: forged.entry(c, s.victim, "cancel", 50_00, s.victim_lot, redemption_id=s.reserved),
    ),
    "cancelled a second time": (
        "TH013",
        lambda c, s: forged.entry(c, s.other, "cancel", 1_00, s.other_lot, redemption_id=s.fulfilled),
    ),
    "released after it was cancelled": (
        "TH013",
        lambda c, s: forged.entry(c, s.other, "release", 1_00, s.other_lot, redemption_id=s.fulfilled),
    ),
    "more than the lot holds": (
        CHECK,
        lambda c, s: forged.entry(c, s.victim, "expire", 50_01, s.victim_lot, at=LATER),
    ),
}


def refused_then_released_elsewhere(connection, stage):
    """Refuse the open redemption, then give its points to another lot of the same account."""
    fresh = lot(connection, stage.victim, date(2026, 3, 11), date(2031, 3, 10))
    connection.execute(
        REFUSE,
        (NOON + timedelta(hours=1), stage.reserved),
    )
    forged.entry(connection, stage.victim, "release", 50_00, fresh, redemption_id=stage.reserved)


def refused_then_released_in_part(connection, stage):
    """Refuse the open redemption and give half of its points back."""
    connection.execute(
        REFUSE,
        (NOON + timedelta(hours=1), stage.reserved),
    )
    forged.entry(connection, stage.victim, "release", 25_00, stage.victim_lot, redemption_id=stage.reserved)


def closed_by_another(connection, stage):
    """Write a closing that is not the holder's and empty the account."""
    connection.execute(
        "insert into account_closing (account_id, requested_by, warned_of, confirmed_at)"
        " values (%s, 'staff:1', 99, %s)",
        (stage.other, NOON),
    )
    forged.entry(connection, stage.other, "close", 99_00, stage.other_lot)
    connection.execute(
        "update carbon_account set state = 'closed', closed_at = %s where id = %s", (NOON, stage.other)
    )


def closed_and_left_open(connection, stage):
    """Empty an account by a closing in the holder's name and leave the account open."""
    person = forged.one(connection, "select person_id from carbon_account where id = %s", stage.other)
    connection.execute(
        "insert into account_closing (account_id, requested_by, warned_of, confirmed_at)"
        " values (%s, %s, 99, %s)",
        (stage.other, f"citizen:{person['person_id']}", NOON),
    )
    forged.entry(connection, stage.other, "close", 99_00, stage.other_lot)


WAYS_AROUND = {
    "released to another lot": ("TH013", refused_then_released_elsewhere),
    "released in part": ("TH013", refused_then_released_in_part),
    "closed by somebody else": ("TH015", closed_by_another),
    "closed and left open": ("TH015", closed_and_left_open),
    "closed full": (
        "TH008",
        lambda c, s: c.execute(
            "update carbon_account set state = 'closed', closed_at = now() where id = %s", (s.victim,)
        ),
    ),
    "opened again": (
        "TH006",
        lambda c, s: c.execute(
            "update carbon_account set state = 'active', closed_at = null where id = %s", (s.closed,)
        ),
    ),
    "given to another holder": (
        {"tht_app": PRIVILEGE, "tht_owner": "TH007"},
        lambda c, s: c.execute(
            "update carbon_account set person_id = (select max(id) from person) where id = %s", (s.victim,)
        ),
    ),
    "thawed into an application": (
        "TH027",
        lambda c, s: c.execute("update carbon_account set state = 'applied' where id = %s", (s.victim,)),
    ),
    "a lot of six years": (CHECK, lambda c, s: lot(c, s.victim, date(2026, 3, 10), date(2032, 3, 9))),
    "a lot of five years and a day": (
        CHECK,
        lambda c, s: lot(c, s.victim, date(2026, 3, 10), date(2031, 3, 10)),
    ),
    "a lot that lives longer": (
        {"tht_app": PRIVILEGE, "tht_owner": "TH025"},
        lambda c, s: c.execute("update point_lot set last_valid_on = last_valid_on + 1"),
    ),
    "a lot that moves to another account": (
        {"tht_app": PRIVILEGE, "tht_owner": "TH025"},
        lambda c, s: c.execute("update point_lot set account_id = %s", (s.other,)),
    ),
    "a part of a redemption": (
        {"tht_app": PRIVILEGE, "tht_owner": "TH025"},
        lambda c, s: c.execute("update redemption_part set settlement = 'released'"),
    ),
    "a rule for yesterday": (
        CHECK,
        lambda c, s: c.execute(
            "insert into conversion_rule (version, grams_per_point, validity_months, valid_from, text_zh,"
            " text_en, published_by, published_at) values ('x', 1, 60, '2026-03-10', 'x', 'x', 'x', %s)",
            (NOON,),
        ),
    ),
    "a rule of six years": (
        CHECK,
        lambda c, s: c.execute(
            "insert into conversion_rule (version, grams_per_point, validity_months, valid_from, text_zh,"
            " text_en, published_by, published_at) values ('x', 1, 72, '2026-04-10', 'x', 'x', 'x', %s)",
            (NOON,),
        ),
    ),
    "a rule that is changed": (
        {"tht_app": PRIVILEGE, "tht_owner": "TH002"},
        lambda c, s: c.execute("update conversion_rule set grams_per_point = 1"),
    ),
}

CHAIN = {
    "a number left out": ("TH010", lambda c, s: forged.issue(c, s.waiting_behaviour, s.victim_lot, skip=1)),
    "a number used again": (
        TWICE,
        lambda c, s: forged.issue(c, s.waiting_behaviour, s.victim_lot, skip=-1),
    ),
    "another entry before": (
        "TH010",
        lambda c, s: forged.issue(c, s.waiting_behaviour, s.victim_lot, prev_commitment=b"x" * 32),
    ),
    "no salt": ("TH010", lambda c, s: forged.issue(c, s.waiting_behaviour, s.victim_lot, salted=False)),
    "another balance": (
        "TH010",
        lambda c, s: forged.issue(c, s.waiting_behaviour, s.victim_lot, balance_after=10**6),
    ),
    "half a commitment": (
        CHECK,
        lambda c, s: forged.issue(c, s.waiting_behaviour, s.victim_lot, commitment=b"x" * 16),
    ),
}


@obligation("CQ-34.3", "CQ-34.10", "CQ-42.14", "T-01", "T-06")
@pytest.mark.parametrize("role", ["tht_app", "tht_owner"])
@pytest.mark.parametrize("way", POINTS_FROM_NOTHING)
def test_no_points_come_from_nothing(attack, role, way):
    code, act = POINTS_FROM_NOTHING[way]

    attack(role, code[role] if isinstance(code, dict) else code, act)


@obligation("CQ-34.8", "CQ-34.9", "CQ-34.10", "CQ-X.9", "T-05")
@pytest.mark.parametrize("role", ["tht_app", "tht_owner"])
@pytest.mark.parametrize("way", TAKING)
def test_no_points_are_taken_but_in_the_four_lawful_ways(attack, role, way):
    code, act = TAKING[way]

    attack(role, code, act)


@obligation("CQ-34.8", "CQ-34.9", "CQ-34.10", "Q-23", "Q-26")
@pytest.mark.parametrize("role", ["tht_app", "tht_owner"])
@pytest.mark.parametrize("way", WAYS_AROUND)
def test_there_is_no_way_around(attack, role, way):
    code, act = WAYS_AROUND[way]

    attack(role, code[role] if isinstance(code, dict) else code, act)


@obligation("T-03", "T-28")
@pytest.mark.parametrize("role", ["tht_app", "tht_owner"])
@pytest.mark.parametrize("way", CHAIN)
def test_the_chain_takes_only_the_next_entry(attack, role, way):
    code, act = CHAIN[way]

    attack(role, code, act)


def test_the_forger_can_write_what_is_right(battlefield):
    """The attacks above fail for what they attack: without it, the same statements are accepted."""
    import psycopg

    database, stage = battlefield
    with psycopg.connect(database.app) as connection:
        forged.issue(connection, stage.waiting_behaviour, stage.victim_lot)
        made = forged.redemption(connection, stage.other, stage.offer)
        forged.entry(connection, stage.other, "reserve", 50_00, stage.other_lot, redemption_id=made)
        forged.entry(connection, stage.victim, "expire", 1, stage.victim_lot, at=LATER)
        connection.execute("set constraints all immediate")
        connection.rollback()
