"""An operator's appointment can be ended early; it is only shortened, and not into the past."""

from alembic import op

revision = "0077"
down_revision = "0076"

CHECK = """
DROP TRIGGER refuse_change ON operator_appointment;
CREATE TRIGGER refuse_change BEFORE DELETE OR TRUNCATE ON operator_appointment
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE FUNCTION check_appointment_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(NEW) - 'ends_on' <> to_jsonb(OLD) - 'ends_on' THEN
        RAISE EXCEPTION 'of an appointment only the last day changes' USING ERRCODE = 'TH002';
    END IF;
    -- what the operator did on a day that is over keeps its ground
    IF NEW.ends_on >= OLD.ends_on
       OR ((SELECT i.clock FROM installation i) = 'real' AND NEW.ends_on < china_day(clock_timestamp())) THEN
        RAISE EXCEPTION 'an appointment is only shortened, and not into the past' USING ERRCODE = 'TH085';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_appointment_end BEFORE UPDATE ON operator_appointment
    FOR EACH ROW EXECUTE FUNCTION check_appointment_end();
GRANT UPDATE (ends_on) ON operator_appointment TO tht_app;
"""


def upgrade() -> None:
    """Make them."""
    op.execute(CHECK)


def downgrade() -> None:
    """Refuse every change again; what was shortened stays so."""
    op.execute("REVOKE UPDATE (ends_on) ON operator_appointment FROM tht_app")
    op.execute("DROP FUNCTION check_appointment_end() CASCADE")
    op.execute("DROP TRIGGER refuse_change ON operator_appointment")
    op.execute(
        "CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON operator_appointment"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
