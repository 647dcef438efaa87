"""Carbon neutrality of events and operations: what was computed, and the units cancelled against it."""

from alembic import op

revision = "0075"
down_revision = "0074"

TABLES = """
CREATE TABLE neutrality_record (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    account_id BIGINT NOT NULL,
    beneficiary_id BIGINT NOT NULL,
    subject TEXT NOT NULL,
    first_day DATE NOT NULL,
    last_day DATE NOT NULL,
    methodology TEXT NOT NULL,
    activities JSONB NOT NULL,
    emissions_g BIGINT NOT NULL,
    emissions_t BIGINT NOT NULL,
    document_id BIGINT,
    declared_by TEXT NOT NULL,
    declared_at TIMESTAMP WITH TIME ZONE NOT NULL,
    state TEXT DEFAULT 'declared' NOT NULL,
    cancelled_t BIGINT DEFAULT '0' NOT NULL,
    movement_id BIGINT,
    CONSTRAINT neutrality_record_pkey PRIMARY KEY (id),
    CONSTRAINT neutrality_record_movement_id_key UNIQUE (movement_id),
    CONSTRAINT neutrality_record_known_state CHECK (state in ('declared', 'neutral')),
    CONSTRAINT neutrality_record_neutral_is_covered CHECK ((state = 'neutral') = (movement_id is not null) and (state <> 'neutral' or cancelled_t >= emissions_t)),
    CONSTRAINT neutrality_record_rounded_up CHECK (emissions_g >= 1 and emissions_t = (emissions_g + 999999) / 1000000),
    CONSTRAINT neutrality_record_days_in_order CHECK (first_day <= last_day),
    CONSTRAINT neutrality_record_says_what CHECK (subject <> '' and methodology <> ''),
    CONSTRAINT neutrality_record_account_id_fkey FOREIGN KEY(account_id) REFERENCES holding_account (id),
    CONSTRAINT neutrality_record_beneficiary_id_fkey FOREIGN KEY(beneficiary_id) REFERENCES beneficiary (id),
    CONSTRAINT neutrality_record_document_id_fkey FOREIGN KEY(document_id) REFERENCES document (id),
    CONSTRAINT neutrality_record_movement_id_fkey FOREIGN KEY(movement_id) REFERENCES unit_movement (id)
);
CREATE INDEX neutrality_record_account_id_ix ON neutrality_record (account_id);

ALTER TABLE unit_movement
    ADD COLUMN neutrality_id BIGINT,
    ADD CONSTRAINT unit_movement_neutrality_id_fkey FOREIGN KEY(neutrality_id) REFERENCES neutrality_record (id),
    ADD CONSTRAINT unit_movement_neutrality_is_a_use CHECK (neutrality_id is null or (purpose in ('event_neutrality', 'own_operations', 'personal')) is true);
CREATE INDEX unit_movement_neutrality_id_ix ON unit_movement (neutrality_id) WHERE neutrality_id is not null;
"""

PROMISES = """
CREATE FUNCTION check_neutrality() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    -- each activity is rounded up to whole grams, as it was computed
    IF NEW.state <> 'declared' OR NEW.movement_id IS NOT NULL OR NEW.cancelled_t <> 0
       OR NOT honest_time(NEW.declared_at) OR jsonb_typeof(NEW.activities) <> 'array'
       OR NEW.emissions_g IS DISTINCT FROM (
          SELECT sum(ceil((a ->> 'quantity_milli')::numeric * (a ->> 'factor_mg')::numeric / 1000000))
            FROM jsonb_array_elements(NEW.activities) a
           WHERE (a ->> 'quantity_milli')::numeric >= 0 AND (a ->> 'factor_mg')::numeric >= 0) THEN
        RAISE EXCEPTION 'emissions are what the activities come to' USING ERRCODE = 'TH195';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_neutrality BEFORE INSERT ON neutrality_record
    FOR EACH ROW EXECUTE FUNCTION check_neutrality();
CREATE TRIGGER follows_steps BEFORE UPDATE OR DELETE OR TRUNCATE ON neutrality_record
    FOR EACH STATEMENT EXECUTE FUNCTION follows_steps();

CREATE FUNCTION check_neutral_use() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    m unit_movement;
    n neutrality_record;
BEGIN
    SELECT * INTO m FROM unit_movement x WHERE x.id = NEW.movement_id;
    IF m.neutrality_id IS NULL OR NEW.act NOT IN ('propose', 'execute') THEN
        RETURN NULL;
    END IF;
    SELECT * INTO n FROM neutrality_record x WHERE x.id = m.neutrality_id FOR UPDATE;
    IF n.state <> 'declared' OR n.account_id <> m.giving_account_id OR n.beneficiary_id <> m.beneficiary_id
       OR m.quantity < n.emissions_t THEN
        RAISE EXCEPTION 'neutral is what was computed, covered once, by as many units at least'
            USING ERRCODE = 'TH196';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER check_neutral_use AFTER INSERT ON movement_step
    FOR EACH ROW EXECUTE FUNCTION check_neutral_use();

CREATE FUNCTION tell_neutrality() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.act = 'execute' THEN
        UPDATE neutrality_record n SET state = 'neutral', cancelled_t = m.quantity, movement_id = m.id
          FROM unit_movement m WHERE m.id = NEW.movement_id AND n.id = m.neutrality_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER tell_neutrality AFTER INSERT ON movement_step
    FOR EACH ROW EXECUTE FUNCTION tell_neutrality();
"""
FUNCTIONS = ("tell_neutrality()", "check_neutral_use()", "check_neutrality()")


def upgrade() -> None:
    """Make the table, what it promises, and the rights on it."""
    op.execute(TABLES)
    op.execute(PROMISES)
    op.execute(f"REVOKE EXECUTE ON FUNCTION {', '.join(FUNCTIONS)} FROM PUBLIC")
    op.execute("GRANT SELECT ON neutrality_record TO tht_app, tht_read, tht_audit")
    op.execute("GRANT INSERT ON neutrality_record TO tht_app")
    op.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO tht_app")


def downgrade() -> None:
    """Remove them."""
    op.execute("DROP TRIGGER tell_neutrality ON movement_step")
    op.execute("DROP TRIGGER check_neutral_use ON movement_step")
    op.execute("ALTER TABLE unit_movement DROP COLUMN neutrality_id")
    op.execute("DROP TABLE neutrality_record")
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION {function}")
