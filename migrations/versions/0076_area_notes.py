"""Notes of a district's bureau on what lies in its own area, and on nothing else."""

from alembic import op

revision = "0076"
down_revision = "0075"

NOTES = """
CREATE TABLE area_note (
    id BIGINT GENERATED ALWAYS AS IDENTITY NOT NULL,
    area_code TEXT NOT NULL,
    scenario_id BIGINT,
    project_id BIGINT,
    organisation_id BIGINT NOT NULL,
    text TEXT NOT NULL,
    written_by TEXT NOT NULL,
    written_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT area_note_pkey PRIMARY KEY (id),
    CONSTRAINT area_note_one_subject CHECK (num_nonnulls(scenario_id, project_id) = 1),
    CONSTRAINT area_note_says_something CHECK (length(text) between 1 and 2000),
    CONSTRAINT area_note_area_code_fkey FOREIGN KEY(area_code) REFERENCES district (code),
    CONSTRAINT area_note_scenario_id_fkey FOREIGN KEY(scenario_id) REFERENCES scenario (id),
    CONSTRAINT area_note_project_id_fkey FOREIGN KEY(project_id) REFERENCES registry_project (id),
    CONSTRAINT area_note_organisation_id_fkey FOREIGN KEY(organisation_id) REFERENCES organisation (id)
);
CREATE INDEX area_note_scenario_id_ix ON area_note (scenario_id);
CREATE INDEX area_note_project_id_ix ON area_note (project_id);
CREATE INDEX area_note_area_code_id_ix ON area_note (area_code, id);

CREATE FUNCTION check_area_note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM organisation o WHERE o.id = NEW.organisation_id
                     AND o.authority = 'district_bureau' AND o.area_code = NEW.area_code)
       OR NEW.area_code IS DISTINCT FROM coalesce(
            (SELECT s.area_code FROM scenario s WHERE s.id = NEW.scenario_id),
            (SELECT p.area_code FROM registry_project p WHERE p.id = NEW.project_id)) THEN
        RAISE EXCEPTION 'a district notes only what lies in its own area' USING ERRCODE = 'TH084';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_area_note BEFORE INSERT ON area_note
    FOR EACH ROW EXECUTE FUNCTION check_area_note();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON area_note
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
GRANT SELECT ON area_note TO tht_app, tht_read, tht_audit;
GRANT INSERT ON area_note TO tht_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO tht_app;
"""


def upgrade() -> None:
    """Make them."""
    op.execute(NOTES)


def downgrade() -> None:
    """Remove them."""
    op.execute("DROP TABLE area_note")
    op.execute("DROP FUNCTION check_area_note()")
