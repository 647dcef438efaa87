"""What every package rests on: audit, outbox, documents, calendar, limits, keys."""

from alembic import op

revision = "0001"
down_revision = None

TABLES = """
CREATE TABLE installation (
    id BIGINT NOT NULL,
    clock TEXT NOT NULL,
    CONSTRAINT installation_pkey PRIMARY KEY (id),
    CONSTRAINT installation_one_row CHECK (id = 1),
    CONSTRAINT installation_known_clock CHECK (clock in ('real', 'settable'))
);

CREATE TABLE audit_line (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    actor TEXT NOT NULL,
    organisation_id BIGINT,
    event TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    request_id TEXT,
    details JSONB NOT NULL,
    CONSTRAINT audit_line_pkey PRIMARY KEY (id),
    CONSTRAINT audit_line_event_has_three_words CHECK (event ~ '^[a-z_]+[.][a-z_]+[.][a-z_]+$')
);
CREATE INDEX audit_line_at_ix ON audit_line (at);
CREATE INDEX audit_line_subject_kind_subject_id_ix ON audit_line (subject_kind, subject_id);

CREATE TABLE outbox_message (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    key TEXT NOT NULL,
    channel TEXT NOT NULL,
    recipient TEXT NOT NULL,
    template TEXT NOT NULL,
    payload JSONB NOT NULL,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    next_at TIMESTAMP WITH TIME ZONE NOT NULL,
    sent_at TIMESTAMP WITH TIME ZONE,
    read_at TIMESTAMP WITH TIME ZONE,
    last_error TEXT,
    CONSTRAINT outbox_message_pkey PRIMARY KEY (id),
    CONSTRAINT outbox_message_key_key UNIQUE (key),
    CONSTRAINT outbox_message_known_channel CHECK (channel in ('in_app', 'sms', 'email', 'webhook')),
    CONSTRAINT outbox_message_known_state CHECK (state in ('queued', 'sent', 'dead'))
);
CREATE INDEX outbox_message_due_ix ON outbox_message (next_at) WHERE state = 'queued';
CREATE INDEX outbox_message_recipient_id_ix ON outbox_message (recipient, id);

CREATE TABLE document (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    sha256 BYTEA NOT NULL,
    size BIGINT NOT NULL,
    media_type TEXT NOT NULL,
    filename TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    retain_until DATE,
    CONSTRAINT document_pkey PRIMARY KEY (id),
    CONSTRAINT document_sha256_key UNIQUE (sha256),
    CONSTRAINT document_sha256_is_whole CHECK (octet_length(sha256) = 32),
    CONSTRAINT document_size_not_negative CHECK (size >= 0)
);

CREATE TABLE idempotency_key (
    actor TEXT NOT NULL,
    act TEXT NOT NULL,
    key TEXT NOT NULL,
    content_hash BYTEA NOT NULL,
    result JSONB,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT idempotency_key_pkey PRIMARY KEY (actor, act, key),
    CONSTRAINT idempotency_key_hash_is_whole CHECK (octet_length(content_hash) = 32)
);

CREATE TABLE calendar_edition (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    source TEXT NOT NULL,
    notice_number TEXT,
    imported_by TEXT NOT NULL,
    imported_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT calendar_edition_pkey PRIMARY KEY (id)
);

CREATE TABLE calendar_day (
    edition_id BIGINT NOT NULL,
    day DATE NOT NULL,
    kind TEXT NOT NULL,
    name TEXT,
    CONSTRAINT calendar_day_pkey PRIMARY KEY (edition_id, day),
    CONSTRAINT calendar_day_known_kind CHECK (kind in ('working', 'rest')),
    CONSTRAINT calendar_day_edition_id_fkey FOREIGN KEY(edition_id) REFERENCES calendar_edition (id)
);
CREATE INDEX calendar_day_day_ix ON calendar_day (day);

CREATE TABLE calendar_year (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    edition_id BIGINT NOT NULL,
    year BIGINT NOT NULL,
    CONSTRAINT calendar_year_pkey PRIMARY KEY (id),
    CONSTRAINT calendar_year_edition_id_year_key UNIQUE (edition_id, year),
    CONSTRAINT calendar_year_edition_id_fkey FOREIGN KEY(edition_id) REFERENCES calendar_edition (id)
);
CREATE INDEX calendar_year_year_ix ON calendar_year (year);

CREATE UNLOGGED TABLE rate_counter (
    bucket TEXT NOT NULL,
    window_start TIMESTAMP WITH TIME ZONE NOT NULL,
    hits BIGINT NOT NULL,
    CONSTRAINT rate_counter_pkey PRIMARY KEY (bucket, window_start)
);

"""


def upgrade() -> None:
    """Make the tables."""
    op.execute(TABLES)


def downgrade() -> None:
    """Remove the tables."""
    op.execute("DROP TABLE rate_counter")
    op.execute("DROP TABLE calendar_year")
    op.execute("DROP TABLE calendar_day")
    op.execute("DROP TABLE calendar_edition")
    op.execute("DROP TABLE idempotency_key")
    op.execute("DROP TABLE document")
    op.execute("DROP TABLE outbox_message")
    op.execute("DROP TABLE audit_line")
    op.execute("DROP TABLE installation")
