"""Disclosure: days added up in turn, steps of ten people, chained snapshots; nothing of it is rewritten."""

from alembic import op

revision = "0061"
down_revision = "0060"

TABLES = """
CREATE TABLE disclosure_day (
    day date NOT NULL,
    closed_at timestamptz NOT NULL,
    CONSTRAINT disclosure_day_pkey PRIMARY KEY (day),
    CONSTRAINT disclosure_day_after_it_ended
        CHECK (closed_at >= (day + 1)::timestamp at time zone 'Asia/Shanghai' + interval '30 minutes')
);

CREATE TABLE disclosure_step (
    measure text NOT NULL,
    cell text NOT NULL,
    day date NOT NULL,
    amount bigint NOT NULL,
    people bigint NOT NULL,
    CONSTRAINT disclosure_step_pkey PRIMARY KEY (measure, cell, day),
    CONSTRAINT disclosure_step_day_fkey FOREIGN KEY (day) REFERENCES disclosure_day (day),
    CONSTRAINT disclosure_step_ten_people CHECK (people >= 10),
    CONSTRAINT disclosure_step_amount_not_negative CHECK (amount >= 0),
    CONSTRAINT disclosure_step_known_measure
        CHECK (measure in ('opened', 'closed', 'reduction_g', 'issued', 'redeemed', 'redemptions',
                           'expired', 'given_up', 'corrected'))
);

CREATE TABLE disclosure_waiting (
    measure text NOT NULL,
    cell text NOT NULL,
    account_id bigint NOT NULL,
    amount bigint NOT NULL,
    CONSTRAINT disclosure_waiting_pkey PRIMARY KEY (measure, cell, account_id)
);

CREATE TABLE disclosure_snapshot (
    id bigint NOT NULL,
    number text NOT NULL,
    month date NOT NULL,
    edition bigint NOT NULL,
    corrects_id bigint,
    reason text,
    body text NOT NULL,
    prev_hash bytea NOT NULL,
    hash bytea NOT NULL,
    made_by text NOT NULL,
    made_at timestamptz NOT NULL,
    CONSTRAINT disclosure_snapshot_pkey PRIMARY KEY (id),
    CONSTRAINT disclosure_snapshot_number_key UNIQUE (number),
    CONSTRAINT disclosure_snapshot_month_edition_key UNIQUE (month, edition),
    CONSTRAINT disclosure_snapshot_corrects_id_key UNIQUE (corrects_id),
    CONSTRAINT disclosure_snapshot_corrects_id_fkey
        FOREIGN KEY (corrects_id) REFERENCES disclosure_snapshot (id),
    CONSTRAINT disclosure_snapshot_month_begins CHECK (extract(day from month) = 1),
    CONSTRAINT disclosure_snapshot_correction_is_explained
        CHECK ((edition = 1) = (corrects_id is null) and (edition = 1) = (reason is null)),
    CONSTRAINT disclosure_snapshot_number_tells_month_and_edition
        CHECK (number = 'D-' || extract(year from month) || lpad(extract(month from month)::text, 2, '0')
               || '-' || edition),
    CONSTRAINT disclosure_snapshot_prev_hash_is_whole CHECK (octet_length(prev_hash) = 32),
    CONSTRAINT disclosure_snapshot_hash_is_of_the_body
        CHECK (hash = sha256(prev_hash || convert_to(body, 'UTF8')))
);
"""

PROMISES = """
CREATE FUNCTION check_disclosure_day() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('disclosure_day'));
    IF new.day <> (SELECT max(day) + 1 FROM disclosure_day) THEN
        RAISE EXCEPTION 'days are added up one after the other' USING ERRCODE = 'TH140';
    END IF;
    IF NOT honest_time(new.closed_at) THEN
        RAISE EXCEPTION 'a day is closed at the present time' USING ERRCODE = 'TH140';
    END IF;
    RETURN new;
END $$;
CREATE TRIGGER check_disclosure_day BEFORE INSERT ON disclosure_day
    FOR EACH ROW EXECUTE FUNCTION check_disclosure_day();

-- a step belongs to the day that is being closed: none is slipped under an earlier one
CREATE FUNCTION check_disclosure_step() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF new.day <> (SELECT max(day) FROM disclosure_day) THEN
        RAISE EXCEPTION 'a step belongs to the last day that was added up' USING ERRCODE = 'TH141';
    END IF;
    RETURN new;
END $$;
CREATE TRIGGER check_disclosure_step BEFORE INSERT ON disclosure_step
    FOR EACH ROW EXECUTE FUNCTION check_disclosure_step();

CREATE FUNCTION check_disclosure_snapshot() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    before disclosure_snapshot;
    corrected disclosure_snapshot;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('disclosure_snapshot'));
    SELECT * INTO before FROM disclosure_snapshot ORDER BY id DESC LIMIT 1;
    IF new.id <> coalesce(before.id, 0) + 1
       OR new.prev_hash <> coalesce(before.hash, decode(repeat('00', 32), 'hex')) THEN
        RAISE EXCEPTION 'a snapshot follows the last one' USING ERRCODE = 'TH142';
    END IF;
    IF NOT EXISTS (SELECT FROM disclosure_day WHERE day = (new.month + interval '1 month')::date - 1) THEN
        RAISE EXCEPTION 'the month is not added up to its end' USING ERRCODE = 'TH143';
    END IF;
    IF new.corrects_id IS NOT NULL THEN
        SELECT * INTO corrected FROM disclosure_snapshot WHERE id = new.corrects_id;
        IF (corrected.month, corrected.edition) IS DISTINCT FROM (new.month, new.edition - 1) THEN
            RAISE EXCEPTION 'a correction follows the latest edition of its month' USING ERRCODE = 'TH144';
        END IF;
    END IF;
    IF NOT honest_time(new.made_at) THEN
        RAISE EXCEPTION 'a snapshot is made at the present time' USING ERRCODE = 'TH142';
    END IF;
    RETURN new;
END $$;
CREATE TRIGGER check_disclosure_snapshot BEFORE INSERT ON disclosure_snapshot
    FOR EACH ROW EXECUTE FUNCTION check_disclosure_snapshot();
"""

APPEND_ONLY = ("disclosure_day", "disclosure_step", "disclosure_snapshot")
FUNCTIONS = ("check_disclosure_day", "check_disclosure_step", "check_disclosure_snapshot")


def upgrade() -> None:
    """Make the tables, their promises and their rights."""
    op.execute(TABLES)
    op.execute(PROMISES)
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        op.execute(f"GRANT INSERT ON {table} TO tht_app")
        op.execute(f"GRANT SELECT ON {table} TO tht_app, tht_read, tht_audit")
    # who waits is for nobody's eyes: only the job that adds up works with it
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON disclosure_waiting TO tht_app")
    op.execute("GRANT SELECT ON disclosure_waiting TO tht_audit")
    for function in FUNCTIONS:
        op.execute(f"REVOKE EXECUTE ON FUNCTION {function}() FROM PUBLIC")


def downgrade() -> None:
    """Drop them."""
    for table in ("disclosure_snapshot", "disclosure_waiting", "disclosure_step", "disclosure_day"):
        op.execute(f"DROP TABLE {table}")
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION {function}()")
