"""Keep who brought which document: knowing its number is not having it."""

from alembic import op

revision = "0059"
down_revision = "0058"

TABLE = """
CREATE TABLE paper_receipt (
    document_id BIGINT NOT NULL,
    party TEXT NOT NULL,
    brought_by TEXT NOT NULL,
    brought_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT paper_receipt_pkey PRIMARY KEY (document_id, party),
    CONSTRAINT paper_receipt_party_is_named CHECK (party ~ '^(organisation|person):[0-9]+$'),
    CONSTRAINT paper_receipt_document_id_fkey FOREIGN KEY(document_id) REFERENCES document (id)
);
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON paper_receipt
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
GRANT SELECT ON paper_receipt TO tht_app, tht_read, tht_audit;
GRANT INSERT ON paper_receipt TO tht_app;
"""


def upgrade() -> None:
    """Make the table."""
    op.execute(TABLE)


def downgrade() -> None:
    """Drop it."""
    op.execute("DROP TABLE paper_receipt")
