"""What the agency answered where a project resembles another; a cancelled project never comes back."""

from alembic import op

revision = "0081"
down_revision = "0080"

TABLE = """
CREATE TABLE likeness_answer (
    project_id BIGINT NOT NULL,
    other_id BIGINT NOT NULL,
    signs JSONB NOT NULL,
    answer TEXT NOT NULL,
    answered_by TEXT NOT NULL,
    answered_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT likeness_answer_pkey PRIMARY KEY (project_id, other_id),
    CONSTRAINT likeness_answer_another CHECK (project_id <> other_id),
    CONSTRAINT likeness_answer_says_something CHECK (length(btrim(answer)) > 0),
    CONSTRAINT likeness_answer_project_id_fkey FOREIGN KEY(project_id) REFERENCES registry_project (id),
    CONSTRAINT likeness_answer_other_id_fkey FOREIGN KEY(other_id) REFERENCES registry_project (id)
);
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON likeness_answer
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE FUNCTION never_again() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.project_id IS NOT NULL AND NEW.act IN ('upload', 'register') AND EXISTS (
        SELECT FROM registry_project p, registry_project gone
         WHERE p.id = NEW.project_id AND gone.state = 'cancelled' AND gone.id <> p.id
           AND (EXISTS (SELECT FROM jsonb_array_elements_text(p.equipment) mine,
                                    jsonb_array_elements_text(gone.equipment) theirs
                         WHERE lower(btrim(mine)) = lower(btrim(theirs)) AND btrim(mine) <> '')
                OR (p.latitude_e6, p.longitude_e6) = (gone.latitude_e6, gone.longitude_e6))) THEN
        RAISE EXCEPTION 'a cancelled project is never registered again' USING ERRCODE = 'TH330';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER never_again BEFORE INSERT ON case_step FOR EACH ROW EXECUTE FUNCTION never_again();
REVOKE EXECUTE ON FUNCTION never_again() FROM PUBLIC;

GRANT SELECT ON likeness_answer TO tht_app, tht_read, tht_audit;
GRANT INSERT ON likeness_answer TO tht_app;
"""


def upgrade() -> None:
    """Make the table and the guard."""
    op.execute(TABLE)


def downgrade() -> None:
    """Remove them."""
    op.execute("DROP FUNCTION never_again() CASCADE")
    op.execute("DROP TABLE likeness_answer")
