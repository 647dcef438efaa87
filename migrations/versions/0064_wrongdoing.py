"""Reports of wrongdoing: sealed, moved by steps alone, read by nobody who reads figures."""

from alembic import op

revision = "0064"
down_revision = "0063"

TABLES = """
CREATE SEQUENCE wrongdoing_report_number_seq;

CREATE TABLE wrongdoing_report (
    id bigint GENERATED ALWAYS AS IDENTITY,
    number text NOT NULL,
    key_hash bytea NOT NULL,
    receipt_hash bytea NOT NULL,
    about text NOT NULL,
    whom_sealed bytea NOT NULL,
    content_sealed bytea NOT NULL,
    contact_sealed bytea,
    state text NOT NULL,
    received_at timestamptz NOT NULL,
    CONSTRAINT wrongdoing_report_pkey PRIMARY KEY (id),
    CONSTRAINT wrongdoing_report_number_key UNIQUE (number),
    CONSTRAINT wrongdoing_report_key_hash_key UNIQUE (key_hash),
    CONSTRAINT wrongdoing_report_known_state CHECK (state in ('received', 'in_handling', 'closed')),
    CONSTRAINT wrongdoing_report_known_about
        CHECK (about in ('project', 'trading', 'verification', 'scenario', 'points', 'merchant',
                         'personal_data', 'staff', 'other')),
    CONSTRAINT wrongdoing_report_key_hash_is_whole CHECK (octet_length(key_hash) = 32),
    CONSTRAINT wrongdoing_report_receipt_hash_is_whole CHECK (octet_length(receipt_hash) = 32)
);
CREATE INDEX wrongdoing_report_state_id_ix ON wrongdoing_report (state, id);

CREATE TABLE report_step (
    id bigint GENERATED ALWAYS AS IDENTITY,
    report_id bigint NOT NULL,
    act text NOT NULL,
    from_state text,
    to_state text NOT NULL,
    actor text NOT NULL,
    note_sealed bytea,
    finding text,
    at timestamptz NOT NULL,
    CONSTRAINT report_step_pkey PRIMARY KEY (id),
    CONSTRAINT report_step_report_id_fkey FOREIGN KEY (report_id) REFERENCES wrongdoing_report (id),
    CONSTRAINT report_step_closed_with_a_finding
        CHECK ((act = 'close') = (finding is not null)
               and finding in ('confirmed', 'partly', 'not_confirmed', 'not_ours')),
    CONSTRAINT report_step_told_in_words CHECK (act in ('file', 'take') or note_sealed is not null)
);
CREATE INDEX report_step_report_id_ix ON report_step (report_id);

CREATE TABLE report_attachment (
    id bigint GENERATED ALWAYS AS IDENTITY,
    report_id bigint NOT NULL,
    document_id bigint NOT NULL,
    filename_sealed bytea NOT NULL,
    media_type text NOT NULL,
    CONSTRAINT report_attachment_pkey PRIMARY KEY (id),
    CONSTRAINT report_attachment_report_id_fkey FOREIGN KEY (report_id) REFERENCES wrongdoing_report (id),
    CONSTRAINT report_attachment_document_id_fkey FOREIGN KEY (document_id) REFERENCES document (id)
);
CREATE INDEX report_attachment_report_id_ix ON report_attachment (report_id);
"""

PROMISES = """
-- a report moves by its steps alone, and only along the table of its life
CREATE FUNCTION move_report() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    present text;
BEGIN
    SELECT state INTO present FROM wrongdoing_report WHERE id = new.report_id FOR UPDATE;
    IF new.act = 'file' THEN
        IF new.from_state IS NOT NULL OR new.to_state <> 'received' OR present <> 'received'
           OR EXISTS (SELECT FROM report_step WHERE report_id = new.report_id) THEN
            RAISE EXCEPTION 'a report is filed once' USING ERRCODE = 'TH145';
        END IF;
        RETURN new;
    END IF;
    IF new.from_state IS DISTINCT FROM present
       OR NOT EXISTS (SELECT FROM report_step WHERE report_id = new.report_id)
       OR (present, new.act, new.to_state) NOT IN (
            ('received', 'add', 'received'),
            ('received', 'take', 'in_handling'),
            ('in_handling', 'add', 'in_handling'),
            ('in_handling', 'note', 'in_handling'),
            ('in_handling', 'ask', 'in_handling'),
            ('in_handling', 'close', 'closed')) THEN
        RAISE EXCEPTION 'a report does not go from % by % to %', present, new.act, new.to_state
            USING ERRCODE = 'TH145';
    END IF;
    UPDATE wrongdoing_report SET state = new.to_state WHERE id = new.report_id AND state <> new.to_state;
    RETURN new;
END $$;
CREATE TRIGGER move_report BEFORE INSERT ON report_step FOR EACH ROW EXECUTE FUNCTION move_report();

CREATE FUNCTION keep_report() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF new.state <> 'received' THEN
            RAISE EXCEPTION 'a report begins as received' USING ERRCODE = 'TH145';
        END IF;
        RETURN new;
    END IF;
    IF TG_OP = 'UPDATE' AND pg_trigger_depth() > 1
       AND to_jsonb(new) - 'state' = to_jsonb(old) - 'state' THEN
        RETURN new;
    END IF;
    RAISE EXCEPTION 'a report is changed by its steps alone' USING ERRCODE = 'TH146';
END $$;
CREATE TRIGGER keep_report BEFORE INSERT OR UPDATE OR DELETE ON wrongdoing_report
    FOR EACH ROW EXECUTE FUNCTION keep_report();
CREATE TRIGGER refuse_change BEFORE TRUNCATE ON wrongdoing_report
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""

TABLE_NAMES = ("wrongdoing_report", "report_step", "report_attachment")


def upgrade() -> None:
    """Make the tables, their promises and their rights."""
    op.execute(TABLES)
    op.execute(PROMISES)
    for table in TABLE_NAMES[1:]:
        op.execute(
            f"CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    for table in TABLE_NAMES:
        op.execute(f"GRANT INSERT ON {table} TO tht_app")
        # sealed or not: not for readers of figures
        op.execute(f"GRANT SELECT ON {table} TO tht_app, tht_audit")
    # to lock a report one needs a right to change something of it; the trigger refuses the change itself
    op.execute("GRANT UPDATE (state) ON wrongdoing_report TO tht_app")
    op.execute("GRANT USAGE ON SEQUENCE wrongdoing_report_number_seq TO tht_app")
    op.execute("REVOKE EXECUTE ON FUNCTION move_report(), keep_report() FROM PUBLIC")


def downgrade() -> None:
    """Drop them."""
    for table in reversed(TABLE_NAMES):
        op.execute(f"DROP TABLE {table}")
    op.execute("DROP SEQUENCE wrongdoing_report_number_seq")
    op.execute("DROP FUNCTION move_report(), keep_report()")
