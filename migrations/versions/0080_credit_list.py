"""The list for credit institutions: a switch of the Bureau, and separate consent of adults while it is on."""

from alembic import op

revision = "0080"
down_revision = "0079"

SWITCH = """
CREATE TABLE credit_list_switch (
    id BIGINT GENERATED ALWAYS AS IDENTITY NOT NULL,
    is_on BOOLEAN NOT NULL,
    recipients TEXT,
    reason TEXT NOT NULL,
    organisation_id BIGINT NOT NULL,
    set_by TEXT NOT NULL,
    set_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT credit_list_switch_pkey PRIMARY KEY (id),
    CONSTRAINT credit_list_switch_on_names_recipients CHECK (is_on = (recipients is not null)),
    CONSTRAINT credit_list_switch_recipients_are_said CHECK (length(recipients) between 1 and 300),
    CONSTRAINT credit_list_switch_says_why CHECK (length(reason) between 1 and 1000),
    CONSTRAINT credit_list_switch_organisation_id_fkey
        FOREIGN KEY(organisation_id) REFERENCES organisation (id)
);
CREATE FUNCTION credit_list_is_on() RETURNS boolean
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce((SELECT is_on FROM credit_list_switch ORDER BY id DESC LIMIT 1), false);
$$;
CREATE FUNCTION check_credit_list_switch() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('credit_list_switch'));
    IF NOT EXISTS (SELECT FROM organisation o WHERE o.id = NEW.organisation_id AND o.authority = 'bureau')
       OR NOT honest_time(NEW.set_at) THEN
        RAISE EXCEPTION 'the Bureau alone turns the list on or off, at the present time' USING ERRCODE = 'TH086';
    END IF;
    IF NEW.is_on = credit_list_is_on() THEN
        RAISE EXCEPTION 'the list already stands so' USING ERRCODE = 'TH087';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_credit_list_switch BEFORE INSERT ON credit_list_switch
    FOR EACH ROW EXECUTE FUNCTION check_credit_list_switch();
CREATE FUNCTION end_credit_list_consents() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE person_consent SET withdrawn_at = greatest(given_at, NEW.set_at)
     WHERE purpose = 'credit_list' AND withdrawn_at IS NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER end_credit_list_consents AFTER INSERT ON credit_list_switch
    FOR EACH ROW WHEN (NOT NEW.is_on) EXECUTE FUNCTION end_credit_list_consents();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON credit_list_switch
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
GRANT SELECT ON credit_list_switch TO tht_app, tht_audit;
GRANT INSERT ON credit_list_switch TO tht_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO tht_app;
"""

CONSENT = """
ALTER TABLE person_consent DROP CONSTRAINT person_consent_known_purpose;
ALTER TABLE person_consent ADD CONSTRAINT person_consent_known_purpose
    CHECK (purpose in ('identity', 'ranking', 'credit_list'));
CREATE INDEX person_consent_purpose_ix ON person_consent (purpose, person_id)
    WHERE withdrawn_at is null and purpose = 'credit_list';
CREATE FUNCTION check_credit_list_consent() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtext('credit_list_switch'));
    IF NOT credit_list_is_on() THEN
        RAISE EXCEPTION 'nobody consents to a list that is off' USING ERRCODE = 'TH088';
    END IF;
    IF NOT EXISTS (SELECT FROM person p WHERE p.id = NEW.person_id
                     AND p.born_on + interval '18 years' <= (NEW.given_at AT TIME ZONE 'Asia/Shanghai')::date) THEN
        RAISE EXCEPTION 'only adults consent to be listed' USING ERRCODE = 'TH089';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_credit_list_consent BEFORE INSERT ON person_consent
    FOR EACH ROW WHEN (NEW.purpose = 'credit_list') EXECUTE FUNCTION check_credit_list_consent();
REVOKE EXECUTE ON FUNCTION credit_list_is_on(), check_credit_list_switch(), end_credit_list_consents(),
    check_credit_list_consent() FROM PUBLIC;
"""

UNDO = """
DROP TRIGGER check_credit_list_consent ON person_consent;
DROP FUNCTION check_credit_list_consent();
DROP INDEX person_consent_purpose_ix;
DELETE FROM person_consent WHERE purpose = 'credit_list';
ALTER TABLE person_consent DROP CONSTRAINT person_consent_known_purpose;
ALTER TABLE person_consent ADD CONSTRAINT person_consent_known_purpose
    CHECK (purpose in ('identity', 'ranking'));
DROP TABLE credit_list_switch;
DROP FUNCTION end_credit_list_consents();
DROP FUNCTION check_credit_list_switch();
DROP FUNCTION credit_list_is_on();
"""


def upgrade() -> None:
    """Make the switch and widen what is consented to."""
    op.execute(SWITCH)
    op.execute(CONSENT)


def downgrade() -> None:
    """Remove them; consents to a list that no longer exists go with it."""
    op.execute(UNDO)
