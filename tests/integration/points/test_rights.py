"""Rights: what each role of the database may do to each table of points, verb by verb."""

import psycopg
import pytest
from psycopg import sql

from tests.builders import forged
from tests.builders.points import NOON
from tests.obligations import obligation

APPEND_ONLY = (
    "account_closing",
    "account_step",
    "behaviour_issue",
    "conversion_rule",
    "display_code",
    "entry_salt",
    "merchant_step",
    "point_entry",
)
BY_THE_DATABASE = ("account_balance", "point_lot", "redemption_part")
CHANGED = ("carbon_account", "correction", "merchant", "offer", "redemption")
EVERYTHING = APPEND_ONLY + BY_THE_DATABASE + CHANGED
PRIVILEGE = "42501"
VERBS = {
    "update": "update {table} set {column} = {column}",
    "delete": "delete from {table}",
    "truncate": "truncate {table} cascade",
}


def attempt(connection, template, table):
    column = forged.one(
        connection,
        "select attname from pg_attribute where attrelid = %s::regclass and attnum = 2",
        table,
    )["attname"]
    connection.execute(sql.SQL(template).format(table=sql.Identifier(table), column=sql.Identifier(column)))


@obligation("T-03")
@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("table", EVERYTHING)
def test_the_application_changes_no_row_but_by_named_columns(attack, table, verb):
    attack("tht_app", PRIVILEGE, lambda c, s: attempt(c, VERBS[verb], table))


@obligation("T-03")
@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("table", APPEND_ONLY)
def test_the_owner_changes_nothing_that_is_append_only(attack, table, verb):
    attack("tht_owner", "TH002", lambda c, s: attempt(c, VERBS[verb], table))


@obligation("T-03")
@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("table", BY_THE_DATABASE)
def test_the_owner_changes_by_hand_nothing_that_follows_the_entries(attack, table, verb):
    attack("tht_owner", "TH025", lambda c, s: attempt(c, VERBS[verb], table))


@obligation("T-03")
@pytest.mark.parametrize("role", ["tht_read", "tht_audit"])
@pytest.mark.parametrize("verb", [*VERBS, "insert"])
@pytest.mark.parametrize("table", EVERYTHING)
def test_readers_write_nothing(attack, role, table, verb):
    template = VERBS.get(verb, "insert into {table} default values")

    attack(role, PRIVILEGE, lambda c, s: attempt(c, template, table))


@obligation("T-03")
@pytest.mark.parametrize("table", ["account_balance", "redemption_part", "behaviour_issue"])
def test_the_application_inserts_nothing_that_the_database_writes(attack, table):
    attack(
        "tht_app",
        PRIVILEGE,
        lambda c, s: c.execute(sql.SQL("insert into {} default values").format(sql.Identifier(table))),
    )


@obligation("T-03")
@pytest.mark.parametrize(("role", "code"), [("tht_app", PRIVILEGE), ("tht_owner", "TH019")])
@pytest.mark.parametrize("verb", [*VERBS, "insert"])
@pytest.mark.parametrize("table", ["point_entry_p202603", "point_entry_p2_rest", "behaviour_p202603"])
def test_a_month_is_no_side_door(attack, role, code, verb, table):
    def act(connection, stage):
        if verb == "insert":
            parent = table.split("_p2")[0]
            connection.execute(f"insert into {table} select * from {parent} limit 1")
        else:
            attempt(connection, VERBS[verb], table)

    attack(role, code, act)


@obligation("T-03")
def test_an_entry_by_the_side_door_is_refused_and_by_the_front_door_is_not(attack, battlefield):
    attack(
        "tht_owner",
        "TH019",
        lambda c, s: forged.issue(c, s.waiting_behaviour, s.victim_lot, table="point_entry_p202603"),
    )


def test_months_made_later_are_guarded_too(battlefield):
    database, _stage = battlefield
    with psycopg.connect(database.app) as connection:
        connection.execute("select make_month_partitions('2040-01-01', '2040-02-29')")
        guarded = connection.execute(
            "select count(*) from pg_trigger where tgname = 'refuse_side_door'"
            " and tgrelid in ('point_entry_p204001'::regclass, 'behaviour_p204002'::regclass)"
        ).fetchone()
        connection.rollback()

    assert guarded == (2,)


@obligation("T-03")
@pytest.mark.parametrize(
    "statement",
    [
        "alter table point_entry disable trigger all",
        "alter table point_entry drop constraint point_entry_amount_positive",
        "drop trigger apply_entries on point_entry",
        "drop function apply_entries() cascade",
        "create table mine (id int)",
        "create schema mine",
        "set session_replication_role = replica",
        "select setval('point_entry_id_seq', 1)",
        "update installation set clock = 'settable'",
        "set role tht_owner",
        "copy point_entry to program 'true'",
    ],
)
@pytest.mark.parametrize("role", ["tht_app", "tht_read", "tht_audit"])
def test_nobody_but_the_owner_changes_the_rules_of_the_database(attack, role, statement):
    attack(role, PRIVILEGE, lambda c, s: c.execute(statement))


@obligation("T-03")
def test_temporary_tables_do_not_deceive_the_database(attack):
    def act(connection, stage):
        for name in ("behaviour", "conversion_rule", "scenario", "carbon_account", "behaviour_issue"):
            connection.execute(f"create temporary table {name} (like public.{name} including defaults)")
        connection.execute("insert into pg_temp.behaviour select * from public.behaviour")
        connection.execute("update pg_temp.behaviour set reduction_g = 10^9")
        connection.execute("insert into pg_temp.conversion_rule select * from public.conversion_rule")
        forged.issue(connection, stage.waiting_behaviour, stage.victim_lot)

    attack("tht_app", "TH011", act)


@obligation("T-08", "CQ-31.4", "Q-23")
@pytest.mark.parametrize(
    ("code", "act"),
    [
        ("TH010", lambda c, s: forged.issue(c, s.waiting_behaviour, s.victim_lot)),
        ("TH024", lambda c, s: forged.redemption(c, s.other, s.offer)),
        (
            "TH031",
            lambda c, s: c.execute(
                "update redemption set state = 'withdrawn', settled_at = %s, settled_by = 'x' where id = %s",
                [NOON, s.reserved],
            ),
        ),
        (
            "TH028",
            lambda c, s: c.execute(
                "insert into conversion_rule (version, grams_per_point, validity_months, valid_from, text_zh,"
                " text_en, published_by, published_at)"
                " values ('x', 1, 60, '2026-03-20', 'x', 'x', 'x', '2026-03-10')"
            ),
        ),
    ],
    ids=["entry", "redemption", "settling", "rule"],
)
def test_in_production_nothing_carries_another_time_than_the_servers(battlefield, code, act):
    database, stage = battlefield
    with psycopg.connect(database.owner) as connection:
        connection.execute("update installation set clock = 'real'")
        with pytest.raises(psycopg.Error) as refused:
            act(connection, stage)
        connection.rollback()

    assert refused.value.sqlstate == code
