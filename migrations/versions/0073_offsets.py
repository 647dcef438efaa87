"""Compliance offset: who is under allowance management, ratios by year and category, applications."""

from alembic import op

revision = "0073"
down_revision = "0072"

TABLES = """
CREATE TABLE allowance_unit (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    organisation_id BIGINT NOT NULL,
    document_id BIGINT NOT NULL,
    listed_from DATE NOT NULL,
    listed_by TEXT NOT NULL,
    listed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_on DATE,
    ended_by TEXT,
    CONSTRAINT allowance_unit_pkey PRIMARY KEY (id),
    CONSTRAINT allowance_unit_ends_after_listing CHECK (ended_on >= listed_from and (ended_on is null) = (ended_by is null)),
    CONSTRAINT allowance_unit_organisation_id_fkey FOREIGN KEY(organisation_id) REFERENCES organisation (id),
    CONSTRAINT allowance_unit_document_id_fkey FOREIGN KEY(document_id) REFERENCES document (id)
);
CREATE UNIQUE INDEX allowance_unit_current_ix ON allowance_unit (organisation_id) WHERE ended_on is null;

CREATE TABLE offset_rule (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    compliance_year BIGINT NOT NULL,
    base TEXT NOT NULL,
    overall_bp BIGINT NOT NULL,
    engineering_bp BIGINT NOT NULL,
    sink_bp BIGINT NOT NULL,
    inclusion_bp BIGINT NOT NULL,
    purchased_bp BIGINT NOT NULL,
    opens_on DATE NOT NULL,
    closes_on DATE NOT NULL,
    rule_text TEXT NOT NULL,
    document_id BIGINT NOT NULL,
    entered_by TEXT NOT NULL,
    entered_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT offset_rule_pkey PRIMARY KEY (id),
    CONSTRAINT offset_rule_known_base CHECK (base in ('verified_emissions', 'surrender_duty')),
    CONSTRAINT offset_rule_ratios_are_shares CHECK (least(overall_bp, engineering_bp, sink_bp, inclusion_bp, purchased_bp) >= 0 and greatest(overall_bp, engineering_bp, sink_bp, inclusion_bp, purchased_bp) <= 10000),
    CONSTRAINT offset_rule_window_in_order CHECK (opens_on <= closes_on),
    CONSTRAINT offset_rule_names_its_rule CHECK (rule_text <> ''),
    CONSTRAINT offset_rule_document_id_fkey FOREIGN KEY(document_id) REFERENCES document (id)
);
CREATE INDEX offset_rule_compliance_year_ix ON offset_rule (compliance_year, id);

CREATE TABLE offset_application (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    organisation_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    compliance_year BIGINT NOT NULL,
    emissions_t BIGINT NOT NULL,
    base_t BIGINT NOT NULL,
    quantity BIGINT NOT NULL,
    document_id BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    state TEXT DEFAULT 'draft' NOT NULL,
    steps BIGINT DEFAULT '0' NOT NULL,
    rule_id BIGINT,
    engineering_t BIGINT DEFAULT '0' NOT NULL,
    sink_t BIGINT DEFAULT '0' NOT NULL,
    inclusion_t BIGINT DEFAULT '0' NOT NULL,
    purchased_t BIGINT DEFAULT '0' NOT NULL,
    CONSTRAINT offset_application_pkey PRIMARY KEY (id),
    CONSTRAINT offset_application_known_state CHECK (state in ('draft', 'submitted', 'returned', 'confirmed', 'completed', 'refused', 'withdrawn')),
    CONSTRAINT offset_application_quantities CHECK (quantity >= 1 and emissions_t >= 1 and base_t between 1 and emissions_t and quantity <= base_t),
    CONSTRAINT offset_application_adds_up CHECK (state = 'draft' or engineering_t + sink_t + inclusion_t = quantity),
    CONSTRAINT offset_application_purchased_is_part CHECK (purchased_t between 0 and quantity),
    CONSTRAINT offset_application_organisation_id_fkey FOREIGN KEY(organisation_id) REFERENCES organisation (id),
    CONSTRAINT offset_application_account_id_fkey FOREIGN KEY(account_id) REFERENCES holding_account (id),
    CONSTRAINT offset_application_document_id_fkey FOREIGN KEY(document_id) REFERENCES document (id),
    CONSTRAINT offset_application_rule_id_fkey FOREIGN KEY(rule_id) REFERENCES offset_rule (id)
);
CREATE INDEX offset_application_organisation_id_ix ON offset_application (organisation_id, compliance_year);

CREATE TABLE offset_step (
    application_id BIGINT NOT NULL,
    number BIGINT NOT NULL,
    act TEXT NOT NULL,
    state TEXT NOT NULL,
    actor TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    reason TEXT,
    document_id BIGINT,
    checks JSONB NOT NULL,
    CONSTRAINT offset_step_pkey PRIMARY KEY (application_id, number),
    CONSTRAINT offset_step_reason_where_turned_down CHECK (act not in ('return', 'refuse') or coalesce(reason, '') <> ''),
    CONSTRAINT offset_step_application_id_fkey FOREIGN KEY(application_id) REFERENCES offset_application (id),
    CONSTRAINT offset_step_document_id_fkey FOREIGN KEY(document_id) REFERENCES document (id)
);

ALTER TABLE unit_movement
    ADD COLUMN offset_id BIGINT,
    ADD CONSTRAINT unit_movement_offset_id_fkey FOREIGN KEY(offset_id) REFERENCES offset_application (id),
    ADD CONSTRAINT unit_movement_offset_names_its_application CHECK ((kind in ('hold_for_offset', 'release_from_offset') or (purpose = 'compliance_offset') is true) = (offset_id is not null));
CREATE INDEX unit_movement_offset_id_ix ON unit_movement (offset_id) WHERE offset_id is not null;
"""

PROMISES = """
CREATE FUNCTION check_allowance_unit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (OLD.ended_on IS NOT NULL OR (to_jsonb(NEW) - '{ended_on,ended_by}'::text[])
       <> (to_jsonb(OLD) - '{ended_on,ended_by}'::text[])) OR TG_OP = 'INSERT' AND NEW.ended_on IS NOT NULL THEN
        RAISE EXCEPTION 'a listing only ever ends, once' USING ERRCODE = 'TH180';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_allowance_unit BEFORE INSERT OR UPDATE ON allowance_unit
    FOR EACH ROW EXECUTE FUNCTION check_allowance_unit();

CREATE FUNCTION check_offset() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.state <> 'draft' OR NEW.steps <> 0 OR NEW.rule_id IS NOT NULL OR NOT honest_time(NEW.created_at)
       OR NEW.engineering_t + NEW.sink_t + NEW.inclusion_t + NEW.purchased_t <> 0 OR NOT EXISTS (
          SELECT FROM holding_account a
           WHERE a.id = NEW.account_id AND a.organisation_id = NEW.organisation_id) THEN
        RAISE EXCEPTION 'an application begins as a draft of the account''s own holder' USING ERRCODE = 'TH181';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_offset BEFORE INSERT ON offset_application
    FOR EACH ROW EXECUTE FUNCTION check_offset();
CREATE TRIGGER follows_steps BEFORE UPDATE OR DELETE OR TRUNCATE ON offset_application
    FOR EACH STATEMENT EXECUTE FUNCTION follows_steps();

CREATE FUNCTION take_offset_step() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    o offset_application;
    r offset_rule;
    held record;
    together record;
BEGIN
    -- one application of a unit after another: ceilings hold on their sum
    PERFORM FROM holding_account a JOIN offset_application x ON x.account_id = a.id
     WHERE x.id = NEW.application_id FOR NO KEY UPDATE OF a;
    SELECT * INTO o FROM offset_application x WHERE x.id = NEW.application_id FOR UPDATE;
    IF NEW.number <> o.steps + 1 OR NOT honest_time(NEW.at)
       OR NEW.state IS DISTINCT FROM next_state('offset', CASE o.steps WHEN 0 THEN NULL ELSE o.state END, NEW.act)
       OR NEW.act = 'complete' AND pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'an application goes its way step by step' USING ERRCODE = 'TH182';
    END IF;
    IF NEW.act IN ('submit', 'confirm') THEN
        SELECT * INTO r FROM offset_rule x WHERE x.compliance_year = o.compliance_year ORDER BY x.id DESC LIMIT 1;
        IF r.id IS NULL OR NEW.act = 'submit' AND o.steps = 1
           AND china_day(NEW.at) NOT BETWEEN r.opens_on AND r.closes_on
           OR r.base = 'verified_emissions' AND o.base_t <> o.emissions_t THEN
            RAISE EXCEPTION 'offset is closed until the Bureau has entered the year''s ratios'
                USING ERRCODE = 'TH183';
        END IF;
        IF NOT EXISTS (SELECT FROM allowance_unit u WHERE u.organisation_id = o.organisation_id
                          AND u.listed_from <= china_day(NEW.at)
                          AND (u.ended_on IS NULL OR china_day(NEW.at) < u.ended_on)) THEN
            RAISE EXCEPTION 'offset is of units under allowance management' USING ERRCODE = 'TH184';
        END IF;
        SELECT coalesce(sum(n) FILTER (WHERE category = 'engineering'), 0) AS engineering,
               coalesce(sum(n) FILTER (WHERE category = 'sink'), 0) AS sink,
               coalesce(sum(n) FILTER (WHERE category = 'inclusion'), 0) AS inclusion,
               coalesce(sum(n) FILTER (WHERE bought), 0) AS purchased, coalesce(sum(n), 0) AS quantity
          INTO held
          FROM (SELECT b.category, q.owner_organisation_id IS DISTINCT FROM o.organisation_id AS bought,
                       least(p.end_no, b.end_no) - greatest(p.start_no, b.start_no) + 1 AS n
                  FROM unit_movement m
                  JOIN movement_part p ON p.movement_id = m.id
                  JOIN issued_block b
                    ON int8range(b.start_no, b.end_no, '[]') && int8range(p.start_no, p.end_no, '[]')
                  JOIN registry_project q ON q.id = b.project_id
                 WHERE m.offset_id = o.id AND m.kind = 'hold_for_offset' AND m.state = 'executed') parts;
        IF held.quantity <> o.quantity THEN
            RAISE EXCEPTION 'what is applied for is frozen before' USING ERRCODE = 'TH185';
        END IF;
        SELECT coalesce(sum(x.quantity), 0) AS quantity, coalesce(sum(x.engineering_t), 0) AS engineering,
               coalesce(sum(x.sink_t), 0) AS sink, coalesce(sum(x.inclusion_t), 0) AS inclusion,
               coalesce(sum(x.purchased_t), 0) AS purchased
          INTO together
          FROM offset_application x
         WHERE x.organisation_id = o.organisation_id AND x.compliance_year = o.compliance_year
           AND x.id <> o.id AND x.state IN ('submitted', 'returned', 'confirmed', 'completed');
        -- ceilings are rounded down to whole tonnes, Q-16
        IF held.quantity + together.quantity > o.base_t * r.overall_bp / 10000
           OR held.engineering + together.engineering > o.base_t * r.engineering_bp / 10000
           OR held.sink + together.sink > o.base_t * r.sink_bp / 10000
           OR held.inclusion + together.inclusion > o.base_t * r.inclusion_bp / 10000
           OR held.purchased + together.purchased > o.base_t * r.purchased_bp / 10000 THEN
            RAISE EXCEPTION 'more than the ratios of the year allow' USING ERRCODE = 'TH186';
        END IF;
        UPDATE offset_application x
           SET rule_id = r.id, engineering_t = held.engineering, sink_t = held.sink,
               inclusion_t = held.inclusion, purchased_t = held.purchased
         WHERE x.id = o.id;
    END IF;
    UPDATE offset_application x SET state = NEW.state, steps = NEW.number WHERE x.id = o.id;
    RETURN NULL;
END $$;
CREATE TRIGGER take_offset_step AFTER INSERT ON offset_step
    FOR EACH ROW EXECUTE FUNCTION take_offset_step();

CREATE FUNCTION check_offset_movement() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    m unit_movement;
    o offset_application;
BEGIN
    SELECT * INTO m FROM unit_movement x WHERE x.id = NEW.movement_id;
    IF m.offset_id IS NULL OR NEW.act NOT IN ('propose', 'execute') THEN
        RETURN NULL;
    END IF;
    SELECT * INTO o FROM offset_application x WHERE x.id = m.offset_id FOR UPDATE;
    IF o.account_id <> m.giving_account_id OR o.quantity <> m.quantity
       OR (CASE m.kind WHEN 'hold_for_offset' THEN o.state <> 'draft'
                      WHEN 'release_from_offset' THEN o.state NOT IN ('refused', 'withdrawn')
                      ELSE o.state <> 'confirmed' END)
       -- the very units that were frozen for it, and no others
       OR m.kind <> 'hold_for_offset' AND EXISTS (
          SELECT FROM movement_part p
           WHERE p.movement_id = m.id AND NOT EXISTS (
                 SELECT FROM unit_movement h JOIN movement_part q ON q.movement_id = h.id
                  WHERE h.offset_id = o.id AND h.kind = 'hold_for_offset' AND h.state = 'executed'
                    AND q.start_no = p.start_no AND q.end_no = p.end_no)) THEN
        RAISE EXCEPTION 'units are frozen, released and cancelled as their application stands'
            USING ERRCODE = 'TH187';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER check_offset_movement AFTER INSERT ON movement_step
    FOR EACH ROW EXECUTE FUNCTION check_offset_movement();

CREATE FUNCTION tell_offset() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO offset_step (application_id, number, act, state, actor, at, checks)
    SELECT o.id, o.steps + 1, 'complete', 'completed', NEW.actor, NEW.at, '[]'
      FROM unit_movement m JOIN offset_application o ON o.id = m.offset_id
     WHERE m.id = NEW.movement_id AND m.kind = 'cancel' AND NEW.act = 'execute';
    RETURN NULL;
END $$;
CREATE TRIGGER tell_offset AFTER INSERT ON movement_step
    FOR EACH ROW EXECUTE FUNCTION tell_offset();
"""

APPEND_ONLY = ("offset_rule", "offset_step")
FUNCTIONS = (
    "tell_offset()",
    "check_offset_movement()",
    "take_offset_step()",
    "check_offset()",
    "check_allowance_unit()",
)
TABLES_OURS = ("offset_step", "offset_application", "offset_rule", "allowance_unit")


def upgrade() -> None:
    """Make the tables, what they promise, and the rights on them."""
    op.execute(TABLES)
    op.execute(PROMISES)
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    op.execute(f"REVOKE EXECUTE ON FUNCTION {', '.join(FUNCTIONS[:4])} FROM PUBLIC")
    op.execute(f"GRANT SELECT ON {', '.join(TABLES_OURS)} TO tht_app, tht_read, tht_audit")
    op.execute(f"GRANT INSERT ON {', '.join(TABLES_OURS)} TO tht_app")
    op.execute("GRANT UPDATE (ended_on, ended_by) ON allowance_unit TO tht_app")
    op.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO tht_app")


def downgrade() -> None:
    """Remove them."""
    op.execute("DROP TRIGGER tell_offset ON movement_step")
    op.execute("DROP TRIGGER check_offset_movement ON movement_step")
    op.execute("ALTER TABLE unit_movement DROP COLUMN offset_id")
    for table in TABLES_OURS:
        op.execute(f"DROP TABLE {table}")
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION {function}")
