"""What the database keeps of the mall and of corrections: stock, price, time, two people."""

from alembic import op

revision = "0022"
down_revision = "0021"

REDEMPTIONS = """
CREATE OR REPLACE FUNCTION check_new_redemption() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    most bigint;
BEGIN
    IF NEW.state <> 'reserved' OR NOT honest_time(NEW.created_at) THEN
        RAISE EXCEPTION 'a redemption begins as a reservation' USING ERRCODE = 'TH024';
    END IF;
    -- one item leaves the stock, at the price and of the merchant that the redemption names
    UPDATE offer o SET stock_taken = o.stock_taken + 1
     WHERE o.id = NEW.offer_id AND o.merchant_id = NEW.merchant_id AND o.price = NEW.price
       AND o.state = 'on_shelf' AND o.stock_taken < o.stock
       AND (NEW.created_at AT TIME ZONE 'Asia/Shanghai')::date BETWEEN o.valid_from AND o.valid_until
       AND NEW.reserved_until <= NEW.created_at + make_interval(days => o.use_days::int)
       AND EXISTS (SELECT FROM merchant m WHERE m.id = o.merchant_id AND m.state = 'admitted')
    RETURNING o.per_person INTO most;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the offer cannot be had in this way' USING ERRCODE = 'TH029';
    END IF;
    -- counted after the offer is locked, so that two at once cannot both be the last allowed
    IF (SELECT count(*) FROM redemption r
         WHERE r.offer_id = NEW.offer_id AND r.account_id = NEW.account_id
           AND r.state IN ('reserved', 'fulfilled')) >= most THEN
        RAISE EXCEPTION 'the limit per person is reached' USING ERRCODE = 'TH030';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS check_new_redemption ON redemption;
CREATE TRIGGER check_new_redemption BEFORE INSERT ON redemption
    FOR EACH ROW EXECUTE FUNCTION check_new_redemption();

CREATE OR REPLACE FUNCTION check_redemption_step() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF OLD.state <> 'reserved' OR NEW.state = 'reserved'
       OR (NEW.account_id, NEW.offer_id, NEW.merchant_id, NEW.key, NEW.price, NEW.code, NEW.created_at,
           NEW.reserved_until)
          IS DISTINCT FROM
          (OLD.account_id, OLD.offer_id, OLD.merchant_id, OLD.key, OLD.price, OLD.code, OLD.created_at,
           OLD.reserved_until) THEN
        RAISE EXCEPTION 'a redemption is settled once' USING ERRCODE = 'TH020';
    END IF;
    IF NOT honest_time(NEW.settled_at) OR NEW.settled_by IS NULL
       OR (NEW.state = 'timed_out') <> (NEW.settled_at >= NEW.reserved_until)
       OR (NEW.state = 'refused' AND coalesce(trim(NEW.reason), '') = '') THEN
        RAISE EXCEPTION 'a redemption is settled in its time, and refused with a reason'
            USING ERRCODE = 'TH031';
    END IF;
    IF NEW.state <> 'fulfilled' THEN
        UPDATE offer o SET stock_taken = o.stock_taken - 1 WHERE o.id = NEW.offer_id;
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS check_redemption_step ON redemption;
CREATE TRIGGER check_redemption_step BEFORE UPDATE ON redemption
    FOR EACH ROW EXECUTE FUNCTION check_redemption_step();

CREATE OR REPLACE FUNCTION check_redemption_parts() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    number bigint := to_jsonb(NEW) ->> CASE TG_TABLE_NAME WHEN 'redemption' THEN 'id' ELSE 'redemption_id' END;
    present redemption;
    open_sum bigint;
    released_sum bigint;
    cancelled_sum bigint;
BEGIN
    SELECT * INTO present FROM redemption WHERE id = number;
    SELECT coalesce(sum(amount) FILTER (WHERE settlement IS NULL), 0),
           coalesce(sum(amount) FILTER (WHERE settlement = 'released'), 0),
           coalesce(sum(amount) FILTER (WHERE settlement = 'cancelled'), 0)
      INTO open_sum, released_sum, cancelled_sum
      FROM redemption_part WHERE redemption_id = number;
    IF (open_sum, released_sum, cancelled_sum) IS DISTINCT FROM (
        CASE WHEN present.state = 'reserved' THEN present.price ELSE 0 END,
        CASE WHEN present.state IN ('refused', 'timed_out', 'withdrawn') THEN present.price ELSE 0 END,
        CASE WHEN present.state = 'fulfilled' THEN present.price ELSE 0 END) THEN
        RAISE EXCEPTION 'a redemption is backed by its price in points, exactly' USING ERRCODE = 'TH021';
    END IF;
    RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS check_redemption_parts ON redemption;
CREATE CONSTRAINT TRIGGER check_redemption_parts AFTER INSERT OR UPDATE ON redemption
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_redemption_parts();
-- also when a part is added later: nothing may be reserved beyond the price
CREATE CONSTRAINT TRIGGER check_redemption_parts AFTER INSERT ON redemption_part
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_redemption_parts();

CREATE FUNCTION count_stock() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() < 2
       AND NEW.stock_taken <> (CASE TG_OP WHEN 'UPDATE' THEN OLD.stock_taken ELSE 0 END) THEN
        RAISE EXCEPTION 'what is taken from a stock follows the redemptions' USING ERRCODE = 'TH032';
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.merchant_id <> OLD.merchant_id THEN
        RAISE EXCEPTION 'an offer stays with its merchant' USING ERRCODE = 'TH032';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER count_stock BEFORE INSERT OR UPDATE ON offer
    FOR EACH ROW EXECUTE FUNCTION count_stock();
"""

CORRECTIONS = """
CREATE OR REPLACE FUNCTION check_correction_step() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.state, NEW.state) NOT IN (
        ('proposed', 'confirmed'), ('proposed', 'withdrawn'), ('confirmed', 'objected'),
        ('confirmed', 'executed'), ('confirmed', 'withdrawn'), ('objected', 'answered'),
        ('objected', 'withdrawn'), ('answered', 'executed'), ('answered', 'withdrawn'))
       OR (NEW.account_id, NEW.lot_id, NEW.behaviour_id, NEW.behaviour_day, NEW.amount, NEW.rule_clause,
           NEW.reason, NEW.evidence_id, NEW.proposed_by, NEW.proposed_at)
          IS DISTINCT FROM
          (OLD.account_id, OLD.lot_id, OLD.behaviour_id, OLD.behaviour_day, OLD.amount, OLD.rule_clause,
           OLD.reason, OLD.evidence_id, OLD.proposed_by, OLD.proposed_at)
       OR (OLD.noticed_at IS NOT NULL AND (NEW.noticed_at, NEW.object_until, NEW.confirmed_by)
           IS DISTINCT FROM (OLD.noticed_at, OLD.object_until, OLD.confirmed_by))
       OR (OLD.objected_at IS NOT NULL
           AND (NEW.objection, NEW.objected_at) IS DISTINCT FROM (OLD.objection, OLD.objected_at))
       OR (OLD.answer IS NOT NULL
           AND (NEW.answer, NEW.answered_by) IS DISTINCT FROM (OLD.answer, OLD.answered_by))
       OR (NEW.state = 'confirmed' AND NOT honest_time(NEW.noticed_at))
       OR (NEW.state = 'objected'
           AND (NEW.objection IS NOT NULL AND NEW.objected_at < OLD.object_until) IS NOT TRUE)
       OR (NEW.state = 'answered' AND (NEW.answer IS NULL OR NEW.answered_by IS NULL))
       OR (NEW.state = 'executed' AND (NEW.executed_at >= NEW.object_until) IS NOT TRUE) THEN
        RAISE EXCEPTION 'a correction goes its way step by step' USING ERRCODE = 'TH022';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS check_correction_step ON correction;
CREATE TRIGGER check_correction_step BEFORE UPDATE ON correction
    FOR EACH ROW EXECUTE FUNCTION check_correction_step();

CREATE OR REPLACE FUNCTION check_new_correction() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.state <> 'proposed' OR NEW.confirmed_by IS NOT NULL OR NOT EXISTS (
        SELECT FROM point_lot l
          JOIN point_entry e ON e.account_id = l.account_id AND e.day = l.issued_on
         WHERE l.id = NEW.lot_id AND l.account_id = NEW.account_id AND e.kind = 'issue'
           AND e.behaviour_id = NEW.behaviour_id AND e.behaviour_day = NEW.behaviour_day
           AND e.lot_id = l.id AND NEW.amount <= e.amount) THEN
        RAISE EXCEPTION 'a correction begins as a proposal about points of one behaviour'
            USING ERRCODE = 'TH023';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS check_new_correction ON correction;
CREATE TRIGGER check_new_correction BEFORE INSERT ON correction
    FOR EACH ROW EXECUTE FUNCTION check_new_correction();
"""

FUNCTIONS = (
    "check_new_correction()",
    "check_correction_step()",
    "count_stock()",
    "check_redemption_parts()",
    "check_redemption_step()",
    "check_new_redemption()",
)


def upgrade() -> None:
    """Make the functions and their triggers."""
    op.execute(REDEMPTIONS)
    op.execute(CORRECTIONS)
    op.execute(
        "REVOKE EXECUTE ON FUNCTION check_redemption_parts(), check_redemption_step(),"
        " check_new_redemption(), check_new_correction() FROM PUBLIC"
    )


def downgrade() -> None:
    """Remove the triggers with their functions."""
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION {function} CASCADE")
