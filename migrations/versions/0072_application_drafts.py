"""Applications that are being written: one open for each organisation, ended once."""

from alembic import op

revision = "0072"
down_revision = "0071"

TABLE = """
CREATE TABLE application_draft (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    organisation_id BIGINT NOT NULL,
    content JSONB NOT NULL,
    step BIGINT NOT NULL,
    document_id BIGINT,
    changed_by TEXT NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT application_draft_pkey PRIMARY KEY (id),
    CONSTRAINT application_draft_known_step CHECK (step between 1 and 4),
    CONSTRAINT application_draft_small CHECK (octet_length(content::text) <= 65536),
    CONSTRAINT application_draft_organisation_id_fkey
        FOREIGN KEY(organisation_id) REFERENCES organisation (id),
    CONSTRAINT application_draft_document_id_fkey FOREIGN KEY(document_id) REFERENCES document (id)
);
CREATE UNIQUE INDEX application_draft_open_ix ON application_draft (organisation_id) WHERE ended_at is null;
"""


def upgrade() -> None:
    """Make the table with its rights."""
    op.execute(TABLE)
    op.execute("GRANT SELECT ON application_draft TO tht_app, tht_read, tht_audit")
    op.execute(
        "GRANT INSERT, UPDATE (content, step, document_id, changed_by, changed_at, ended_at)"
        " ON application_draft TO tht_app"
    )


def downgrade() -> None:
    """Drop it."""
    op.execute("DROP TABLE application_draft")
