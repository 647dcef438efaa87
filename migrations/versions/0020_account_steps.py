"""The history of accounts, three further states, and the rights on them."""

from alembic import op

revision = "0020"
down_revision = "0008"

TABLES = """
CREATE TABLE account_step (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    account_id BIGINT NOT NULL,
    act TEXT NOT NULL,
    from_state TEXT,
    to_state TEXT NOT NULL,
    actor TEXT NOT NULL,
    reason TEXT,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT account_step_pkey PRIMARY KEY (id),
    CONSTRAINT account_step_account_id_fkey FOREIGN KEY(account_id) REFERENCES carbon_account (id)
);
CREATE INDEX account_step_account_id_ix ON account_step (account_id);
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON account_step
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
GRANT SELECT ON account_step TO tht_app, tht_read, tht_audit;
GRANT INSERT ON account_step TO tht_app;

-- a load names no ids: they come in the order of insertion
ALTER TABLE point_entry ALTER COLUMN id SET DEFAULT nextval('point_entry_id_seq');
-- the database counts the stock
REVOKE UPDATE (stock_taken) ON offer FROM tht_app;
REVOKE INSERT ON offer FROM tht_app;
GRANT INSERT (merchant_id, title, title_en, description, terms, picture_id, picture_name, category, area_code,
              price, stock, per_person, valid_from, valid_until, use_days, state, created_by, created_at)
    ON offer TO tht_app;
"""

UNDO_TABLES = """
GRANT INSERT, UPDATE (stock_taken) ON offer TO tht_app;
ALTER TABLE point_entry ALTER COLUMN id DROP DEFAULT;
DROP TABLE account_step;
"""

# table, constraint, what it says now, what it said before
CONSTRAINTS = (
    (
        "carbon_account",
        "known_state",
        "state in ('applied', 'active', 'restricted', 'frozen', 'closed')",
        "state in ('applied', 'active', 'restricted', 'closed')",
    ),
    (
        "offer",
        "known_state",
        "state in ('draft', 'on_shelf', 'off_shelf', 'blocked')",
        "state in ('draft', 'on_shelf', 'off_shelf')",
    ),
    (
        "redemption",
        "reserved_seven_days_at_most",
        "reserved_until > created_at and reserved_until <= created_at + interval '7 days'",
        "reserved_until > created_at and reserved_until <= created_at + interval '8 days'",
    ),
    (
        "correction",
        "known_state",
        "state in ('proposed', 'confirmed', 'objected', 'answered', 'executed', 'withdrawn')",
        "state in ('proposed', 'confirmed', 'objected', 'executed', 'withdrawn')",
    ),
)


def upgrade() -> None:
    """Make the table and widen the states."""
    op.execute(TABLES)
    for table, name, now, _before in CONSTRAINTS:
        _replace(table, name, now)


def downgrade() -> None:
    """Go back to the narrower states; fails while a row is in one of the newer ones."""
    for table, name, _now, before in CONSTRAINTS:
        _replace(table, name, before)
    op.execute(UNDO_TABLES)


def _replace(table: str, name: str, condition: str) -> None:
    op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {table}_{name}")
    op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {table}_{name} CHECK ({condition})")
