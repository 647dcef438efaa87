"""What the database keeps of scenarios and their intake, and the run log of the jobs."""

from alembic import op

revision = "0030"
down_revision = "0022"

UPLOADS = """
ALTER TABLE upload
    ADD COLUMN method_id BIGINT,
    ADD COLUMN file_format TEXT,
    ADD COLUMN attempts BIGINT DEFAULT '0' NOT NULL,
    ADD CONSTRAINT upload_method_id_fkey FOREIGN KEY (method_id) REFERENCES method (id),
    ADD CONSTRAINT upload_known_format CHECK (file_format in ('csv', 'ndjson', 'json'));
ALTER TABLE held_row
    ADD COLUMN review_id BIGINT,
    ADD CONSTRAINT held_row_review_id_fkey FOREIGN KEY (review_id) REFERENCES upload (id);
GRANT UPDATE (attempts) ON upload TO tht_app;
GRANT UPDATE (review_id) ON held_row TO tht_app;

CREATE FUNCTION outcome_total(outcomes jsonb) RETURNS bigint
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(sum(reason.value::bigint), 0)
      FROM jsonb_each(outcomes) AS outcome, jsonb_each_text(outcome.value) AS reason
$$;
ALTER TABLE upload
    ADD CONSTRAINT upload_every_row_has_one_outcome CHECK (decided = outcome_total(outcomes)),
    ADD CONSTRAINT upload_done_when_all_are_decided CHECK (state <> 'done' or rows = decided),
    ADD CONSTRAINT upload_failed_has_code CHECK ((state = 'failed') = (error_code is not null)),
    ADD CONSTRAINT upload_nothing_half_done CHECK (state <> 'failed' or decided = 0 or buckets_done > 0);

CREATE FUNCTION check_upload_step() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.state, NEW.state) NOT IN (
        ('queued', 'queued'), ('queued', 'reading'), ('queued', 'deciding'), ('queued', 'failed'),
        ('reading', 'reading'), ('reading', 'deciding'), ('reading', 'failed'),
        ('deciding', 'deciding'), ('deciding', 'done'), ('deciding', 'failed'))
       OR NEW.decided < OLD.decided OR NEW.buckets_done < OLD.buckets_done
       OR (OLD.buckets > 0 AND NEW.buckets <> OLD.buckets) THEN
        RAISE EXCEPTION 'an upload goes forward only' USING ERRCODE = 'TH040';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_upload_step BEFORE UPDATE ON upload
    FOR EACH ROW EXECUTE FUNCTION check_upload_step();

CREATE FUNCTION decided_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.decided_at IS NOT NULL THEN
        RAISE EXCEPTION '% is decided once', TG_TABLE_NAME USING ERRCODE = 'TH041';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER decided_once BEFORE UPDATE ON held_row FOR EACH ROW EXECUTE FUNCTION decided_once();
CREATE TRIGGER decided_once BEFORE UPDATE ON link_proposal FOR EACH ROW EXECUTE FUNCTION decided_once();
"""

SCENARIOS = """
CREATE FUNCTION check_scenario_step() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'applied' OR NEW.listed_at IS NOT NULL THEN
            RAISE EXCEPTION 'a scenario begins with an application' USING ERRCODE = 'TH042';
        END IF;
    ELSIF OLD.state <> NEW.state AND (OLD.state, NEW.state) NOT IN (
        ('applied', 'under_assessment'), ('under_assessment', 'assessed'), ('under_assessment', 'rejected'),
        ('assessed', 'agreed'), ('agreed', 'approved'), ('agreed', 'rejected'), ('agreed', 'listed'),
        ('approved', 'listed'), ('listed', 'suspended'), ('suspended', 'listed'), ('listed', 'delisted'),
        ('suspended', 'delisted')) THEN
        RAISE EXCEPTION 'a scenario goes its way step by step' USING ERRCODE = 'TH042';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_scenario_step BEFORE INSERT OR UPDATE ON scenario
    FOR EACH ROW EXECUTE FUNCTION check_scenario_step();
"""

# As before, but looked up once for each person and method instead of for each row.
BEHAVIOURS = """
CREATE OR REPLACE FUNCTION check_behaviours() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
-- the plan is kept for the life of a connection and serves one row as well as thirty thousand
SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off SET jit = off
AS $$
BEGIN
    IF EXISTS (
        SELECT FROM (
            SELECT account_id, scenario_id, authorisation_id, method_version_id,
                   min(occurred_at) AS earliest, min(day) AS first_day, max(day) AS last_day,
                   bool_or(occurred_at > received_at) AS ahead_of_time
              FROM fresh GROUP BY account_id, scenario_id, authorisation_id, method_version_id) b
          LEFT JOIN authorisation a ON a.id = b.authorisation_id
          LEFT JOIN scenario s ON s.id = b.scenario_id
          LEFT JOIN method_version m ON m.id = b.method_version_id
          LEFT JOIN scenario_method sm ON sm.scenario_id = b.scenario_id AND sm.method_id = m.method_id
         WHERE a.account_id IS DISTINCT FROM b.account_id
            OR a.scenario_id IS DISTINCT FROM b.scenario_id
            OR a.given_at > b.earliest
            OR a.withdrawn_at IS NOT NULL
            OR s.state IS DISTINCT FROM 'listed'
            OR sm.method_id IS NULL
            OR b.first_day < m.valid_from
            OR b.last_day >= coalesce(m.valid_until, 'infinity')
            OR b.ahead_of_time
    ) THEN
        RAISE EXCEPTION 'behaviour without authorisation, listed scenario or method in force'
            USING ERRCODE = 'TH003';
    END IF;
    RETURN NULL;
END $$;
"""

BEHAVIOURS_BEFORE = """
CREATE OR REPLACE FUNCTION check_behaviours() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM fresh b
          LEFT JOIN authorisation a ON a.id = b.authorisation_id
          LEFT JOIN scenario s ON s.id = b.scenario_id
          LEFT JOIN method_version m ON m.id = b.method_version_id
          LEFT JOIN scenario_method sm ON sm.scenario_id = b.scenario_id AND sm.method_id = m.method_id
         WHERE a.account_id IS DISTINCT FROM b.account_id
            OR a.scenario_id IS DISTINCT FROM b.scenario_id
            OR a.given_at > b.occurred_at
            OR a.withdrawn_at IS NOT NULL
            OR s.state IS DISTINCT FROM 'listed'
            OR sm.method_id IS NULL
            OR b.day < m.valid_from
            OR b.day >= coalesce(m.valid_until, 'infinity')
            OR b.occurred_at > b.received_at
    ) THEN
        RAISE EXCEPTION 'behaviour without authorisation, listed scenario or method in force'
            USING ERRCODE = 'TH003';
    END IF;
    RETURN NULL;
END $$;
"""

JOBS = """
CREATE TABLE job_run (
    job TEXT NOT NULL,
    scheduled_for TIMESTAMP WITH TIME ZONE NOT NULL,
    started_at TIMESTAMP WITH TIME ZONE NOT NULL,
    finished_at TIMESTAMP WITH TIME ZONE,
    result TEXT,
    error TEXT,
    CONSTRAINT job_run_pkey PRIMARY KEY (job, scheduled_for)
);
CREATE INDEX job_run_started_at_ix ON job_run (started_at);
GRANT SELECT ON job_run TO tht_app, tht_read, tht_audit;
GRANT INSERT, UPDATE (finished_at, result, error) ON job_run TO tht_app;
"""


def upgrade() -> None:
    """Make them."""
    for part in (UPLOADS, SCENARIOS, BEHAVIOURS, JOBS):
        op.execute(part)


def downgrade() -> None:
    """Remove them."""
    op.execute("DROP TABLE job_run")
    op.execute(BEHAVIOURS_BEFORE)
    op.execute("DROP FUNCTION check_scenario_step() CASCADE")
    op.execute("DROP FUNCTION decided_once() CASCADE")
    op.execute("DROP FUNCTION check_upload_step() CASCADE")
    op.execute("""
        ALTER TABLE upload
            DROP CONSTRAINT upload_every_row_has_one_outcome,
            DROP CONSTRAINT upload_done_when_all_are_decided,
            DROP CONSTRAINT upload_failed_has_code,
            DROP CONSTRAINT upload_nothing_half_done,
            DROP COLUMN method_id, DROP COLUMN file_format, DROP COLUMN attempts;
        ALTER TABLE held_row DROP COLUMN review_id;
        DROP FUNCTION outcome_total(jsonb);
    """)
