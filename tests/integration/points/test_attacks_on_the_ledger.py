"""Attacks on the ledger by plain SQL, as the application and as the owner: each is refused by the database.

The owner could drop a trigger; that is a change of the product, which the books check and the sealed
log are for. Whatever it writes with the triggers in place is refused as it is to the application.
"""

from datetime import UTC, date, datetime

import pytest

from tests.builders import forged
from tests.obligations import obligation

PRIVILEGE = "42501"
CHECK = "23514"
TWICE = "23505"
LATER = datetime(2032, 1, 1, tzinfo=UTC)
NEXT_DAY = (date(2026, 3, 11), date(2026, 4, 10))


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
    "from other grams": (
        "TH011",
        lambda c, s: forged.issue(c, s.waiting_behaviour, s.victim_lot, reduction_g=499),
    ),
    "from more grams": (
        "TH011",
        lambda c, s: forged.issue(c, s.waiting_behaviour, s.victim_lot, reduction_g=501, amount=501),
    ),
    "by a rule that was replaced": (
        "TH011",
        lambda c, s: forged.issue(c, s.waiting_behaviour, s.victim_lot, rule_id=s.old_rule, amount=50_000),
    ),
    "by a rule that does not hold yet": (
        "TH011",
        lambda c, s: forged.issue(c, s.waiting_behaviour, s.victim_lot, rule_id=s.coming_rule, amount=50_000),
    ),
    "by another version of the method": (
        "TH011",
        lambda c, s: forged.issue(c, s.waiting_behaviour, s.victim_lot, method_version_id=10**6),
    ),
    "of a sandbox": ("TH011", lambda c, s: forged.issue(c, s.sandbox_behaviour, s.victim_lot)),
    "into a lot of another day": (
        "TH011",
        lambda c, s: forged.issue(
            c, s.waiting_behaviour, forged.lot(c, s.victim, date(2026, 3, 11), date(2031, 3, 9))
        ),
    ),
    "into a lot that lives shorter than the rule says": (
        "TH011",
        lambda c, s: forged.issue(
            c, s.waiting_behaviour, forged.lot(c, s.victim, last_valid_on=date(2031, 3, 8))
        ),
    ),
    "into another account's lot": (
        "TH017",
        lambda c, s: forged.issue(c, s.waiting_behaviour, s.other_lot),
    ),
    "into a closed account": (
        "TH010",
        lambda c, s: forged.issue(c, s.waiting_of_closed, forged.lot(c, s.closed, *NEXT_DAY)),
    ),
    "into an organisation's account": (
        "TH010",
        lambda c, s: forged.issue(
            c, s.waiting_behaviour, forged.lot(c, s.organisation_account), account_id=s.organisation_account
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
    "as a release of a voucher that is open": (
        "TH013",
        lambda c, s: forged.entry(c, s.victim, "release", 50_00, s.victim_lot, redemption_id=s.reserved),
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
