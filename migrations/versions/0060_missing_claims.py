"""Claims about behaviour that did not arrive: their table, their steps, what the database keeps of them."""

from alembic import op

revision = "0060"
down_revision = "0059"

TABLES = """
CREATE TABLE missing_claim (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    account_id BIGINT NOT NULL,
    scenario_id BIGINT NOT NULL,
    authorisation_id BIGINT NOT NULL,
    day DATE NOT NULL,
    said TEXT NOT NULL,
    reference TEXT,
    state TEXT NOT NULL,
    filed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    due_on DATE NOT NULL,
    refused_by TEXT,
    upheld_by TEXT,
    behaviour_id BIGINT,
    CONSTRAINT missing_claim_pkey PRIMARY KEY (id),
    CONSTRAINT missing_claim_account_id_fkey FOREIGN KEY(account_id) REFERENCES carbon_account (id),
    CONSTRAINT missing_claim_scenario_id_fkey FOREIGN KEY(scenario_id) REFERENCES scenario (id),
    CONSTRAINT missing_claim_authorisation_id_fkey FOREIGN KEY(authorisation_id) REFERENCES authorisation (id),
    CONSTRAINT missing_claim_known_state CHECK
        (state in ('filed', 'with_host', 'resolved', 'refused', 'appealed', 'upheld', 'withdrawn')),
    CONSTRAINT missing_claim_not_ahead CHECK (day <= (filed_at at time zone 'Asia/Shanghai')::date),
    CONSTRAINT missing_claim_due_after_filing CHECK (due_on > (filed_at at time zone 'Asia/Shanghai')::date),
    CONSTRAINT missing_claim_says_what CHECK (length(trim(said)) between 1 and 1000),
    CONSTRAINT missing_claim_resolved_by_data CHECK ((state = 'resolved') = (behaviour_id is not null)),
    CONSTRAINT missing_claim_refused_by_somebody CHECK
        (state not in ('refused', 'appealed', 'upheld') or refused_by is not null),
    CONSTRAINT missing_claim_two_people CHECK (upheld_by <> refused_by),
    CONSTRAINT missing_claim_upheld_by_somebody CHECK ((state = 'upheld') = (upheld_by is not null))
);
CREATE UNIQUE INDEX missing_claim_open_ix ON missing_claim (account_id, scenario_id, day)
    WHERE state in ('filed', 'with_host', 'appealed');
CREATE INDEX missing_claim_account_id_id_ix ON missing_claim (account_id, id);
CREATE INDEX missing_claim_state_due_on_ix ON missing_claim (state, due_on);
CREATE TABLE missing_claim_step (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    claim_id BIGINT NOT NULL,
    act TEXT NOT NULL,
    from_state TEXT,
    to_state TEXT NOT NULL,
    actor TEXT NOT NULL,
    reason TEXT,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT missing_claim_step_pkey PRIMARY KEY (id),
    CONSTRAINT missing_claim_step_claim_id_fkey FOREIGN KEY(claim_id) REFERENCES missing_claim (id)
);
CREATE INDEX missing_claim_step_claim_id_ix ON missing_claim_step (claim_id);
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON missing_claim_step
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
GRANT SELECT ON missing_claim, missing_claim_step TO tht_app, tht_read, tht_audit;
GRANT INSERT ON missing_claim, missing_claim_step TO tht_app;
GRANT UPDATE (state, due_on, refused_by, upheld_by, behaviour_id) ON missing_claim TO tht_app;
"""

PROMISES = """
CREATE FUNCTION check_missing_claim() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'filed' OR NOT honest_time(NEW.filed_at) OR NOT EXISTS (
            SELECT FROM authorisation a
             WHERE a.id = NEW.authorisation_id AND a.account_id = NEW.account_id
               AND a.scenario_id = NEW.scenario_id
               AND (a.given_at AT TIME ZONE 'Asia/Shanghai')::date <= NEW.day
               AND (a.withdrawn_at IS NULL OR (a.withdrawn_at AT TIME ZONE 'Asia/Shanghai')::date >= NEW.day)) THEN
            RAISE EXCEPTION 'a claim is about a day on which the scenario was authorised' USING ERRCODE = 'TH060';
        END IF;
        RETURN NEW;
    END IF;
    IF (OLD.state, NEW.state) NOT IN (
        ('filed', 'with_host'), ('filed', 'refused'), ('filed', 'resolved'), ('filed', 'withdrawn'),
        ('with_host', 'resolved'), ('with_host', 'refused'), ('with_host', 'withdrawn'),
        ('refused', 'appealed'), ('appealed', 'with_host'), ('appealed', 'resolved'), ('appealed', 'upheld'),
        ('appealed', 'withdrawn'))
       OR (OLD.refused_by IS NOT NULL AND NEW.refused_by IS DISTINCT FROM OLD.refused_by AND NEW.state <> 'refused')
    THEN
        RAISE EXCEPTION 'a claim goes its way step by step' USING ERRCODE = 'TH061';
    END IF;
    -- a claim is resolved by what the host sent after it was filed, and by nothing else
    IF NEW.state = 'resolved' AND NOT EXISTS (
        SELECT FROM behaviour b
         WHERE b.account_id = NEW.account_id AND b.day = NEW.day AND b.id = NEW.behaviour_id
           AND b.scenario_id = NEW.scenario_id AND b.received_at >= NEW.filed_at) THEN
        RAISE EXCEPTION 'a claim is resolved by data of its host' USING ERRCODE = 'TH062';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_missing_claim BEFORE INSERT OR UPDATE ON missing_claim
    FOR EACH ROW EXECUTE FUNCTION check_missing_claim();
REVOKE EXECUTE ON FUNCTION check_missing_claim() FROM PUBLIC;
"""


def upgrade() -> None:
    """Make the tables, the rights and the trigger."""
    op.execute(TABLES)
    op.execute(PROMISES)


def downgrade() -> None:
    """Remove them."""
    op.execute("DROP TABLE missing_claim_step")
    op.execute("DROP TABLE missing_claim")
    op.execute("DROP FUNCTION check_missing_claim()")
