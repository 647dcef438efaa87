"""What the database keeps by itself: months, append-only tables, authorised behaviours."""

from alembic import op

revision = "0006"
down_revision = "0005"

MONTHS = """
CREATE FUNCTION refuse_side_door() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- the triggers of the whole table do not see what is done to one month of it
    RAISE EXCEPTION '% is written through the whole table alone', TG_TABLE_NAME USING ERRCODE = 'TH019';
END $$;

CREATE FUNCTION guard_month(child text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER refuse_side_door BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON %I'
                   ' FOR EACH STATEMENT EXECUTE FUNCTION refuse_side_door()', child);
END $$;
REVOKE EXECUTE ON FUNCTION guard_month(text) FROM PUBLIC;

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
                PERFORM guard_month(child);
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
SELECT guard_month(parent || '_p2_rest')
  FROM unnest(ARRAY['behaviour', 'intake_outcome', 'point_entry']) AS parent;
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

FUNCTIONS = (
    "check_authorisation()",
    "check_behaviours()",
    "last_valid_day(date, bigint)",
    "honest_time(timestamptz)",
    "refuse_change()",
    "make_month_partitions(date, date)",
    "guard_month(text)",
    "refuse_side_door()",
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
    for part in (CLOCK, LAST_DAY, BEHAVIOURS):
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
