"""Investigations, the end of projects, orders to cancel units, blocks on applications."""

from alembic import op

revision = "0067"
down_revision = "0066"

TABLES = """
CREATE TABLE investigation (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    kind TEXT NOT NULL,
    project_id BIGINT,
    account_id BIGINT,
    successor_account_id BIGINT,
    confirmed BOOLEAN NOT NULL,
    finding TEXT NOT NULL,
    document_id BIGINT NOT NULL,
    filed_by TEXT NOT NULL,
    filed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT investigation_pkey PRIMARY KEY (id),
    CONSTRAINT investigation_document_id_key UNIQUE (document_id),
    CONSTRAINT investigation_known_kind CHECK (kind in ('owner_lost', 'project_gone', 'fraud')),
    CONSTRAINT investigation_of_something CHECK (case kind when 'owner_lost' then account_id is not null else project_id is not null end),
    CONSTRAINT investigation_successor_of_the_lost CHECK (successor_account_id is null or (kind = 'owner_lost' and successor_account_id <> account_id)),
    CONSTRAINT investigation_says_something CHECK (finding <> ''),
    CONSTRAINT investigation_project_id_fkey FOREIGN KEY(project_id) REFERENCES registry_project (id),
    CONSTRAINT investigation_account_id_fkey FOREIGN KEY(account_id) REFERENCES holding_account (id),
    CONSTRAINT investigation_successor_account_id_fkey FOREIGN KEY(successor_account_id) REFERENCES holding_account (id),
    CONSTRAINT investigation_document_id_fkey FOREIGN KEY(document_id) REFERENCES document (id)
);
CREATE INDEX investigation_account_id_ix ON investigation (account_id);
CREATE INDEX investigation_project_id_ix ON investigation (project_id);

ALTER TABLE case_proposal
    ADD COLUMN ground TEXT,
    ADD COLUMN investigation_id BIGINT,
    ADD CONSTRAINT case_proposal_investigation_id_fkey FOREIGN KEY(investigation_id) REFERENCES investigation (id),
    ADD CONSTRAINT case_proposal_known_ground CHECK (case act when 'register' then ground is null when 'revoke' then ground is not distinct from 'fraud' else (ground in ('owner_wish', 'owner_lost', 'project_gone')) is true end),
    ADD CONSTRAINT case_proposal_rests_on_investigation CHECK (ground in ('owner_lost', 'project_gone', 'fraud') is not true or investigation_id is not null);
CREATE INDEX case_proposal_investigation_id_ix ON case_proposal (investigation_id);

CREATE TABLE application_block (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    organisation_id BIGINT,
    person_id BIGINT,
    project_id BIGINT,
    ground TEXT NOT NULL,
    of_project_id BIGINT NOT NULL,
    investigation_id BIGINT,
    decided_on DATE NOT NULL,
    last_day DATE NOT NULL,
    decided_by TEXT NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE NOT NULL,
    state TEXT DEFAULT 'running' NOT NULL,
    ended_by TEXT,
    ended_at TIMESTAMP WITH TIME ZONE,
    end_reason TEXT,
    CONSTRAINT application_block_pkey PRIMARY KEY (id),
    CONSTRAINT application_block_one_subject CHECK (num_nonnulls(organisation_id, person_id, project_id) = 1),
    CONSTRAINT application_block_owner_for_fraud CHECK (case ground when 'fraud' then project_id is null and investigation_id is not null when 'failed_revision' then project_id is not null else false end),
    CONSTRAINT application_block_not_longer_than_the_measure CHECK (last_day > decided_on and last_day <= (decided_on + case ground when 'fraud' then interval '3 years' else interval '2 years' end)::date),
    CONSTRAINT application_block_ended_with_reason CHECK ((state = 'ended') = (num_nonnulls(ended_at, ended_by, end_reason) = 3) and coalesce(end_reason, '?') <> ''),
    CONSTRAINT application_block_known_state CHECK (state in ('running', 'ended')),
    CONSTRAINT application_block_organisation_id_fkey FOREIGN KEY(organisation_id) REFERENCES organisation (id),
    CONSTRAINT application_block_person_id_fkey FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT application_block_project_id_fkey FOREIGN KEY(project_id) REFERENCES registry_project (id),
    CONSTRAINT application_block_of_project_id_fkey FOREIGN KEY(of_project_id) REFERENCES registry_project (id),
    CONSTRAINT application_block_investigation_id_fkey FOREIGN KEY(investigation_id) REFERENCES investigation (id)
);
CREATE INDEX application_block_organisation_id_ix ON application_block (organisation_id);
CREATE INDEX application_block_person_id_ix ON application_block (person_id);
CREATE INDEX application_block_project_id_ix ON application_block (project_id);

CREATE TABLE cancellation_order (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    number TEXT NOT NULL,
    account_id BIGINT NOT NULL,
    project_id BIGINT NOT NULL,
    investigation_id BIGINT NOT NULL,
    document_id BIGINT NOT NULL,
    quantity BIGINT NOT NULL,
    due_on DATE NOT NULL,
    ordered_by TEXT NOT NULL,
    ordered_at TIMESTAMP WITH TIME ZONE NOT NULL,
    state TEXT DEFAULT 'issued' NOT NULL,
    steps BIGINT DEFAULT '0' NOT NULL,
    cancelled BIGINT DEFAULT '0' NOT NULL,
    CONSTRAINT cancellation_order_pkey PRIMARY KEY (id),
    CONSTRAINT cancellation_order_number_key UNIQUE (number),
    CONSTRAINT cancellation_order_quantity_positive CHECK (quantity >= 1),
    CONSTRAINT cancellation_order_never_beyond CHECK (cancelled between 0 and quantity),
    CONSTRAINT cancellation_order_met_is_whole CHECK ((state in ('met', 'forced')) = (cancelled = quantity)),
    CONSTRAINT cancellation_order_known_state CHECK (state in ('issued', 'met', 'overdue', 'forced', 'shortfall')),
    CONSTRAINT cancellation_order_account_id_fkey FOREIGN KEY(account_id) REFERENCES holding_account (id),
    CONSTRAINT cancellation_order_project_id_fkey FOREIGN KEY(project_id) REFERENCES registry_project (id),
    CONSTRAINT cancellation_order_investigation_id_fkey FOREIGN KEY(investigation_id) REFERENCES investigation (id),
    CONSTRAINT cancellation_order_document_id_fkey FOREIGN KEY(document_id) REFERENCES document (id)
);
CREATE INDEX cancellation_order_account_id_ix ON cancellation_order (account_id);

CREATE TABLE order_step (
    order_id BIGINT NOT NULL,
    number BIGINT NOT NULL,
    act TEXT NOT NULL,
    state TEXT NOT NULL,
    actor TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    movement_id BIGINT,
    CONSTRAINT order_step_pkey PRIMARY KEY (order_id, number),
    CONSTRAINT order_step_order_id_fkey FOREIGN KEY(order_id) REFERENCES cancellation_order (id),
    CONSTRAINT order_step_movement_id_fkey FOREIGN KEY(movement_id) REFERENCES unit_movement (id)
);

ALTER TABLE unit_movement
    ADD COLUMN order_id BIGINT,
    ADD CONSTRAINT unit_movement_order_id_fkey FOREIGN KEY(order_id) REFERENCES cancellation_order (id),
    ADD CONSTRAINT unit_movement_ordered_names_its_order CHECK ((purpose in ('ordered', 'forced')) is not true or order_id is not null),
    ADD CONSTRAINT unit_movement_order_moves_to_its_end CHECK (order_id is null or kind in ('freeze', 'unfreeze') or (purpose in ('ordered', 'forced')) is true);
CREATE INDEX unit_movement_order_id_ix ON unit_movement (order_id) WHERE order_id is not null;
"""

GROUNDS = """
CREATE FUNCTION check_ground() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    i investigation;
    p registry_project;
BEGIN
    IF NEW.investigation_id IS NULL THEN
        RETURN NEW;
    END IF;
    SELECT * INTO i FROM investigation x WHERE x.id = NEW.investigation_id;
    SELECT * INTO p FROM registry_project x
     WHERE x.id = coalesce(NEW.project_id, (SELECT b.project_id FROM batch b WHERE b.id = NEW.batch_id));
    IF NOT i.confirmed OR i.kind <> NEW.ground OR i.document_id IS DISTINCT FROM NEW.ground_document_id
       OR i.kind <> 'owner_lost' AND i.project_id <> p.id
       OR i.kind = 'owner_lost' AND NOT EXISTS (
          SELECT FROM holding_account a WHERE a.id = i.account_id
             AND a.organisation_id IS NOT DISTINCT FROM p.owner_organisation_id
             AND a.person_id IS NOT DISTINCT FROM p.owner_person_id) THEN
        RAISE EXCEPTION 'a project ends on an investigation that confirmed it' USING ERRCODE = 'TH170';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_ground BEFORE INSERT ON case_proposal
    FOR EACH ROW EXECUTE FUNCTION check_ground();

CREATE FUNCTION check_lost_owner() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    -- units of a lost owner are cancelled, or go to the successor that the investigation names
    IF (NEW.purpose = 'owner_lost' OR NEW.kind = 'succeed') AND NOT EXISTS (
        SELECT FROM investigation i
         WHERE i.kind = 'owner_lost' AND i.confirmed AND i.account_id = NEW.giving_account_id
           AND i.document_id = NEW.ground_document_id
           AND i.successor_account_id IS NOT DISTINCT FROM NEW.taking_account_id) THEN
        RAISE EXCEPTION 'only an investigation says that an owner is lost, and who follows'
            USING ERRCODE = 'TH171';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_lost_owner BEFORE INSERT ON unit_movement
    FOR EACH ROW EXECUTE FUNCTION check_lost_owner();
"""

BLOCKS = """
CREATE FUNCTION check_block() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'running' OR NOT honest_time(NEW.decided_at)
           OR NEW.decided_on <> china_day(NEW.decided_at)
           OR NEW.ground = 'fraud' AND NOT EXISTS (
              SELECT FROM investigation i WHERE i.id = NEW.investigation_id AND i.kind = 'fraud' AND i.confirmed
                 AND i.project_id = NEW.of_project_id) THEN
            RAISE EXCEPTION 'a block begins with a decision' USING ERRCODE = 'TH172';
        END IF;
    ELSIF OLD.state <> 'running' OR NEW.state <> 'ended'
       OR (to_jsonb(NEW) - '{state,ended_by,ended_at,end_reason}'::text[])
          <> (to_jsonb(OLD) - '{state,ended_by,ended_at,end_reason}'::text[]) THEN
        RAISE EXCEPTION 'a block only ever ends, once' USING ERRCODE = 'TH172';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_block BEFORE INSERT OR UPDATE ON application_block
    FOR EACH ROW EXECUTE FUNCTION check_block();

CREATE FUNCTION refuse_blocked() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    p registry_project;
BEGIN
    IF NEW.act NOT IN ('upload', 'submit') THEN
        RETURN NEW;
    END IF;
    SELECT * INTO p FROM registry_project x
     WHERE x.id = coalesce(NEW.project_id, (SELECT b.project_id FROM batch b WHERE b.id = NEW.batch_id));
    IF EXISTS (SELECT FROM application_block b
                WHERE b.state = 'running' AND china_day(NEW.at) <= b.last_day
                  AND (b.organisation_id = p.owner_organisation_id OR b.person_id = p.owner_person_id
                       OR b.project_id = p.id))
       OR EXISTS (SELECT FROM cancellation_order o JOIN holding_account a ON a.id = o.account_id
                   WHERE o.state = 'shortfall' AND (a.organisation_id = p.owner_organisation_id
                                                    OR a.person_id = p.owner_person_id)) THEN
        RAISE EXCEPTION 'applications of this owner, or for this project, are not accepted at present'
            USING ERRCODE = 'TH173';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER refuse_blocked BEFORE INSERT ON case_step
    FOR EACH ROW EXECUTE FUNCTION refuse_blocked();
"""

ORDERS = """
CREATE FUNCTION check_order() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.state <> 'issued' OR NEW.steps <> 0 OR NEW.cancelled <> 0 OR NOT honest_time(NEW.ordered_at)
       OR NEW.due_on <= china_day(NEW.ordered_at) OR NOT EXISTS (
          SELECT FROM investigation i JOIN registry_project p ON p.id = i.project_id
            JOIN holding_account a ON a.id = NEW.account_id
           WHERE i.id = NEW.investigation_id AND i.kind = 'fraud' AND i.confirmed
             AND i.project_id = NEW.project_id
             AND a.organisation_id IS NOT DISTINCT FROM p.owner_organisation_id
             AND a.person_id IS NOT DISTINCT FROM p.owner_person_id) THEN
        RAISE EXCEPTION 'an order has a term, and is addressed to the owner who was found out'
            USING ERRCODE = 'TH174';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_order BEFORE INSERT ON cancellation_order
    FOR EACH ROW EXECUTE FUNCTION check_order();
CREATE TRIGGER follows_steps BEFORE UPDATE OR DELETE OR TRUNCATE ON cancellation_order
    FOR EACH STATEMENT EXECUTE FUNCTION follows_steps();

CREATE FUNCTION take_order_step() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    o cancellation_order;
BEGIN
    SELECT * INTO o FROM cancellation_order x WHERE x.id = NEW.order_id FOR UPDATE;
    IF NEW.number <> o.steps + 1 OR NOT honest_time(NEW.at)
       OR NEW.state IS DISTINCT FROM next_state('order', o.state, NEW.act)
       -- it is met, or carried out by force, by its last unit alone
       OR NEW.act IN ('meet', 'force') AND (pg_trigger_depth() < 2 OR o.cancelled + (
          SELECT m.quantity FROM unit_movement m WHERE m.id = NEW.movement_id) IS DISTINCT FROM o.quantity)
       OR NEW.act = 'pass_due_date' AND china_day(NEW.at) <= o.due_on
       OR NEW.act = 'find_shortfall' AND (
          EXISTS (SELECT FROM holding h WHERE h.account_id = o.account_id
                     AND h.state IN ('held', 'in_trading', 'frozen_order'))
          OR EXISTS (SELECT FROM unit_movement m WHERE m.order_id = o.id
                        AND m.state IN ('proposed', 'confirmed', 'waiting'))) THEN
        RAISE EXCEPTION 'an order goes its way step by step' USING ERRCODE = 'TH175';
    END IF;
    UPDATE cancellation_order x
       SET state = NEW.state, steps = NEW.number,
           cancelled = CASE WHEN NEW.act IN ('meet', 'force') THEN x.quantity ELSE x.cancelled END
     WHERE x.id = o.id;
    RETURN NULL;
END $$;
CREATE TRIGGER take_order_step AFTER INSERT ON order_step
    FOR EACH ROW EXECUTE FUNCTION take_order_step();

CREATE FUNCTION check_ordered() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    m unit_movement;
    o cancellation_order;
    open_t bigint;
BEGIN
    SELECT * INTO m FROM unit_movement x WHERE x.id = NEW.movement_id;
    IF m.order_id IS NULL OR NEW.act NOT IN ('propose', 'execute') THEN
        RETURN NULL;
    END IF;
    SELECT * INTO o FROM cancellation_order x WHERE x.id = m.order_id FOR UPDATE;
    IF o.account_id <> m.giving_account_id THEN
        RAISE EXCEPTION 'an order is met by the owner it was addressed to' USING ERRCODE = 'TH176';
    END IF;
    IF m.purpose = 'ordered' AND o.state NOT IN ('issued', 'shortfall')
       OR m.purpose = 'forced' AND o.state <> 'overdue' THEN
        RAISE EXCEPTION 'by force only when the term is over, on order only before or for a debt'
            USING ERRCODE = 'TH177';
    END IF;
    IF m.kind = 'cancel' THEN
        SELECT coalesce(sum(x.quantity), 0) INTO open_t FROM unit_movement x
         WHERE x.order_id = o.id AND x.kind = 'cancel' AND x.id <> m.id
           AND x.state IN ('proposed', 'confirmed', 'waiting') AND x.steps > 0;
        IF m.quantity + open_t > o.quantity - o.cancelled THEN
            RAISE EXCEPTION 'never more than the order is short of' USING ERRCODE = 'TH178';
        END IF;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER check_ordered AFTER INSERT ON movement_step
    FOR EACH ROW EXECUTE FUNCTION check_ordered();

CREATE FUNCTION tell_order() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    m unit_movement;
    o cancellation_order;
    act text;
BEGIN
    SELECT * INTO m FROM unit_movement x WHERE x.id = NEW.movement_id;
    IF m.order_id IS NULL OR m.kind <> 'cancel' OR NEW.act <> 'execute' THEN
        RETURN NULL;
    END IF;
    SELECT * INTO o FROM cancellation_order x WHERE x.id = m.order_id FOR UPDATE;
    IF o.cancelled + m.quantity < o.quantity THEN
        UPDATE cancellation_order x SET cancelled = x.cancelled + m.quantity WHERE x.id = o.id;
        RETURN NULL;
    END IF;
    act := CASE o.state WHEN 'overdue' THEN 'force' ELSE 'meet' END;
    INSERT INTO order_step (order_id, number, act, state, actor, at, movement_id)
    VALUES (o.id, o.steps + 1, act, next_state('order', o.state, act), NEW.actor, NEW.at, m.id);
    RETURN NULL;
END $$;
CREATE TRIGGER tell_order AFTER INSERT ON movement_step
    FOR EACH ROW EXECUTE FUNCTION tell_order();
"""

APPEND_ONLY = ("investigation", "order_step")
FUNCTIONS = (
    "tell_order()",
    "check_ordered()",
    "take_order_step()",
    "check_order()",
    "refuse_blocked()",
    "check_block()",
    "check_lost_owner()",
    "check_ground()",
)
TABLES_OURS = ("order_step", "cancellation_order", "application_block", "investigation")


def upgrade() -> None:
    """Make the tables, what they promise, and the rights on them."""
    for part in (TABLES, GROUNDS, BLOCKS, ORDERS):
        op.execute(part)
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    op.execute(f"REVOKE EXECUTE ON FUNCTION {', '.join(FUNCTIONS)} FROM PUBLIC")
    op.execute(f"GRANT SELECT ON {', '.join(TABLES_OURS)} TO tht_app, tht_read, tht_audit")
    op.execute(f"GRANT INSERT ON {', '.join(TABLES_OURS)} TO tht_app")
    op.execute("GRANT UPDATE (state, ended_by, ended_at, end_reason) ON application_block TO tht_app")
    op.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO tht_app")


def downgrade() -> None:
    """Remove them."""
    op.execute("DROP TRIGGER tell_order ON movement_step")
    op.execute("DROP TRIGGER check_ordered ON movement_step")
    op.execute("DROP TRIGGER refuse_blocked ON case_step")
    op.execute("DROP TRIGGER check_lost_owner ON unit_movement")
    op.execute("DROP TRIGGER check_ground ON case_proposal")
    op.execute("ALTER TABLE unit_movement DROP COLUMN order_id")
    op.execute("ALTER TABLE case_proposal DROP COLUMN ground, DROP COLUMN investigation_id")
    for table in TABLES_OURS:
        op.execute(f"DROP TABLE {table}")
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION {function}")
