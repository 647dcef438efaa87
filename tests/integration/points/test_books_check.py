"""The books check: silent when all is well, and it finds what somebody with every right has changed."""

import secrets

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel import session as kernel_session
from app.kernel.secrets import Keyring, use_keyring
from app.kernel.session import transaction
from points import queries
from tests.integration.points.stage import set_up
from tests.obligations import obligation

OFF = "alter table {} disable trigger user"
TABLES = (
    "point_entry", "point_lot", "account_balance", "redemption", "redemption_part", "behaviour_issue",
    "entry_salt", "offer", "conversion_rule", "carbon_account", "account_closing", "correction",
)  # fmt: skip

TAMPERED = {
    "an amount": (
        "update point_entry set amount = amount + 1 where kind = 'issue' and acct_seq = 1",
        {"lots", "balances", "running_balances", "points_by_rule", "commitments"},
    ),
    "an amount with its lot and balance": (
        """
        update point_entry set amount = amount + 1 where acct_seq = 1;
        update point_entry set balance_after = balance_after + 1;
        update point_lot set issued = issued + 1, available = available + 1;
        update account_balance set issued = issued + 1, available = available + 1 where last_seq > 0
        """,
        {"points_by_rule", "commitments"},
    ),
    "a lot alone": ("update point_lot set issued = issued + 5, available = available + 5", {"lots"}),
    "a balance alone": (
        "update account_balance set issued = issued + 5, available = available + 5",
        {"balances"},
    ),
    "the last day of a lot": (
        "update point_lot set last_valid_on = last_valid_on - 1",
        {"commitments", "lots_not_as_the_rule_says"},
    ),
    "the owner of a lot": (
        """
        update point_lot set account_id = (select id from carbon_account where person_id is null)
         where id = (select min(id) from point_lot)
        """,
        {"lots", "entries_without_account_or_lot"},
    ),
    "an instant": (
        "update point_entry set at = at + interval '1 second' where acct_seq = 1",
        {"commitments"},
    ),
    "a rule": ("update conversion_rule set grams_per_point = 50", {"points_by_rule"}),
    "a rule's name": ("update conversion_rule set version = version || 'x'", {"commitments"}),
    "a rule that came before": (
        """
        update conversion_rule
           set valid_from = valid_from - 5, published_at = published_at - interval '9 days'
        """,
        {"rule_not_in_force"},
    ),
    "a salt": ("update entry_salt set salt = sha256(salt) where acct_seq = 2", {"commitments"}),
    "a salt taken away": ("delete from entry_salt where acct_seq = 2", {"salts"}),
    "an entry taken out": (
        "delete from point_entry where kind = 'reserve'",
        {"lots", "balances", "gaps", "links", "running_balances", "reservations", "released_elsewhere"},
    ),
    "the last entry cut off": (
        """
        delete from point_entry e using account_balance b
         where b.account_id = e.account_id and e.acct_seq = b.last_seq
        """,
        {"lots", "balances", "heads"},
    ),
    "all entries taken out": (
        "delete from point_entry",
        {"lots", "balances", "issues_not_marked", "reservations"},
    ),
    "an entry of another account": (
        "update point_entry set account_id = account_id + 1000000 where kind = 'reserve'",
        {"lots", "balances", "entries_without_account_or_lot", "entries_of_nobodys_redemption"},
    ),
    "a pseudonym": (
        "update carbon_account set pseudonym = substr(sha256(pseudonym), 1, 16)",
        {"commitments"},
    ),
    "a head": ("update account_balance set head = sha256(head) where last_seq > 0", {"heads"}),
    "a link": (
        "update point_entry set prev_commitment = sha256(prev_commitment) where acct_seq = 2",
        {"links", "commitments"},
    ),
    "a behaviour issued twice": (
        """
        insert into point_entry
        select account_id, day, id + 1000, acct_seq + 1000, lot_id, kind, amount, balance_after, at,
               behaviour_id, behaviour_day, method_version_id, rule_id, reduction_g, redemption_id,
               correction_id, sha256('x'), commitment
          from point_entry where kind = 'issue'
        """,
        {"issued_twice", "lots", "balances", "gaps", "links"},
    ),
    "an issue forgotten": ("delete from behaviour_issue", {"issues_not_marked"}),
    "a redemption that never was": (
        "update redemption set state = 'withdrawn' where state = 'fulfilled'",
        {"reservations", "stocks"},
    ),
    "a price": ("update redemption set price = price + 1", {"reservations"}),
    "a stock": ("update offer set stock_taken = 0", {"stocks"}),
    "a closing": ("delete from account_closing", {"closed_without_request"}),
    "an expiry before its time": (
        "update point_entry set kind = 'expire' where kind = 'close'",
        {"expired_early", "lots", "balances", "commitments"},
    ),
    "a spending after its time": (
        "update point_lot set last_valid_on = issued_on - 1",
        {"spent_past_the_last_day", "commitments", "lots_not_as_the_rule_says"},
    ),
    "a correction without ground": (
        """
        update point_entry set kind = 'correct', correction_id = (select max(id) from correction)
         where kind = 'close'
        """,
        {"corrected_without_ground", "lots", "balances", "commitments"},
    ),
    "a correction that was never carried out": (
        "update correction set state = 'executed', executed_amount = 5",
        {"corrected_without_entry"},
    ),
    "an organisation's points": (
        """
        update carbon_account set person_id = null, organisation_id = (
            select min(o.id) from organisation o left join carbon_account a on a.organisation_id = o.id
             where a.id is null)
         where state = 'closed'
        """,
        {"organisations_with_points"},
    ),
    "a lot of ten years": (
        """
        alter table point_lot drop constraint point_lot_five_years_at_most;
        update point_lot set last_valid_on = last_valid_on + 1800
        """,
        {"lots_past_five_years", "lots_not_as_the_rule_says", "commitments"},
    ),
}


@pytest.fixture(scope="module")
def untouched(server):
    """A database with a scene, to copy for each way of tampering."""
    own = server.copy(f"test_{secrets.token_hex(6)}")
    use_keyring(Keyring(web=b"w" * 32, data=b"d" * 32, index=b"i" * 32))
    engine = kernel_session.make_engine(own.app)
    kernel_session.configure(engine)
    set_up()
    kernel_session.configure(None)
    engine.dispose()
    use_keyring(None)
    yield own
    own.cluster.drop_database(own.name)


@pytest.fixture
def report_after(untouched):
    """Tell what the check says after the owner, with the triggers off, changed something; undo it."""

    def looked(statements):
        engine = kernel_session.make_engine(untouched.owner)
        with Session(engine) as session:
            for table in TABLES:
                session.execute(text(OFF.format(table)))
            for statement in statements.split(";"):
                if statement.strip():
                    session.execute(text(statement))
            found = queries.books_check(session)
            session.rollback()
        engine.dispose()
        return found

    return looked


@obligation("T-29")
def test_untouched_books_agree(report_after):
    report = report_after("")

    assert report.agrees
    assert report.entries == 7
    assert report.totals == {
        "issued": 201_00,
        "available": 149_00,
        "reserved": 50_00,
        "cancelled": 1_00,
        "expired": 0,
        "closed": 1_00,
        "corrected": 0,
        "reduction_g": 201_00,
    }


@obligation("T-29", "T-02")
@pytest.mark.parametrize("what", TAMPERED)
def test_what_was_changed_behind_the_back_is_found(report_after, what):
    statements, expected = TAMPERED[what]

    report = report_after(statements)

    assert expected <= set(report.disagreements), report.disagreements
    assert all(report.disagreements.values())


@obligation("T-29")
def test_what_is_found_is_located(report_after):
    report = report_after("update point_entry set at = at + interval '1 second' where kind = 'reserve'")

    assert list(report.disagreements) == ["commitments"]
    assert report.disagreements["commitments"] == len(report.places["commitments"]) == 2
    assert all(place.endswith(" entry 2") for place in report.places["commitments"])


def test_the_check_sees_one_moment(committed):
    set_up()

    with transaction() as session:
        queries.at_one_moment(session)
        before = queries.books_check(session)
        with psycopg.connect(committed.owner) as other:
            other.execute("alter table account_balance disable trigger user")
            other.execute("update account_balance set issued = issued + 1, available = available + 1")
            other.commit()
        during = queries.books_check(session)
    with transaction() as session:
        after = queries.books_check(session)

    assert before.agrees
    assert during.agrees
    assert not after.agrees
