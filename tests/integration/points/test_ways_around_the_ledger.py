"""Ways around the ledger by plain SQL, and entries that do not continue the chain: each is refused."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.builders import forged
from tests.builders.points import NOON
from tests.obligations import obligation

PRIVILEGE = "42501"
CHECK = "23514"
TWICE = "23505"
LATER = datetime(2032, 1, 1, tzinfo=UTC)
NEXT_DAY = (date(2026, 3, 11), date(2026, 4, 10))
REFUSE = """
    update redemption set state = 'refused', settled_at = %s, settled_by = 'x', reason = 'x' where id = %s
"""


def refused_then_released_elsewhere(connection, stage):
    """Refuse the open redemption, then give its points to another lot of the same account."""
    fresh = forged.lot(connection, stage.victim, date(2026, 3, 11), date(2031, 3, 10))
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


def past_the_last_day(connection, stage):
    """Reserve from a lot of one month on the day after its last."""
    fresh = forged.lot(connection, stage.victim, *NEXT_DAY)
    issued_at, at = NOON + timedelta(days=1), datetime(2026, 4, 10, 16, tzinfo=UTC)
    forged.issue(connection, stage.waiting_behaviour, fresh, at=issued_at, amount=50_000)
    connection.execute("update offer set valid_until = '2040-01-01', per_person = 9, price = 1")
    made = forged.redemption(
        connection, stage.victim, stage.offer, created_at=at, reserved_until=at + timedelta(hours=1)
    )
    forged.entry(connection, stage.victim, "reserve", 1, fresh, at=at, redemption_id=made)


def past_the_five_years(connection, stage):
    """Reserve on the last of a lot's five years until a second after it."""
    at, until = datetime(2031, 3, 9, 15, tzinfo=UTC), datetime(2031, 3, 9, 16, 0, 1, tzinfo=UTC)
    connection.execute("update offer set valid_until = '2040-01-01' where id = %s", [stage.offer])
    made = forged.redemption(connection, stage.other, stage.offer, created_at=at, reserved_until=until)
    forged.entry(connection, stage.other, "reserve", 50_00, stage.other_lot, at=at, redemption_id=made)


def frozen_redemption(connection, stage):
    """Reserve from an account whose holder has died."""
    connection.execute("update carbon_account set state = 'frozen' where id = %s", [stage.other])
    made = forged.redemption(connection, stage.other, stage.offer)
    forged.entry(connection, stage.other, "reserve", 50_00, stage.other_lot, redemption_id=made)


def corrected_twice(connection, stage):
    """Carry a correction out when its time has come, and then once more."""
    at = NOON + timedelta(days=20)
    connection.execute(
        "update correction set state = 'executed', executed_at = %s, executed_amount = 1000 where id = %s",
        (at, stage.correction),
    )
    for _ in range(2):
        forged.entry(
            connection,
            stage.victim,
            "correct",
            10_00,
            stage.victim_lot,
            at=at,
            correction_id=stage.correction,
        )


def reserved_beyond_the_price(connection, stage):
    """Add to a reservation that is already backed, from another lot of the same account."""
    fresh = forged.lot(connection, stage.victim, *NEXT_DAY)
    at = NOON + timedelta(days=1)
    forged.issue(connection, stage.waiting_behaviour, fresh, at=at, rule_id=stage.coming_rule, amount=50_000)
    forged.entry(connection, stage.victim, "reserve", 500, fresh, at=at, redemption_id=stage.reserved)


WAYS_AROUND = {
    "reserved past the lot's last day": ("TH012", past_the_last_day),
    "reserved past the lot's five years": ("TH012", past_the_five_years),
    "reserved from a frozen account": ("TH012", frozen_redemption),
    "reserved beyond the price": ("TH021", reserved_beyond_the_price),
    "corrected twice": ("TH016", corrected_twice),
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
    "a lot of six years": (CHECK, lambda c, s: forged.lot(c, s.victim, date(2026, 3, 10), date(2032, 3, 9))),
    "a lot of five years and a day": (
        CHECK,
        lambda c, s: forged.lot(c, s.victim, date(2026, 3, 10), date(2031, 3, 10)),
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


def a_gap_within(connection, stage):
    """Write two entries in one statement, the first the next of the chain, the second one too far."""
    head = forged.one(connection, "select * from account_balance where account_id = %s", stage.victim)
    for seq in (head["last_seq"] + 1, head["last_seq"] + 3):
        connection.execute(
            "insert into entry_salt (account_id, acct_seq, salt) values (%s, %s, %s)",
            (stage.victim, seq, b"s" * 32),
        )
    connection.execute(
        """
        insert into point_entry (account_id, day, acct_seq, lot_id, kind, amount, balance_after, at,
                                 prev_commitment, commitment)
        select %(account)s, %(day)s, %(seq)s + 2 * n, %(lot)s, 'expire', 1, %(balance)s - n - 1, %(at)s,
               case n when 0 then %(head)s else sha256('0') end, sha256(n::text::bytea)
          from generate_series(0, 1) as n
        """,
        {
            "account": stage.victim,
            "day": LATER.date(),
            "seq": head["last_seq"] + 1,
            "lot": stage.victim_lot,
            "balance": head["available"],
            "at": LATER,
            "head": head["head"],
        },
    )


CHAIN = {
    "a number left out within a statement": ("TH010", a_gap_within),
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
