"""Uses of units: the list for judicial subscription, a fresh factor on each confirmation, certificates."""

from alembic import op

revision = "0058"
down_revision = "0057"

TABLES = """
CREATE TABLE judicial_listing (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    project_id BIGINT NOT NULL,
    document_id BIGINT NOT NULL,
    listed_by TEXT NOT NULL,
    listed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    delisted_by TEXT,
    delisted_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT judicial_listing_pkey PRIMARY KEY (id),
    CONSTRAINT judicial_listing_ends_after_listing CHECK (delisted_at >= listed_at and (delisted_at is null) = (delisted_by is null)),
    CONSTRAINT judicial_listing_project_id_fkey FOREIGN KEY(project_id) REFERENCES registry_project (id),
    CONSTRAINT judicial_listing_document_id_fkey FOREIGN KEY(document_id) REFERENCES document (id)
);
CREATE UNIQUE INDEX judicial_listing_current_ix ON judicial_listing (project_id) WHERE delisted_at is null;

CREATE TABLE signing_key (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    algorithm TEXT NOT NULL,
    public_key BYTEA NOT NULL,
    first_used_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT signing_key_pkey PRIMARY KEY (id),
    CONSTRAINT signing_key_public_key_key UNIQUE (public_key),
    CONSTRAINT signing_key_whole CHECK (algorithm = 'Ed25519' and octet_length(public_key) = 32)
);

CREATE TABLE cancellation_certificate (
    movement_id BIGINT NOT NULL,
    number TEXT NOT NULL,
    content TEXT NOT NULL,
    signature BYTEA NOT NULL,
    key_id BIGINT NOT NULL,
    issued_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT cancellation_certificate_pkey PRIMARY KEY (movement_id),
    CONSTRAINT cancellation_certificate_number_key UNIQUE (number),
    CONSTRAINT cancellation_certificate_signature_is_whole CHECK (octet_length(signature) = 64),
    CONSTRAINT cancellation_certificate_movement_id_fkey FOREIGN KEY(movement_id) REFERENCES unit_movement (id),
    CONSTRAINT cancellation_certificate_key_id_fkey FOREIGN KEY(key_id) REFERENCES signing_key (id)
);
"""

PROMISES = """
CREATE FUNCTION is_by_holder(kind text, purpose text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT kind IN ('gift', 'deposit', 'withdraw', 'hold_for_offset')
        OR (kind = 'cancel' AND purpose NOT IN ('forced', 'owner_lost', 'compliance_offset'))
$$;

CREATE FUNCTION check_use_of_units() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    m unit_movement;
BEGIN
    SELECT * INTO m FROM unit_movement WHERE id = NEW.movement_id;
    IF NEW.act = 'confirm' AND NOT NEW.second_factor AND is_by_holder(m.kind, m.purpose) THEN
        RAISE EXCEPTION 'a holder confirms with a fresh factor' USING ERRCODE = 'TH160';
    END IF;
    IF m.purpose = 'judicial' AND NEW.act IN ('propose', 'execute') AND EXISTS (
        SELECT FROM movement_part p
          JOIN issued_block b ON int8range(b.start_no, b.end_no, '[]') && int8range(p.start_no, p.end_no, '[]')
         WHERE p.movement_id = m.id AND NOT EXISTS (
               SELECT FROM judicial_listing j WHERE j.project_id = b.project_id AND j.delisted_at IS NULL)) THEN
        RAISE EXCEPTION 'judicial subscription is of listed projects' USING ERRCODE = 'TH161';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER check_use_of_units AFTER INSERT ON movement_step
    FOR EACH ROW EXECUTE FUNCTION check_use_of_units();

CREATE FUNCTION check_judicial_listing() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.delisted_at IS NOT NULL OR (to_jsonb(NEW) - '{delisted_by,delisted_at}'::text[])
           <> (to_jsonb(OLD) - '{delisted_by,delisted_at}'::text[]) THEN
            RAISE EXCEPTION 'a listing only ever ends, once' USING ERRCODE = 'TH162';
        END IF;
    ELSIF NEW.delisted_at IS NOT NULL OR NOT honest_time(NEW.listed_at) OR NOT EXISTS (
        SELECT FROM registry_project p
         WHERE p.id = NEW.project_id AND p.category = 'sink' AND p.state = 'registered') THEN
        RAISE EXCEPTION 'registered sink projects are listed for judicial subscription' USING ERRCODE = 'TH162';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_judicial_listing BEFORE INSERT OR UPDATE ON judicial_listing
    FOR EACH ROW EXECUTE FUNCTION check_judicial_listing();

CREATE FUNCTION check_certificate() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM unit_movement m
         WHERE m.id = NEW.movement_id AND m.kind = 'cancel' AND m.state = 'executed'
           AND (NEW.content::jsonb ->> 'quantity_t')::bigint = m.quantity
           AND NEW.content::jsonb ->> 'purpose' = m.purpose
           AND NEW.content::jsonb ->> 'number' = NEW.number) OR NOT honest_time(NEW.issued_at) THEN
        RAISE EXCEPTION 'a certificate says what was cancelled' USING ERRCODE = 'TH163';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_certificate BEFORE INSERT ON cancellation_certificate
    FOR EACH ROW EXECUTE FUNCTION check_certificate();
"""

APPEND_ONLY = ("cancellation_certificate", "signing_key")
FUNCTIONS = (
    "check_certificate()",
    "check_judicial_listing()",
    "check_use_of_units()",
    "is_by_holder(text, text)",
)


def upgrade() -> None:
    """Make the tables, what they promise, and the rights on them."""
    op.execute(TABLES)
    op.execute(PROMISES)
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    op.execute(f"REVOKE EXECUTE ON FUNCTION {', '.join(FUNCTIONS[:3])} FROM PUBLIC")
    op.execute(f"GRANT SELECT ON judicial_listing, {', '.join(APPEND_ONLY)} TO tht_app, tht_read, tht_audit")
    op.execute(f"GRANT INSERT ON judicial_listing, {', '.join(APPEND_ONLY)} TO tht_app")
    op.execute("GRANT UPDATE (delisted_by, delisted_at) ON judicial_listing TO tht_app")
    op.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO tht_app")


def downgrade() -> None:
    """Remove them."""
    op.execute("DROP TRIGGER check_use_of_units ON movement_step")
    for table in ("cancellation_certificate", "signing_key", "judicial_listing"):
        op.execute(f"DROP TABLE {table}")
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION {function}")
