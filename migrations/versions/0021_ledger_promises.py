"""What the database keeps of the ledger: lots and balances move by entries alone, entries by ground alone."""

from alembic import op

revision = "0021"
down_revision = "0020"

BY_HAND = """
CREATE FUNCTION refuse_by_hand() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- depth 1 is a statement of somebody's own; a trigger of ours comes at depth 2
    IF pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION '% follows the entries and is not written by hand', TG_TABLE_NAME
            USING ERRCODE = 'TH025';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER refuse_by_hand BEFORE UPDATE OR DELETE OR TRUNCATE ON point_lot
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_by_hand();
CREATE TRIGGER refuse_by_hand BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON account_balance
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_by_hand();
CREATE TRIGGER refuse_by_hand BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON redemption_part
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_by_hand();
CREATE TRIGGER refuse_by_hand BEFORE INSERT ON behaviour_issue
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_by_hand();

CREATE FUNCTION lots_begin_empty() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM fresh WHERE issued <> 0) THEN
        RAISE EXCEPTION 'a lot begins empty' USING ERRCODE = 'TH026';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER lots_begin_empty AFTER INSERT ON point_lot
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION lots_begin_empty();
"""

ACCOUNTS = """
CREATE OR REPLACE FUNCTION open_balance() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO account_balance (account_id) VALUES (NEW.id);
    RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS open_balance ON carbon_account;
CREATE TRIGGER open_balance AFTER INSERT ON carbon_account
    FOR EACH ROW EXECUTE FUNCTION open_balance();

CREATE OR REPLACE FUNCTION check_account() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF OLD.state = 'closed' THEN
        RAISE EXCEPTION 'a closed account stays closed' USING ERRCODE = 'TH006';
    END IF;
    IF (NEW.number, NEW.person_id, NEW.organisation_id, NEW.pseudonym)
       IS DISTINCT FROM (OLD.number, OLD.person_id, OLD.organisation_id, OLD.pseudonym) THEN
        RAISE EXCEPTION 'the holder of an account does not change' USING ERRCODE = 'TH007';
    END IF;
    IF OLD.state <> NEW.state AND (OLD.state, NEW.state) NOT IN (
        ('applied', 'active'), ('active', 'restricted'), ('restricted', 'active'), ('active', 'frozen'),
        ('restricted', 'frozen'), ('frozen', 'active'), ('applied', 'closed'), ('active', 'closed'),
        ('restricted', 'closed')) THEN
        RAISE EXCEPTION 'an account goes its way step by step' USING ERRCODE = 'TH027';
    END IF;
    IF NEW.state = 'closed' THEN
        IF EXISTS (SELECT FROM account_balance b
                    WHERE b.account_id = NEW.id AND (b.available > 0 OR b.reserved > 0)) THEN
            RAISE EXCEPTION 'an account closes empty' USING ERRCODE = 'TH008';
        END IF;
        IF NOT EXISTS (SELECT FROM account_closing c WHERE c.account_id = NEW.id) THEN
            RAISE EXCEPTION 'only the holder closes an account' USING ERRCODE = 'TH015';
        END IF;
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS check_account ON carbon_account;
CREATE TRIGGER check_account BEFORE UPDATE ON carbon_account
    FOR EACH ROW EXECUTE FUNCTION check_account();

CREATE FUNCTION check_closing() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    -- the request is the holder's own, of this moment, and the account is closed with it
    IF NOT EXISTS (
        SELECT FROM carbon_account a
         WHERE a.id = NEW.account_id AND a.state = 'closed' AND a.closed_at = NEW.confirmed_at
           AND (a.person_id IS NULL OR NEW.requested_by = 'citizen:' || a.person_id)
           AND honest_time(NEW.confirmed_at)) THEN
        RAISE EXCEPTION 'only the holder closes an account' USING ERRCODE = 'TH015';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER check_closing AFTER INSERT ON account_closing
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_closing();

CREATE FUNCTION check_rule() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT honest_time(NEW.published_at) THEN
        RAISE EXCEPTION 'a rule carries the time at which it is published' USING ERRCODE = 'TH028';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_rule BEFORE INSERT ON conversion_rule
    FOR EACH ROW EXECUTE FUNCTION check_rule();
"""

ENTRIES = """
CREATE OR REPLACE FUNCTION apply_entries() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
-- the plans are kept for the life of a connection and serve one entry as well as fifty thousand:
-- from the entries, by index, whatever the tables hold
SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off SET jit = off
AS $$
DECLARE
    times record;
    kinds record;
    expected bigint;
    done bigint;
BEGIN
    SELECT min(at) AS first, max(at) AS last INTO times FROM fresh;
    IF times.first IS NULL THEN
        RETURN NULL;
    END IF;
    SELECT count(*) FILTER (WHERE kind = 'issue') AS issue,
           count(*) FILTER (WHERE kind = 'reserve') AS reserve,
           count(*) FILTER (WHERE kind IN ('release', 'cancel')) AS settle,
           count(*) FILTER (WHERE kind = 'expire') AS expire,
           count(*) FILTER (WHERE kind = 'close') AS close,
           count(*) FILTER (WHERE kind = 'correct') AS correct
      INTO kinds FROM fresh;

    -- the chain goes on without a gap, each entry carries the balance it leaves, the account is open
    IF NOT (honest_time(times.first) AND honest_time(times.last)) OR EXISTS (
        SELECT FROM (
            SELECT f.account_id, f.acct_seq, f.prev_commitment, f.balance_after,
                   row_number() OVER w AS place,
                   lag(f.commitment) OVER w AS earlier,
                   sum(CASE WHEN f.kind IN ('issue', 'release') THEN f.amount
                            WHEN f.kind = 'cancel' THEN 0 ELSE -f.amount END) OVER w AS moved
              FROM fresh f
            WINDOW w AS (PARTITION BY f.account_id ORDER BY f.acct_seq
                         ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
        ) c
        LEFT JOIN account_balance b ON b.account_id = c.account_id
        LEFT JOIN carbon_account a ON a.id = c.account_id
        LEFT JOIN entry_salt s ON s.account_id = c.account_id AND s.acct_seq = c.acct_seq
        WHERE (c.acct_seq = b.last_seq + c.place
               AND c.prev_commitment = coalesce(c.earlier, b.head)
               AND c.balance_after = b.available + c.moved
               AND a.state IN ('active', 'restricted', 'frozen')
               AND a.person_id IS NOT NULL
               AND s.account_id IS NOT NULL) IS NOT TRUE
    ) THEN
        RAISE EXCEPTION 'the entry does not continue the chain of an open account' USING ERRCODE = 'TH010';
    END IF;

    -- issue: from one behaviour, its grams, the rule of the day, once
    IF kinds.issue > 0 THEN
        IF EXISTS (
            SELECT FROM (SELECT DISTINCT f.day, f.rule_id FROM fresh f WHERE f.kind = 'issue') d
             WHERE d.rule_id IS DISTINCT FROM (SELECT r.id FROM conversion_rule r WHERE r.valid_from <= d.day
                                                ORDER BY r.valid_from DESC LIMIT 1)
        ) OR EXISTS (
            SELECT FROM fresh f
              LEFT JOIN behaviour b
                     ON b.account_id = f.account_id AND b.day = f.behaviour_day AND b.id = f.behaviour_id
              LEFT JOIN scenario s ON s.id = b.scenario_id
              LEFT JOIN conversion_rule r ON r.id = f.rule_id
              LEFT JOIN point_lot l ON l.id = f.lot_id
             WHERE f.kind = 'issue'
               AND (NOT s.sandbox
                    AND f.reduction_g = b.reduction_g
                    AND f.method_version_id = b.method_version_id
                    AND f.amount = b.reduction_g * 100 / r.grams_per_point
                    AND l.issued_on = f.day
                    AND l.last_valid_on = last_valid_day(f.day, r.validity_months)) IS NOT TRUE
        ) THEN
            RAISE EXCEPTION 'points come only from a behaviour by the rule in force' USING ERRCODE = 'TH011';
        END IF;
        INSERT INTO behaviour_issue (behaviour_id, account_id, entry_day)
        SELECT f.behaviour_id, f.account_id, f.day FROM fresh f WHERE f.kind = 'issue';
    END IF;

    -- reserve: for the holder's own redemption, from lots still valid, never past the five years
    IF kinds.reserve > 0 THEN
        INSERT INTO redemption_part (redemption_id, lot_id, amount)
        SELECT f.redemption_id, f.lot_id, f.amount
          FROM fresh f
          JOIN carbon_account a ON a.id = f.account_id AND a.state IN ('active', 'restricted')
          JOIN redemption r ON r.id = f.redemption_id AND r.account_id = f.account_id AND r.state = 'reserved'
          JOIN point_lot l ON l.id = f.lot_id AND l.account_id = f.account_id AND l.last_valid_on >= f.day
           AND r.reserved_until
               <= (last_valid_day(l.issued_on, 60) + 1)::timestamp AT TIME ZONE 'Asia/Shanghai'
         WHERE f.kind = 'reserve';
        GET DIAGNOSTICS done = ROW_COUNT;
        IF done <> kinds.reserve THEN
            RAISE EXCEPTION 'points are reserved from valid lots for the holder''s redemption'
                USING ERRCODE = 'TH012';
        END IF;
    END IF;

    -- release and cancel: to and from the very lots, each part once, whole
    IF kinds.settle > 0 THEN
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
        IF done <> kinds.settle THEN
            RAISE EXCEPTION 'a reserved part is settled once, whole, as its redemption ended'
                USING ERRCODE = 'TH013';
        END IF;
    END IF;

    -- expire: only past the last day; close: only on the holder's request; correct: only as confirmed
    IF kinds.expire > 0 AND EXISTS (
        SELECT FROM fresh f LEFT JOIN point_lot l ON l.id = f.lot_id
         WHERE f.kind = 'expire' AND (f.day > l.last_valid_on) IS NOT TRUE) THEN
        RAISE EXCEPTION 'a lot is valid to the end of its last day' USING ERRCODE = 'TH014';
    END IF;
    IF kinds.close > 0 AND EXISTS (
        SELECT FROM fresh f LEFT JOIN account_closing c ON c.account_id = f.account_id
         WHERE f.kind = 'close' AND c.account_id IS NULL) THEN
        RAISE EXCEPTION 'only the holder closes an account' USING ERRCODE = 'TH015';
    END IF;
    IF kinds.correct > 0 THEN
        SELECT count(*) INTO done
          FROM fresh f
          JOIN correction c ON c.id = f.correction_id AND c.account_id = f.account_id AND c.lot_id = f.lot_id
         WHERE f.kind = 'correct' AND c.state = 'executed' AND c.executed_amount = f.amount
           AND c.object_until <= f.at
           AND NOT EXISTS (SELECT FROM point_entry e
                            WHERE e.account_id = f.account_id AND e.correction_id = c.id AND e.id <> f.id);
        IF done <> kinds.correct THEN
            RAISE EXCEPTION 'a correction needs two people, notice and time to object'
                USING ERRCODE = 'TH016';
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
                   min(acct_seq) AS first_seq,
                   max(acct_seq) AS last_seq,
                   (array_agg(commitment ORDER BY acct_seq DESC))[1] AS head
              FROM fresh GROUP BY account_id) m
     -- the sequence again: another writer may have come between the look and this change
     WHERE b.account_id = m.account_id AND b.last_seq + 1 = m.first_seq;
    GET DIAGNOSTICS done = ROW_COUNT;
    IF done <> expected THEN
        RAISE EXCEPTION 'the entry does not continue the chain of an open account' USING ERRCODE = 'TH010';
    END IF;
    RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS apply_entries ON point_entry;
CREATE TRIGGER apply_entries AFTER INSERT ON point_entry
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION apply_entries();
"""

FUNCTIONS = (
    "apply_entries()",
    "check_rule()",
    "check_closing()",
    "check_account()",
    "open_balance()",
    "lots_begin_empty()",
    "refuse_by_hand()",
)


def upgrade() -> None:
    """Make the functions and their triggers."""
    for part in (BY_HAND, ACCOUNTS, ENTRIES):
        op.execute(part)
    op.execute(
        "REVOKE EXECUTE ON FUNCTION apply_entries(), check_account(), check_closing(), open_balance()"
        " FROM PUBLIC"
    )


def downgrade() -> None:
    """Remove the triggers with their functions."""
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION {function} CASCADE")
