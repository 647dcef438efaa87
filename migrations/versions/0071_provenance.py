"""Tie recorded behaviours to the one batch that they back, and to no other."""

from alembic import op

revision = "0071"
down_revision = "0070"

TABLE = """
CREATE TABLE batch_provenance (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    batch_id BIGINT NOT NULL,
    scenario_id BIGINT NOT NULL,
    first_day DATE NOT NULL,
    last_day DATE NOT NULL,
    behaviours BIGINT DEFAULT '0' NOT NULL,
    reduction_g BIGINT DEFAULT '0' NOT NULL,
    tied_by TEXT NOT NULL,
    tied_at TIMESTAMP WITH TIME ZONE NOT NULL,
    released_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT batch_provenance_pkey PRIMARY KEY (id),
    CONSTRAINT batch_provenance_in_order CHECK (first_day <= last_day),
    CONSTRAINT batch_provenance_backs_something CHECK (behaviours >= 1 and reduction_g >= 1),
    CONSTRAINT batch_provenance_no_behaviour_twice EXCLUDE USING gist (
        int8range(scenario_id, scenario_id, '[]') WITH &&, daterange(first_day, last_day, '[]') WITH &&)
        WHERE (released_at is null),
    CONSTRAINT batch_provenance_batch_id_fkey FOREIGN KEY(batch_id) REFERENCES batch (id),
    CONSTRAINT batch_provenance_scenario_id_fkey FOREIGN KEY(scenario_id) REFERENCES scenario (id)
);
CREATE INDEX batch_provenance_batch_id_ix ON batch_provenance (batch_id);
GRANT SELECT ON batch_provenance TO tht_app, tht_read, tht_audit;
GRANT INSERT ON batch_provenance TO tht_app;
"""
PROMISES = """
CREATE FUNCTION check_provenance() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    b record;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        IF TG_OP = 'UPDATE' AND pg_trigger_depth() > 1 THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'what backs a batch is written once' USING ERRCODE = 'TH190';
    END IF;
    SELECT x.state, x.first_day, x.last_day, p.category, v.parts INTO b
      FROM batch x JOIN registry_project p ON p.id = x.project_id
      JOIN methodology_version v ON v.id = p.methodology_version_id
     WHERE x.id = NEW.batch_id FOR SHARE OF x;
    IF (b.category = 'inclusion' AND b.parts ? 'behaviours' AND b.state IN ('draft', 'returned_incomplete')
        AND NEW.first_day >= b.first_day AND NEW.last_day <= b.last_day AND NEW.released_at IS NULL
        AND NOT EXISTS (SELECT FROM scenario s WHERE s.id = NEW.scenario_id AND s.sandbox)) IS NOT TRUE THEN
        RAISE EXCEPTION 'behaviours back a draft of the inclusion category, on its own days, by its methodology'
            USING ERRCODE = 'TH191';
    END IF;
    -- nobody says how much it is: the database counts what is recorded
    SELECT count(*), coalesce(sum(x.reduction_g), 0) INTO NEW.behaviours, NEW.reduction_g
      FROM behaviour x
     WHERE x.scenario_id = NEW.scenario_id AND x.day BETWEEN NEW.first_day AND NEW.last_day;
    RETURN NEW;
END $$;
CREATE TRIGGER check_provenance BEFORE INSERT OR UPDATE OR DELETE ON batch_provenance
    FOR EACH ROW EXECUTE FUNCTION check_provenance();

CREATE FUNCTION release_provenance() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE batch_provenance SET released_at = now() WHERE batch_id = NEW.id AND released_at IS NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER release_provenance AFTER UPDATE OF state ON batch FOR EACH ROW
    WHEN (NEW.state IN ('withdrawn', 'refused', 'evaluation_failed') AND OLD.state <> NEW.state)
    EXECUTE FUNCTION release_provenance();

CREATE FUNCTION not_more_than_behaved() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF (SELECT sum(x.reduction_g) < (NEW.end_no - NEW.start_no + 1) * 1000000 FROM batch_provenance x
         WHERE x.batch_id = NEW.batch_id AND x.released_at IS NULL) THEN
        RAISE EXCEPTION 'no more is issued than the behaviours that back it reduced' USING ERRCODE = 'TH192';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER not_more_than_behaved AFTER INSERT ON issued_block
    FOR EACH ROW EXECUTE FUNCTION not_more_than_behaved();
REVOKE EXECUTE ON FUNCTION check_provenance(), release_provenance(), not_more_than_behaved() FROM PUBLIC;
"""


def upgrade() -> None:
    """Make the table and what the database keeps of it."""
    op.execute(TABLE)
    op.execute(PROMISES)


def downgrade() -> None:
    """Remove both."""
    for function in ("not_more_than_behaved()", "release_provenance()"):
        op.execute(f"DROP FUNCTION {function} CASCADE")
    op.execute("DROP TABLE batch_provenance")
    op.execute("DROP FUNCTION check_provenance()")
