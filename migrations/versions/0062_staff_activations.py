"""Activation codes of staff: one open at a time, used once, for three days at most."""

from alembic import op

revision = "0062"
down_revision = "0061"

TABLE = """
CREATE TABLE staff_activation (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    staff_user_id BIGINT NOT NULL,
    code_hash BYTEA NOT NULL,
    created_by TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE,
    revoked_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT staff_activation_pkey PRIMARY KEY (id),
    CONSTRAINT staff_activation_code_hash_key UNIQUE (code_hash),
    CONSTRAINT staff_activation_hash_is_whole CHECK (octet_length(code_hash) = 32),
    CONSTRAINT staff_activation_three_days_at_most
        CHECK (expires_at > created_at and expires_at <= created_at + interval '3 days'),
    CONSTRAINT staff_activation_used_in_time CHECK (used_at >= created_at and used_at < expires_at),
    CONSTRAINT staff_activation_used_or_taken_back CHECK (used_at is null or revoked_at is null),
    CONSTRAINT staff_activation_staff_user_id_fkey FOREIGN KEY(staff_user_id) REFERENCES staff_user (id)
);
CREATE UNIQUE INDEX staff_activation_open_ix ON staff_activation (staff_user_id)
    WHERE used_at is null and revoked_at is null;
"""

ONCE = """
CREATE FUNCTION activation_ends_once() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF OLD.used_at IS NOT NULL OR OLD.revoked_at IS NOT NULL THEN
        RAISE EXCEPTION 'the activation code % was used or taken back', OLD.id USING ERRCODE = 'TH060';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER activation_ends_once BEFORE UPDATE ON staff_activation
    FOR EACH ROW EXECUTE FUNCTION activation_ends_once();
REVOKE EXECUTE ON FUNCTION activation_ends_once() FROM PUBLIC;
"""


def upgrade() -> None:
    """Make the table with its rights."""
    op.execute(TABLE)
    op.execute(ONCE)
    op.execute("GRANT SELECT ON staff_activation TO tht_app, tht_audit")
    op.execute("GRANT INSERT, UPDATE (used_at, revoked_at) ON staff_activation TO tht_app")


def downgrade() -> None:
    """Drop it."""
    op.execute("DROP TABLE staff_activation")
    op.execute("DROP FUNCTION activation_ends_once()")
