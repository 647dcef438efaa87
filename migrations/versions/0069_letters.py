"""Where a person is written to by e-mail."""

from alembic import op

revision = "0069"
down_revision = "0068"

TABLE = """
CREATE TABLE person_email (
    person_id bigint NOT NULL,
    address_sealed bytea NOT NULL,
    code_hash bytea,
    code_until timestamptz,
    tries bigint NOT NULL DEFAULT 0,
    verified_at timestamptz,
    failed_at timestamptz,
    changed_at timestamptz NOT NULL,
    CONSTRAINT person_email_pkey PRIMARY KEY (person_id),
    CONSTRAINT person_email_person_id_fkey FOREIGN KEY (person_id) REFERENCES person (id),
    CONSTRAINT person_email_confirmed_or_asked CHECK ((verified_at is null) = (code_hash is not null)),
    CONSTRAINT person_email_code_has_an_end CHECK ((code_hash is null) = (code_until is null)),
    CONSTRAINT person_email_five_tries CHECK (tries between 0 and 5)
)
"""


def upgrade() -> None:
    """Make the table and give its rights."""
    op.execute(TABLE)
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON person_email TO tht_app")
    op.execute("GRANT SELECT ON person_email TO tht_audit")


def downgrade() -> None:
    """Drop it."""
    op.execute("DROP TABLE person_email")
