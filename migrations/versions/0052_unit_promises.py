"""What the database keeps of units: holdings follow movements alone, and nothing is lost or double."""

from alembic import op

revision = "0052"
down_revision = "0051"

LIVES = """
CREATE FUNCTION next_state(of_life text, present text, done text) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    following text;
BEGIN
    SELECT s.to_state INTO following FROM life_step s
     WHERE s.life = of_life AND s.from_state = coalesce(present, '') AND s.act = done;
    IF following IS NULL THEN
        RAISE EXCEPTION 'in the life of a % nobody can % what is %', of_life, done, coalesce(present, 'not there')
            USING ERRCODE = 'TH100';
    END IF;
    RETURN following;
END $$;

CREATE FUNCTION check_way(of_life text, present text, following text) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM life_step s WHERE s.life = of_life AND s.from_state = coalesce(present, '')
                                             AND s.to_state = following) THEN
        RAISE EXCEPTION 'in the life of a % nothing leads from % to %', of_life, coalesce(present, 'nothing'),
            following USING ERRCODE = 'TH100';
    END IF;
END $$;

CREATE FUNCTION follows_steps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- depth 1 is a statement of somebody's own; a trigger of ours comes at depth 2
    IF pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION '% follows its steps and is not written by hand', TG_TABLE_NAME
            USING ERRCODE = 'TH101';
    END IF;
    RETURN NULL;
END $$;
"""

ACCOUNTS = """
CREATE FUNCTION check_holding_account() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state NOT IN ('applied', 'incomplete_legacy') OR NEW.opened_at IS NOT NULL THEN
            RAISE EXCEPTION 'a holding account begins with an application' USING ERRCODE = 'TH102';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.number, NEW.organisation_id, NEW.person_id, NEW.applied_by, NEW.applied_at)
       IS DISTINCT FROM (OLD.number, OLD.organisation_id, OLD.person_id, OLD.applied_by, OLD.applied_at) THEN
        RAISE EXCEPTION 'the holder of an account does not change' USING ERRCODE = 'TH103';
    END IF;
    IF NEW.state <> OLD.state THEN
        PERFORM check_way('account', OLD.state, NEW.state);
    END IF;
    IF NEW.state = 'closed' AND EXISTS (
        SELECT FROM holding h WHERE h.account_id = NEW.id AND h.state <> 'cancelled') THEN
        RAISE EXCEPTION 'an account closes empty' USING ERRCODE = 'TH104';
    END IF;
    IF NEW.state = 'active' AND NEW.decided_by IS NULL THEN
        RAISE EXCEPTION 'an account opens when it was checked' USING ERRCODE = 'TH102';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_holding_account BEFORE INSERT OR UPDATE ON holding_account
    FOR EACH ROW EXECUTE FUNCTION check_holding_account();

CREATE FUNCTION check_representative() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    holder bigint;
BEGIN
    SELECT a.person_id INTO holder FROM holding_account a WHERE a.id = NEW.account_id FOR NO KEY UPDATE;
    IF holder IS DISTINCT FROM NEW.person_id THEN
        RAISE EXCEPTION 'an individual represents themselves, an organisation its staff' USING ERRCODE = 'TH105';
    END IF;
    IF TG_OP = 'UPDATE' AND (OLD.ended_at IS NOT NULL OR NEW.ended_at IS NULL
        OR (NEW.account_id, NEW.staff_user_id, NEW.person_id, NEW.role, NEW.appointed_by, NEW.appointed_at)
        IS DISTINCT FROM
        (OLD.account_id, OLD.staff_user_id, OLD.person_id, OLD.role, OLD.appointed_by, OLD.appointed_at)) THEN
        RAISE EXCEPTION 'an appointment only ever ends, once' USING ERRCODE = 'TH105';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_representative BEFORE INSERT OR UPDATE ON account_representative
    FOR EACH ROW EXECUTE FUNCTION check_representative();

CREATE FUNCTION somebody_is_left() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    account bigint := CASE TG_TABLE_NAME WHEN 'holding_account' THEN (to_jsonb(NEW) ->> 'id')::bigint
                      ELSE (to_jsonb(NEW) ->> 'account_id')::bigint END;
BEGIN
    IF EXISTS (SELECT FROM holding_account a WHERE a.id = account AND a.state IN ('active', 'restricted'))
       AND (SELECT count(DISTINCT r.role) FROM account_representative r
             WHERE r.account_id = account AND r.ended_at IS NULL) < 2 THEN
        RAISE EXCEPTION 'an open account keeps one who initiates and one who confirms' USING ERRCODE = 'TH106';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER somebody_is_left AFTER UPDATE ON account_representative
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION somebody_is_left();
CREATE CONSTRAINT TRIGGER somebody_is_left AFTER UPDATE ON holding_account
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION somebody_is_left();
"""

LEDGER = """
CREATE TRIGGER follows_steps BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON holding
    FOR EACH STATEMENT EXECUTE FUNCTION follows_steps();
CREATE TRIGGER follows_steps BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON block_tally
    FOR EACH STATEMENT EXECUTE FUNCTION follows_steps();
CREATE TRIGGER follows_steps BEFORE INSERT ON issued_block
    FOR EACH STATEMENT EXECUTE FUNCTION follows_steps();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON issued_block
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER follows_steps BEFORE UPDATE OR DELETE OR TRUNCATE ON unit_movement
    FOR EACH STATEMENT EXECUTE FUNCTION follows_steps();
CREATE TRIGGER follows_steps BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON number_line
    FOR EACH STATEMENT EXECUTE FUNCTION follows_steps();

CREATE FUNCTION cancelled_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'cancelled' THEN
        RAISE EXCEPTION 'cancelled units stay as they are' USING ERRCODE = 'TH107';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER cancelled_is_final BEFORE UPDATE OR DELETE ON holding
    FOR EACH ROW EXECUTE FUNCTION cancelled_is_final();

CREATE FUNCTION line_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.last_no <= OLD.last_no OR NEW.id <> OLD.id THEN
        RAISE EXCEPTION 'the line of numbers only grows' USING ERRCODE = 'TH108';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER line_only_grows BEFORE UPDATE ON number_line
    FOR EACH ROW EXECUTE FUNCTION line_only_grows();

CREATE FUNCTION check_new_movement() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.state <> 'proposed' OR NEW.steps <> 0 OR NEW.waits_until IS NOT NULL
       OR NOT honest_time(NEW.proposed_at) THEN
        RAISE EXCEPTION 'a movement begins as a proposal' USING ERRCODE = 'TH109';
    END IF;
    PERFORM next_state('units', NEW.from_state, NEW.kind);
    RETURN NEW;
END $$;
CREATE TRIGGER check_new_movement BEFORE INSERT ON unit_movement
    FOR EACH ROW EXECUTE FUNCTION check_new_movement();

CREATE FUNCTION check_part() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF pg_trigger_depth() < 2 AND EXISTS (
        SELECT FROM unit_movement m WHERE m.id = NEW.movement_id AND (m.steps > 0 OR m.kind = 'issue')) THEN
        RAISE EXCEPTION 'what a movement moves is fixed when it is proposed' USING ERRCODE = 'TH110';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_part BEFORE INSERT ON movement_part
    FOR EACH ROW EXECUTE FUNCTION check_part();
"""

MOVING = """
CREATE FUNCTION carve(m unit_movement, expected text, expected_for bigint,
                      to_account bigint, to_state text, to_for bigint, done boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    part record;
    h holding;
    first_no bigint;
    last_no bigint;
    covered bigint;
    joining record;
BEGIN
    FOR part IN SELECT p.start_no, p.end_no FROM movement_part p WHERE p.movement_id = m.id ORDER BY p.start_no
    LOOP
        covered := 0;
        FOR h IN SELECT * FROM holding
                  WHERE int8range(start_no, end_no, '[]') && int8range(part.start_no, part.end_no, '[]')
                  ORDER BY start_no FOR UPDATE
        LOOP
            IF (h.account_id = m.giving_account_id AND h.state = expected
                AND h.reserved_for IS NOT DISTINCT FROM expected_for) IS NOT TRUE THEN
                RAISE EXCEPTION 'the units are not what the movement supposes' USING ERRCODE = 'TH111';
            END IF;
            first_no := greatest(h.start_no, part.start_no);
            last_no := least(h.end_no, part.end_no);
            DELETE FROM holding WHERE id = h.id;
            INSERT INTO holding (block_id, start_no, end_no, account_id, state, since, reserved_for)
            SELECT h.block_id, cut.a, cut.b, cut.account, cut.state, cut.since, cut.for_movement
              FROM (VALUES (h.start_no, first_no - 1, h.account_id, h.state, h.since, h.reserved_for),
                           (first_no, last_no, to_account, to_state,
                            CASE WHEN done THEN m.id ELSE h.since END, to_for),
                           (last_no + 1, h.end_no, h.account_id, h.state, h.since, h.reserved_for))
                   AS cut(a, b, account, state, since, for_movement)
             WHERE cut.a <= cut.b;
            UPDATE block_tally t
               SET held = t.held + d.n * ((to_state = 'held')::int - (expected = 'held')::int),
                   reserved = t.reserved + d.n * ((to_state = 'reserved')::int - (expected = 'reserved')::int),
                   in_trading = t.in_trading
                       + d.n * ((to_state = 'in_trading')::int - (expected = 'in_trading')::int),
                   frozen = t.frozen + d.n * ((to_state IN ('frozen_order', 'frozen_offset'))::int
                                              - (expected IN ('frozen_order', 'frozen_offset'))::int),
                   cancelled = t.cancelled + d.n * (to_state = 'cancelled')::int
              FROM (SELECT last_no - first_no + 1 AS n) d
             WHERE t.block_id = h.block_id;
            covered := covered + last_no - first_no + 1;
        END LOOP;
        IF covered <> part.end_no - part.start_no + 1 THEN
            RAISE EXCEPTION 'the units are not what the movement supposes' USING ERRCODE = 'TH111';
        END IF;
        -- neighbours that nothing tells apart are one again, so that a refusal leaves no trace
        IF NOT done THEN
            LOOP
                SELECT l.id AS left_id, r.id AS right_id, r.end_no INTO joining
                  FROM holding l
                  JOIN holding r ON r.start_no = l.end_no + 1 AND r.block_id = l.block_id
                   AND r.account_id = l.account_id AND r.state = l.state AND r.since = l.since
                   AND r.reserved_for IS NOT DISTINCT FROM l.reserved_for
                 WHERE l.end_no BETWEEN part.start_no - 1 AND part.end_no AND l.state <> 'cancelled'
                 ORDER BY l.start_no LIMIT 1;
                EXIT WHEN NOT FOUND;
                DELETE FROM holding WHERE id = joining.right_id;
                UPDATE holding SET end_no = joining.end_no WHERE id = joining.left_id;
            END LOOP;
        END IF;
    END LOOP;
END $$;

CREATE FUNCTION issue_units(m unit_movement, at timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    facts record;
    first_no bigint;
    block bigint;
BEGIN
    SELECT b.state, b.rulebook, b.project_id, b.replayed_t, p.category, l.quantity AS letter_t,
           a.organisation_id IS NOT DISTINCT FROM p.owner_organisation_id
           AND a.person_id IS NOT DISTINCT FROM p.owner_person_id AS of_owner,
           p.state AS project_state,
           (SELECT r.verified_t FROM vv_report r WHERE r.batch_id = b.id ORDER BY r.id DESC LIMIT 1) AS verified_t
      INTO facts
      FROM batch b
      JOIN registry_project p ON p.id = b.project_id
      JOIN holding_account a ON a.id = m.taking_account_id
      LEFT JOIN registration_letter l ON l.batch_id = b.id
     WHERE b.id = m.batch_id;
    IF facts.state IS DISTINCT FROM 'registered' OR facts.project_state <> 'registered' OR NOT facts.of_owner THEN
        RAISE EXCEPTION 'units come only from a registered batch, to the project''s owner'
            USING ERRCODE = 'TH112';
    END IF;
    IF (CASE facts.rulebook WHEN 'CQCER' THEN m.quantity = facts.letter_t AND m.quantity <= facts.verified_t
                            ELSE m.quantity = facts.verified_t END
        AND facts.verified_t <= facts.replayed_t) IS NOT TRUE THEN
        RAISE EXCEPTION 'units are as many as the letter says, not more than verified, not more than replayed'
            USING ERRCODE = 'TH113';
    END IF;
    UPDATE number_line n SET last_no = n.last_no + m.quantity RETURNING n.last_no - m.quantity + 1 INTO first_no;
    INSERT INTO issued_block (batch_id, project_id, category, start_no, end_no, movement_id, issued_at)
    VALUES (m.batch_id, facts.project_id, facts.category, first_no, first_no + m.quantity - 1, m.id, at)
    RETURNING id INTO block;
    INSERT INTO movement_part (movement_id, start_no, end_no) VALUES (m.id, first_no, first_no + m.quantity - 1);
    INSERT INTO holding (block_id, start_no, end_no, account_id, state, since)
    VALUES (block, first_no, first_no + m.quantity - 1, m.taking_account_id, 'held', m.id);
    INSERT INTO block_tally (block_id, issued, held) VALUES (block, m.quantity, m.quantity);
END $$;
"""

STEPS = """
CREATE FUNCTION order_movement_step() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    -- the second computation takes this alone: it never counts a movement that is half done
    PERFORM pg_advisory_xact_lock_shared(1953002546);
    -- accounts before movements before holdings, each in the order of ids: nobody waits in a circle
    PERFORM FROM holding_account a JOIN unit_movement u ON a.id IN (u.giving_account_id, u.taking_account_id)
     WHERE u.id = NEW.movement_id ORDER BY a.id FOR NO KEY UPDATE OF a;
    NEW.seq := nextval('movement_step_seq');
    RETURN NEW;
END $$;
CREATE TRIGGER order_movement_step BEFORE INSERT ON movement_step
    FOR EACH ROW EXECUTE FUNCTION order_movement_step();

CREATE FUNCTION take_movement_step() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    m unit_movement;
    previous timestamptz;
    of_person boolean;
    by_holder boolean;
BEGIN
    SELECT * INTO m FROM unit_movement WHERE id = NEW.movement_id FOR UPDATE;
    SELECT max(s.at) INTO previous FROM movement_step s
     WHERE s.movement_id = NEW.movement_id AND s.number < NEW.number;
    IF m.id IS NULL OR NEW.number <> m.steps + 1
       OR NEW.state IS DISTINCT FROM
          next_state('movement', CASE m.steps WHEN 0 THEN NULL ELSE m.state END, NEW.act)
       OR NOT honest_time(NEW.at) OR NEW.at < previous THEN
        RAISE EXCEPTION 'a movement goes its way step by step' USING ERRCODE = 'TH114';
    END IF;
    SELECT a.person_id IS NOT NULL INTO of_person FROM holding_account a WHERE a.id = m.giving_account_id;
    by_holder := m.kind IN ('gift', 'deposit', 'withdraw', 'hold_for_offset')
        OR (m.kind = 'cancel' AND m.purpose NOT IN ('forced', 'owner_lost', 'compliance_offset'));

    IF NEW.act = 'propose' AND NEW.actor <> m.proposed_by
       OR NEW.act = 'confirm' AND NEW.actor = m.proposed_by
          AND NOT (by_holder AND coalesce(of_person, false) AND NEW.second_factor) THEN
        RAISE EXCEPTION 'two different people move units' USING ERRCODE = 'TH115';
    END IF;
    IF by_holder AND NEW.act IN ('propose', 'confirm') AND NOT EXISTS (
        SELECT FROM account_representative r
         WHERE r.id = NEW.representative_id AND r.account_id = m.giving_account_id AND r.ended_at IS NULL
           AND r.role = CASE NEW.act WHEN 'propose' THEN 'initiating' ELSE 'confirming' END
           AND NEW.actor = CASE WHEN r.person_id IS NULL THEN 'staff:' || r.staff_user_id
                             ELSE 'citizen:' || r.person_id END) THEN
        RAISE EXCEPTION 'only a representative acts for an account' USING ERRCODE = 'TH116';
    END IF;
    IF NEW.act IN ('propose', 'execute') THEN
        IF (SELECT x.agrees FROM books_audit x ORDER BY x.id DESC LIMIT 1) IS FALSE THEN
            RAISE EXCEPTION 'the books disagree: nothing moves until it is cleared up' USING ERRCODE = 'TH117';
        END IF;
        IF EXISTS (SELECT FROM holding_account a WHERE a.id IN (m.giving_account_id, m.taking_account_id)
                      AND (a.state NOT IN ('active', 'restricted')
                           OR (a.state = 'restricted' AND by_holder AND a.id = m.giving_account_id))) THEN
            RAISE EXCEPTION 'units move between open accounts' USING ERRCODE = 'TH118';
        END IF;
    END IF;

    IF NEW.act = 'propose' AND m.kind <> 'issue' THEN
        IF (SELECT sum(p.end_no - p.start_no + 1) FROM movement_part p WHERE p.movement_id = m.id)
           IS DISTINCT FROM m.quantity THEN
            RAISE EXCEPTION 'the parts add up to the quantity' USING ERRCODE = 'TH119';
        END IF;
        IF EXISTS (
            SELECT FROM movement_part p
              JOIN issued_block b ON int8range(b.start_no, b.end_no, '[]') && int8range(p.start_no, p.end_no, '[]')
              JOIN registry_project o ON o.id = b.project_id
              JOIN holding_account a ON a.id = m.giving_account_id
             WHERE p.movement_id = m.id
               AND ((m.purpose = 'judicial' AND b.category <> 'sink')
                    OR (m.kind = 'gift' AND (a.organisation_id IS DISTINCT FROM o.owner_organisation_id
                                             OR a.person_id IS DISTINCT FROM o.owner_person_id)))) THEN
            RAISE EXCEPTION 'gifts are the project owner''s, judicial subscription is of sinks'
                USING ERRCODE = 'TH120';
        END IF;
        PERFORM carve(m, m.from_state, NULL, m.giving_account_id, 'reserved', m.id, false);
    ELSIF NEW.act = 'execute' THEN
        IF m.waits_until IS NULL OR NEW.at < m.waits_until THEN
            RAISE EXCEPTION 'the waiting time is not over' USING ERRCODE = 'TH121';
        END IF;
        IF m.kind = 'issue' THEN
            PERFORM issue_units(m, NEW.at);
        ELSE
            PERFORM carve(m, 'reserved', m.id, coalesce(m.taking_account_id, m.giving_account_id),
                          next_state('units', m.from_state, m.kind), NULL, true);
        END IF;
    ELSIF NEW.act IN ('refuse', 'withdraw', 'lapse', 'fail_checks') AND m.kind <> 'issue' THEN
        PERFORM carve(m, 'reserved', m.id, m.giving_account_id, m.from_state, NULL, false);
    END IF;

    UPDATE unit_movement u
       SET state = NEW.state, steps = NEW.number,
           waits_until = CASE NEW.act WHEN 'wait' THEN NEW.waits_until ELSE u.waits_until END
     WHERE u.id = m.id;
    RETURN NULL;
END $$;
CREATE TRIGGER take_movement_step AFTER INSERT ON movement_step
    FOR EACH ROW EXECUTE FUNCTION take_movement_step();
"""

APPEND_ONLY = (
    "beneficiary",
    "books_audit",
    "holding_account_paper",
    "life_step",
    "movement_part",
    "movement_step",
)

FUNCTIONS = (
    "take_movement_step()",
    "order_movement_step()",
    "issue_units(unit_movement, timestamptz)",
    "carve(unit_movement, text, bigint, bigint, text, bigint, boolean)",
    "check_part()",
    "check_new_movement()",
    "line_only_grows()",
    "cancelled_is_final()",
    "somebody_is_left()",
    "check_representative()",
    "check_holding_account()",
    "follows_steps()",
    "check_way(text, text, text)",
    "next_state(text, text, text)",
)
OURS_ALONE = (*FUNCTIONS[:4], "somebody_is_left()", "check_representative()", "check_holding_account()")


def upgrade() -> None:
    """Make the functions and their triggers."""
    for part in (LIVES, ACCOUNTS, LEDGER, MOVING, STEPS):
        op.execute(part)
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    op.execute(f"REVOKE EXECUTE ON FUNCTION {', '.join(OURS_ALONE)} FROM PUBLIC")


def downgrade() -> None:
    """Remove the triggers with their functions."""
    for table in (*APPEND_ONLY, "issued_block"):
        op.execute(f"DROP TRIGGER refuse_change ON {table}")
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION {function} CASCADE")
