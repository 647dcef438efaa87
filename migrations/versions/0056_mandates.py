"""Mandates: who keeps the registry, and who runs the exchange, on each day."""

from alembic import op

revision = "0056"
down_revision = "0055"

MANDATES = """
CREATE TABLE mandate (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    organisation_id BIGINT NOT NULL,
    institution TEXT NOT NULL,
    ground TEXT NOT NULL,
    starts_on DATE NOT NULL,
    ends_on DATE NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT mandate_pkey PRIMARY KEY (id),
    CONSTRAINT mandate_ends_after_start CHECK (ends_on >= starts_on),
    CONSTRAINT mandate_known_institution CHECK (institution in ('agency', 'exchange')),
    CONSTRAINT mandate_one_agency_at_a_time EXCLUDE USING gist (daterange(starts_on, ends_on, '[]') WITH &&) WHERE (institution = 'agency'),
    CONSTRAINT mandate_one_exchange_at_a_time EXCLUDE USING gist (daterange(starts_on, ends_on, '[]') WITH &&) WHERE (institution = 'exchange'),
    CONSTRAINT mandate_organisation_id_fkey FOREIGN KEY(organisation_id) REFERENCES organisation (id)
);

CREATE FUNCTION check_mandate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- what was done under a mandate on a day that is over keeps its ground
    IF NEW.ends_on > OLD.ends_on
       OR ((SELECT i.clock FROM installation i) = 'real' AND NEW.ends_on < china_day(clock_timestamp())) THEN
        RAISE EXCEPTION 'a mandate is only shortened, and not into the past' USING ERRCODE = 'TH300';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_mandate BEFORE UPDATE ON mandate FOR EACH ROW EXECUTE FUNCTION check_mandate();

GRANT SELECT ON mandate TO tht_app, tht_read, tht_audit;
GRANT INSERT, UPDATE (ends_on) ON mandate TO tht_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO tht_app;
"""


def upgrade() -> None:
    """Make the table, with what each role may do."""
    op.execute(MANDATES)


def downgrade() -> None:
    """Remove it."""
    op.execute("DROP TABLE mandate")
    op.execute("DROP FUNCTION check_mandate()")
