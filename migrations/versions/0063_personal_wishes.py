"""Separate consents, kinds of messages and quiet hours of a person, and ranks by district."""

from alembic import op

revision = "0063"
down_revision = "0062"

TABLES = """
CREATE TABLE person_consent (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    person_id BIGINT NOT NULL,
    purpose TEXT NOT NULL,
    text_version TEXT NOT NULL,
    given_at TIMESTAMP WITH TIME ZONE NOT NULL,
    withdrawn_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT person_consent_pkey PRIMARY KEY (id),
    CONSTRAINT person_consent_person_id_fkey FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT person_consent_known_purpose CHECK (purpose in ('identity', 'ranking')),
    CONSTRAINT person_consent_withdrawn_after_given CHECK (withdrawn_at >= given_at)
);
CREATE UNIQUE INDEX person_consent_in_force_ix ON person_consent (person_id, purpose)
    WHERE withdrawn_at is null;
CREATE TABLE message_preference (
    person_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    channel TEXT NOT NULL,
    wanted BOOLEAN NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT message_preference_pkey PRIMARY KEY (person_id, kind, channel),
    CONSTRAINT message_preference_person_id_fkey FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT message_preference_known_kind CHECK (kind in ('expiry', 'redemption', 'claim')),
    CONSTRAINT message_preference_known_channel CHECK (channel in ('sms', 'email'))
);
CREATE TABLE quiet_hours (
    person_id BIGINT NOT NULL,
    from_hour BIGINT NOT NULL,
    until_hour BIGINT NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT quiet_hours_pkey PRIMARY KEY (person_id),
    CONSTRAINT quiet_hours_person_id_fkey FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT quiet_hours_from_is_an_hour CHECK (from_hour between 0 and 23),
    CONSTRAINT quiet_hours_until_is_an_hour CHECK (until_hour between 0 and 23)
);
CREATE TABLE district_rank (
    month DATE NOT NULL,
    person_id BIGINT NOT NULL,
    area_code TEXT NOT NULL,
    reduction_g BIGINT NOT NULL,
    place BIGINT NOT NULL,
    people BIGINT NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT district_rank_pkey PRIMARY KEY (month, person_id),
    CONSTRAINT district_rank_person_id_fkey FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT district_rank_area_code_fkey FOREIGN KEY(area_code) REFERENCES district (code),
    CONSTRAINT district_rank_has_something CHECK (reduction_g > 0),
    CONSTRAINT district_rank_place_among_people CHECK (place between 1 and people),
    CONSTRAINT district_rank_month_by_its_first_day CHECK (extract(day from month) = 1)
);
CREATE INDEX district_rank_month_area_code_place_ix ON district_rank (month, area_code, place);
GRANT SELECT ON person_consent, message_preference, quiet_hours, district_rank TO tht_app, tht_audit;
GRANT INSERT, UPDATE (withdrawn_at) ON person_consent TO tht_app;
GRANT INSERT, UPDATE (wanted, changed_at) ON message_preference TO tht_app;
GRANT INSERT, UPDATE (from_hour, until_hour, changed_at) ON quiet_hours TO tht_app;
GRANT INSERT, DELETE ON district_rank TO tht_app;
"""

PROMISES = """
CREATE FUNCTION check_person_consent() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' AND (NEW.withdrawn_at IS NOT NULL OR NOT honest_time(NEW.given_at)) THEN
        RAISE EXCEPTION 'a consent carries the time at which it is given' USING ERRCODE = 'TH063';
    END IF;
    IF TG_OP = 'UPDATE' AND (OLD.withdrawn_at IS NOT NULL OR NEW.withdrawn_at IS NULL) THEN
        RAISE EXCEPTION 'a consent is withdrawn once' USING ERRCODE = 'TH064';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_person_consent BEFORE INSERT OR UPDATE ON person_consent
    FOR EACH ROW EXECUTE FUNCTION check_person_consent();
CREATE FUNCTION check_district_rank() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM person_consent c
                    WHERE c.person_id = NEW.person_id AND c.purpose = 'ranking' AND c.withdrawn_at IS NULL) THEN
        RAISE EXCEPTION 'nobody is ranked without their consent' USING ERRCODE = 'TH065';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_district_rank BEFORE INSERT ON district_rank
    FOR EACH ROW EXECUTE FUNCTION check_district_rank();
REVOKE EXECUTE ON FUNCTION check_person_consent(), check_district_rank() FROM PUBLIC;
"""


def upgrade() -> None:
    """Make the tables, the rights and the triggers."""
    op.execute(TABLES)
    op.execute(PROMISES)


def downgrade() -> None:
    """Remove them."""
    for table in ("district_rank", "quiet_hours", "message_preference", "person_consent"):
        op.execute(f"DROP TABLE {table}")
    op.execute("DROP FUNCTION check_district_rank()")
    op.execute("DROP FUNCTION check_person_consent()")
