"""What the database keeps by itself: months, append-only tables, lots moved by entries alone."""

from alembic import op

revision = "0006"
down_revision = "0005"

MONTHS = """
CREATE FUNCTION make_month_partitions(first date, last date) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    month date := date_trunc('month', first)::date;
    parent text;
    child text;
    made int := 0;
BEGIN
    IF last > first + interval '10 years' THEN
        RAISE EXCEPTION 'ten years of months at once at most' USING ERRCODE = 'TH001';
    END IF;
    WHILE month <= last LOOP
        FOREACH parent IN ARRAY ARRAY['behaviour', 'intake_outcome', 'point_entry'] LOOP
            child := parent || '_p' || to_char(month, 'YYYYMM');
            IF to_regclass(child) IS NULL THEN
                EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
                               child, parent, month, (month + interval '1 month')::date);
                made := made + 1;
            END IF;
        END LOOP;
        month := (month + interval '1 month')::date;
    END LOOP;
    RETURN made;
END $$;

CREATE TABLE behaviour_p2_rest PARTITION OF behaviour DEFAULT;
CREATE TABLE intake_outcome_p2_rest PARTITION OF intake_outcome DEFAULT;
CREATE TABLE point_entry_p2_rest PARTITION OF point_entry DEFAULT;
SELECT make_month_partitions('2024-09-01', '2027-12-31');
"""

APPEND_ONLY = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'TH002';
END $$;
"""

APPEND_ONLY_TABLES = (
    "audit_line",
    "behaviour",
    "behaviour_issue",
    "calendar_day",
    "calendar_edition",
    "calendar_year",
    "conversion_rule",
    "display_code",
    "entry_salt",
    "evaluation_norm",
    "account_closing",
    "intake_key",
    "intake_outcome",
    "mapping_profile",
    "merchant_step",
    "method",
    "method_version",
    "operator_appointment",
    "point_entry",
    "scenario_assessment",
    "scenario_step",
    "yearly_target",
)

CLOCK = """
CREATE FUNCTION honest_time(at timestamptz) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT i.clock = 'settable' OR at BETWEEN clock_timestamp() - interval '10 minutes'
                                          AND clock_timestamp() + interval '10 minutes'
      FROM installation i
$$;
INSERT INTO installation (id, clock) VALUES (1, 'real');
"""

LAST_DAY = """
CREATE FUNCTION last_valid_day(issued_on date, months bigint) RETURNS date
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        -- where the same date does not exist in the last month, the whole month is usable
        WHEN extract(day FROM issued_on) > extract(day FROM issued_on + make_interval(months => months::int))
        THEN (issued_on + make_interval(months => months::int))::date
        ELSE (issued_on + make_interval(months => months::int))::date - 1
    END
$$;
"""

BEHAVIOURS = """
CREATE FUNCTION check_behaviours() RETURNS trigger
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
CREATE TRIGGER check_behaviours AFTER INSERT ON behaviour
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION check_behaviours();

CREATE FUNCTION check_authorisation() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.withdrawn_at IS NOT NULL OR NEW.withdrawn_at IS NULL
           OR (NEW.account_id, NEW.scenario_id, NEW.host_user, NEW.given_at, NEW.text_version, NEW.data_kinds)
              IS DISTINCT FROM
              (OLD.account_id, OLD.scenario_id, OLD.host_user, OLD.given_at, OLD.text_version, OLD.data_kinds)
        THEN
            RAISE EXCEPTION 'an authorisation is only ever withdrawn, once' USING ERRCODE = 'TH004';
        END IF;
        RETURN NEW;
    END IF;
    IF NOT honest_time(NEW.given_at) THEN
        RAISE EXCEPTION 'an authorisation carries the time at which it is given' USING ERRCODE = 'TH005';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_authorisation BEFORE INSERT OR UPDATE ON authorisation
    FOR EACH ROW EXECUTE FUNCTION check_authorisation();
"""

ACCOUNTS = """
CREATE FUNCTION open_balance() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO account_balance (account_id) VALUES (NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER open_balance AFTER INSERT ON carbon_account
    FOR EACH ROW EXECUTE FUNCTION open_balance();

CREATE FUNCTION check_account() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF OLD.state = 'closed' THEN
        RAISE EXCEPTION 'a closed account stays closed' USING ERRCODE = 'TH006';
    END IF;
    IF (NEW.number, NEW.person_id, NEW.organisation_id, NEW.pseudonym)
       IS DISTINCT FROM (OLD.number, OLD.person_id, OLD.organisation_id, OLD.pseudonym) THEN
        RAISE EXCEPTION 'the holder of an account does not change' USING ERRCODE = 'TH007';
    END IF;
    IF NEW.state = 'closed' AND EXISTS (
        SELECT FROM account_balance b
         WHERE b.account_id = NEW.id AND (b.available > 0 OR b.reserved > 0)) THEN
        RAISE EXCEPTION 'an account closes empty' USING ERRCODE = 'TH008';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_account BEFORE UPDATE ON carbon_account
    FOR EACH ROW EXECUTE FUNCTION check_account();
"""

ENTRIES = """
CREATE FUNCTION apply_entries() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    expected bigint;
    done bigint;
BEGIN
    -- the account's chain goes on without a gap, and its accounts may be written to
    IF EXISTS (
        SELECT FROM (
            SELECT f.account_id, f.acct_seq, f.prev_commitment,
                   row_number() OVER w AS place,
                   lag(f.commitment) OVER w AS earlier
              FROM fresh f WINDOW w AS (PARTITION BY f.account_id ORDER BY f.acct_seq)
        ) c
        JOIN account_balance b USING (account_id)
        JOIN carbon_account a ON a.id = c.account_id
        WHERE c.acct_seq <> b.last_seq + c.place
           OR c.prev_commitment <> coalesce(c.earlier, b.head)
           OR a.state = 'closed'
           OR a.person_id IS NULL
    ) OR EXISTS (
        SELECT FROM fresh f LEFT JOIN entry_salt s USING (account_id, acct_seq) WHERE s.salt IS NULL
    ) OR EXISTS (SELECT FROM fresh f WHERE NOT honest_time(f.at)) THEN
        RAISE EXCEPTION 'the entry does not continue the chain of an open account' USING ERRCODE = 'TH010';
    END IF;

    -- issue: from one behaviour, its grams, the rule of the day, once
    SELECT count(*) INTO expected FROM fresh WHERE kind = 'issue';
    IF expected > 0 THEN
        SELECT count(*) INTO done
          FROM fresh f
          JOIN behaviour b ON b.account_id = f.account_id AND b.day = f.behaviour_day AND b.id = f.behaviour_id
          JOIN scenario s ON s.id = b.scenario_id
          JOIN conversion_rule r ON r.id = f.rule_id
          JOIN point_lot l ON l.id = f.lot_id AND l.account_id = f.account_id
         WHERE f.kind = 'issue'
           AND NOT s.sandbox
           AND f.reduction_g = b.reduction_g
           AND f.method_version_id = b.method_version_id
           AND f.amount = b.reduction_g * 100 / r.grams_per_point
           AND r.valid_from <= f.day
           AND NOT EXISTS (SELECT FROM conversion_rule n
                            WHERE n.valid_from > r.valid_from AND n.valid_from <= f.day)
           AND l.issued_on = f.day
           AND l.last_valid_on = last_valid_day(f.day, r.validity_months);
        IF done <> expected THEN
            RAISE EXCEPTION 'points come only from a behaviour by the rule in force' USING ERRCODE = 'TH011';
        END IF;
        INSERT INTO behaviour_issue (behaviour_id, account_id, entry_day)
        SELECT f.behaviour_id, f.account_id, f.day FROM fresh f WHERE f.kind = 'issue';
    END IF;

    -- reserve: for the holder's own redemption, from a lot that is still valid
    SELECT count(*) INTO expected FROM fresh WHERE kind = 'reserve';
    IF expected > 0 THEN
        INSERT INTO redemption_part (redemption_id, lot_id, amount)
        SELECT f.redemption_id, f.lot_id, f.amount
          FROM fresh f
          JOIN redemption r ON r.id = f.redemption_id AND r.account_id = f.account_id AND r.state = 'reserved'
          JOIN point_lot l ON l.id = f.lot_id AND l.account_id = f.account_id AND l.last_valid_on >= f.day
         WHERE f.kind = 'reserve';
        GET DIAGNOSTICS done = ROW_COUNT;
        IF done <> expected THEN
            RAISE EXCEPTION 'points are reserved from valid lots for the holder''s redemption'
                USING ERRCODE = 'TH012';
        END IF;
    END IF;

    -- release and cancel: to and from the very lots, each part once, whole
    SELECT count(*) INTO expected FROM fresh WHERE kind IN ('release', 'cancel');
    IF expected > 0 THEN
        UPDATE redemption_part p
           SET settlement = CASE f.kind WHEN 'release' THEN 'released' ELSE 'cancelled' END
          FROM fresh f
          JOIN redemption r ON r.id = f.redemption_id AND r.account_id = f.account_id
         WHERE f.kind IN ('release', 'cancel')
           AND p.redemption_id = f.redemption_id AND p.lot_id = f.lot_id
           AND p.amount = f.amount AND p.settlement IS NULL
           AND ((f.kind = 'cancel' AND r.state = 'fulfilled')
                OR (f.kind = 'release' AND r.state IN ('refused', 'timed_out', 'withdrawn')));
        GET DIAGNOSTICS done = ROW_COUNT;
        IF done <> expected THEN
            RAISE EXCEPTION 'a reserved part is settled once, whole, as its redemption ended'
                USING ERRCODE = 'TH013';
        END IF;
    END IF;

    -- expire: only past the last day; close: only on the holder's request; correct: only as confirmed
    IF EXISTS (SELECT FROM fresh f JOIN point_lot l ON l.id = f.lot_id
                WHERE f.kind = 'expire' AND f.day <= l.last_valid_on) THEN
        RAISE EXCEPTION 'a lot is valid to the end of its last day' USING ERRCODE = 'TH014';
    END IF;
    IF EXISTS (SELECT FROM fresh f LEFT JOIN account_closing c USING (account_id)
                WHERE f.kind = 'close' AND c.account_id IS NULL) THEN
        RAISE EXCEPTION 'only the holder closes an account' USING ERRCODE = 'TH015';
    END IF;
    SELECT count(*) INTO expected FROM fresh WHERE kind = 'correct';
    IF expected > 0 THEN
        SELECT count(*) INTO done
          FROM fresh f
          JOIN correction c ON c.id = f.correction_id AND c.account_id = f.account_id AND c.lot_id = f.lot_id
         WHERE f.kind = 'correct' AND c.state = 'executed' AND c.executed_amount = f.amount
           AND c.object_until <= f.at AND (c.objected_at IS NULL OR c.answer IS NOT NULL)
           AND NOT EXISTS (SELECT FROM point_entry e
                            WHERE e.account_id = f.account_id AND e.correction_id = c.id AND e.id <> f.id);
        IF done <> expected THEN
            RAISE EXCEPTION 'a correction needs two people, notice and time to object' USING ERRCODE = 'TH016';
        END IF;
    END IF;

    -- the lots and the balance follow the entries
    SELECT count(DISTINCT (lot_id, account_id)) INTO expected FROM fresh;
    UPDATE point_lot l
       SET issued = l.issued + m.issue,
           available = l.available + m.issue + m.release - m.reserve - m.expire - m.close - m.correct,
           reserved = l.reserved + m.reserve - m.release - m.cancel,
           cancelled = l.cancelled + m.cancel,
           expired = l.expired + m.expire,
           closed = l.closed + m.close,
           corrected = l.corrected + m.correct,
           is_open = l.available + m.issue + m.release - m.reserve - m.expire - m.close - m.correct > 0
      FROM (SELECT lot_id, account_id,
                   coalesce(sum(amount) FILTER (WHERE kind = 'issue'), 0) AS issue,
                   coalesce(sum(amount) FILTER (WHERE kind = 'reserve'), 0) AS reserve,
                   coalesce(sum(amount) FILTER (WHERE kind = 'release'), 0) AS release,
                   coalesce(sum(amount) FILTER (WHERE kind = 'cancel'), 0) AS cancel,
                   coalesce(sum(amount) FILTER (WHERE kind = 'expire'), 0) AS expire,
                   coalesce(sum(amount) FILTER (WHERE kind = 'close'), 0) AS close,
                   coalesce(sum(amount) FILTER (WHERE kind = 'correct'), 0) AS correct
              FROM fresh GROUP BY lot_id, account_id) m
     WHERE l.id = m.lot_id AND l.account_id = m.account_id;
    GET DIAGNOSTICS done = ROW_COUNT;
    IF done <> expected THEN
        RAISE EXCEPTION 'an entry names a lot of its own account' USING ERRCODE = 'TH017';
    END IF;
    SELECT count(DISTINCT account_id) INTO expected FROM fresh;
    UPDATE account_balance b
       SET issued = b.issued + m.issue,
           available = b.available + m.issue + m.release - m.reserve - m.expire - m.close - m.correct,
           reserved = b.reserved + m.reserve - m.release - m.cancel,
           cancelled = b.cancelled + m.cancel,
           expired = b.expired + m.expire,
           closed = b.closed + m.close,
           corrected = b.corrected + m.correct,
           reduction_g = b.reduction_g + m.grams,
           last_seq = m.last_seq,
           head = m.head
      FROM (SELECT account_id,
                   coalesce(sum(amount) FILTER (WHERE kind = 'issue'), 0) AS issue,
                   coalesce(sum(amount) FILTER (WHERE kind = 'reserve'), 0) AS reserve,
                   coalesce(sum(amount) FILTER (WHERE kind = 'release'), 0) AS release,
                   coalesce(sum(amount) FILTER (WHERE kind = 'cancel'), 0) AS cancel,
                   coalesce(sum(amount) FILTER (WHERE kind = 'expire'), 0) AS expire,
                   coalesce(sum(amount) FILTER (WHERE kind = 'close'), 0) AS close,
                   coalesce(sum(amount) FILTER (WHERE kind = 'correct'), 0) AS correct,
                   coalesce(sum(reduction_g), 0) AS grams,
                   max(acct_seq) AS last_seq,
                   (array_agg(commitment ORDER BY acct_seq DESC))[1] AS head
              FROM fresh GROUP BY account_id) m
     WHERE b.account_id = m.account_id;
    GET DIAGNOSTICS done = ROW_COUNT;
    IF done <> expected OR EXISTS (
        SELECT FROM fresh f JOIN account_balance b USING (account_id)
         WHERE f.acct_seq = b.last_seq AND f.balance_after <> b.available) THEN
        RAISE EXCEPTION 'an entry carries the balance that it leaves' USING ERRCODE = 'TH018';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER apply_entries AFTER INSERT ON point_entry
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION apply_entries();
"""

REDEMPTIONS = """
CREATE FUNCTION check_redemption_step() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'reserved' OR NEW.state = 'reserved'
       OR (NEW.account_id, NEW.offer_id, NEW.merchant_id, NEW.key, NEW.price, NEW.code, NEW.created_at,
           NEW.reserved_until)
          IS DISTINCT FROM
          (OLD.account_id, OLD.offer_id, OLD.merchant_id, OLD.key, OLD.price, OLD.code, OLD.created_at,
           OLD.reserved_until) THEN
        RAISE EXCEPTION 'a redemption is settled once' USING ERRCODE = 'TH020';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_redemption_step BEFORE UPDATE ON redemption
    FOR EACH ROW EXECUTE FUNCTION check_redemption_step();

CREATE FUNCTION check_redemption_parts() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    present redemption;
    open_sum bigint;
    released_sum bigint;
    cancelled_sum bigint;
BEGIN
    SELECT * INTO present FROM redemption WHERE id = NEW.id;
    SELECT coalesce(sum(amount) FILTER (WHERE settlement IS NULL), 0),
           coalesce(sum(amount) FILTER (WHERE settlement = 'released'), 0),
           coalesce(sum(amount) FILTER (WHERE settlement = 'cancelled'), 0)
      INTO open_sum, released_sum, cancelled_sum
      FROM redemption_part WHERE redemption_id = NEW.id;
    IF (open_sum, released_sum, cancelled_sum) IS DISTINCT FROM (
        CASE WHEN present.state = 'reserved' THEN present.price ELSE 0 END,
        CASE WHEN present.state IN ('refused', 'timed_out', 'withdrawn') THEN present.price ELSE 0 END,
        CASE WHEN present.state = 'fulfilled' THEN present.price ELSE 0 END) THEN
        RAISE EXCEPTION 'a redemption is backed by its price in points, exactly' USING ERRCODE = 'TH021';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER check_redemption_parts AFTER INSERT OR UPDATE ON redemption
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_redemption_parts();
"""

CORRECTIONS = """
CREATE FUNCTION check_correction_step() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.state, NEW.state) NOT IN (
        ('proposed', 'confirmed'), ('proposed', 'withdrawn'), ('confirmed', 'objected'),
        ('confirmed', 'executed'), ('confirmed', 'withdrawn'), ('objected', 'executed'),
        ('objected', 'withdrawn'))
       OR (NEW.account_id, NEW.lot_id, NEW.behaviour_id, NEW.behaviour_day, NEW.amount, NEW.rule_clause,
           NEW.evidence_id, NEW.proposed_by, NEW.proposed_at)
          IS DISTINCT FROM
          (OLD.account_id, OLD.lot_id, OLD.behaviour_id, OLD.behaviour_day, OLD.amount, OLD.rule_clause,
           OLD.evidence_id, OLD.proposed_by, OLD.proposed_at)
       OR (OLD.noticed_at IS NOT NULL AND (NEW.noticed_at, NEW.object_until, NEW.confirmed_by)
           IS DISTINCT FROM (OLD.noticed_at, OLD.object_until, OLD.confirmed_by))
       OR (NEW.state = 'confirmed' AND NOT honest_time(NEW.noticed_at)) THEN
        RAISE EXCEPTION 'a correction goes its way step by step' USING ERRCODE = 'TH022';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_correction_step BEFORE UPDATE ON correction
    FOR EACH ROW EXECUTE FUNCTION check_correction_step();
CREATE FUNCTION check_new_correction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> 'proposed' OR NEW.confirmed_by IS NOT NULL THEN
        RAISE EXCEPTION 'a correction begins as a proposal' USING ERRCODE = 'TH023';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_new_correction BEFORE INSERT ON correction
    FOR EACH ROW EXECUTE FUNCTION check_new_correction();
CREATE FUNCTION check_new_redemption() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> 'reserved' THEN
        RAISE EXCEPTION 'a redemption begins as a reservation' USING ERRCODE = 'TH024';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_new_redemption BEFORE INSERT ON redemption
    FOR EACH ROW EXECUTE FUNCTION check_new_redemption();
"""

FUNCTIONS = (
    "check_new_redemption()",
    "check_new_correction()",
    "check_correction_step()",
    "check_redemption_parts()",
    "check_redemption_step()",
    "apply_entries()",
    "check_account()",
    "open_balance()",
    "check_authorisation()",
    "check_behaviours()",
    "last_valid_day(date, bigint)",
    "honest_time(timestamptz)",
    "refuse_change()",
    "make_month_partitions(date, date)",
)


def upgrade() -> None:
    """Make the months, the functions and the triggers."""
    op.execute(MONTHS)
    op.execute(APPEND_ONLY)
    for table in APPEND_ONLY_TABLES:
        op.execute(
            f"CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    for part in (CLOCK, LAST_DAY, BEHAVIOURS, ACCOUNTS, ENTRIES, REDEMPTIONS, CORRECTIONS):
        op.execute(part)


def downgrade() -> None:
    """Remove the triggers with their functions, then the months."""
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION {function} CASCADE")
    op.execute("DELETE FROM installation")
    op.execute("""
        DO $$ DECLARE child regclass; BEGIN
            FOR child IN SELECT inhrelid FROM pg_inherits
                WHERE inhparent IN ('behaviour'::regclass, 'intake_outcome'::regclass,
                                    'point_entry'::regclass)
            LOOP EXECUTE format('DROP TABLE %s', child); END LOOP;
        END $$;
    """)
