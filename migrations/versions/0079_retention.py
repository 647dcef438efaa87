"""Keep what projects rest on for ten years after their last batch; projects approved before the measure."""

from alembic import op

revision = "0079"
down_revision = "0078"

TABLES = """
CREATE TABLE document_removal (
    document_id BIGINT NOT NULL,
    kept_until DATE NOT NULL,
    reason TEXT NOT NULL,
    removed_by TEXT NOT NULL,
    removed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT document_removal_pkey PRIMARY KEY (document_id),
    CONSTRAINT document_removal_has_a_reason CHECK (length(btrim(reason)) > 0),
    CONSTRAINT document_removal_document_id_fkey FOREIGN KEY(document_id) REFERENCES document (id)
);

CREATE TABLE legacy_approval (
    project_id BIGINT NOT NULL,
    number TEXT NOT NULL,
    approved_on DATE NOT NULL,
    source TEXT NOT NULL,
    awaits_bureau BOOLEAN NOT NULL,
    facts JSONB NOT NULL,
    brought_by TEXT NOT NULL,
    brought_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT legacy_approval_pkey PRIMARY KEY (project_id),
    CONSTRAINT legacy_approval_source_number_key UNIQUE (source, number),
    CONSTRAINT legacy_approval_before_the_measure CHECK (approved_on < '2024-09-01'),
    CONSTRAINT legacy_approval_later_ones_wait CHECK (awaits_bureau = (approved_on >= '2024-01-20')),
    CONSTRAINT legacy_approval_project_id_fkey FOREIGN KEY(project_id) REFERENCES registry_project (id)
);
"""

PROMISES = """
-- the last day on which the papers of a project are kept; null while nobody can tell it yet
CREATE FUNCTION kept_until(project bigint) RETURNS date
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT (coalesce((SELECT max(b.registered_on) FROM batch b WHERE b.project_id = p.id), p.ended_on)
            + interval '10 years')::date
      FROM registry_project p
     WHERE p.id = project
       AND NOT EXISTS (SELECT FROM batch b WHERE b.project_id = p.id AND b.ended_on IS NULL
                                            AND b.registered_on IS NULL)
$$;

-- 'infinity' where a project that rests on it is not at its end
CREATE FUNCTION document_kept_until(document bigint) RETURNS date
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT max(coalesce(kept_until(x.project), 'infinity'::date))
      FROM (SELECT coalesce(c.project_id, b.project_id) AS project
              FROM case_document c LEFT JOIN batch b ON b.id = c.batch_id
             WHERE document IN (c.document_id, c.public_document_id)
             UNION ALL
            SELECT coalesce(r.project_id, b.project_id)
              FROM vv_report r LEFT JOIN batch b ON b.id = r.batch_id WHERE r.document_id = document
             UNION ALL
            SELECT coalesce(c.project_id, b.project_id)
              FROM vvb_commission c LEFT JOIN batch b ON b.id = c.batch_id WHERE c.document_id = document) x
$$;

CREATE FUNCTION check_removal() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    last_day date := document_kept_until(NEW.document_id);
BEGIN
    -- a document on which no project rests is not for this table
    IF last_day IS NULL OR NEW.kept_until <> last_day OR NOT honest_time(NEW.removed_at)
       OR china_day(NEW.removed_at) <= last_day THEN
        RAISE EXCEPTION 'papers of a project are kept ten years after its last batch' USING ERRCODE = 'TH320';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_removal BEFORE INSERT ON document_removal
    FOR EACH ROW EXECUTE FUNCTION check_removal();

CREATE FUNCTION keep_document() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF document_kept_until(OLD.id) IS NOT NULL THEN
        RAISE EXCEPTION 'the row of a paper of a project stays for ever' USING ERRCODE = 'TH320';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER keep_document BEFORE DELETE ON document FOR EACH ROW EXECUTE FUNCTION keep_document();

CREATE FUNCTION check_legacy() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT honest_time(NEW.brought_at)
       OR (SELECT p.state FROM registry_project p WHERE p.id = NEW.project_id) IS DISTINCT FROM 'legacy_approved' THEN
        RAISE EXCEPTION 'an earlier approval belongs to a project that was brought over' USING ERRCODE = 'TH321';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_legacy BEFORE INSERT ON legacy_approval
    FOR EACH ROW EXECUTE FUNCTION check_legacy();

CREATE FUNCTION legacy_is_told() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.state = 'legacy_approved' AND NOT EXISTS (
        SELECT FROM legacy_approval a WHERE a.project_id = NEW.id) THEN
        RAISE EXCEPTION 'a project is brought over with its approval' USING ERRCODE = 'TH321';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER legacy_is_told AFTER INSERT ON registry_project
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION legacy_is_told();
"""

FUNCTIONS = (
    "legacy_is_told()",
    "check_legacy()",
    "keep_document()",
    "check_removal()",
    "document_kept_until(bigint)",
    "kept_until(bigint)",
)
NEW = ("legacy_approval", "document_removal")


def upgrade() -> None:
    """Make the tables, their triggers and what each role may do."""
    op.execute(TABLES)
    op.execute(PROMISES)
    for table in NEW:
        op.execute(
            f"CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    for function in FUNCTIONS:
        op.execute(f"REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION document_kept_until(bigint) TO tht_app")
    op.execute(f"GRANT SELECT ON {', '.join(NEW)} TO tht_app, tht_read, tht_audit")
    op.execute(f"GRANT INSERT ON {', '.join(NEW)} TO tht_app")


def downgrade() -> None:
    """Remove them."""
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION {function} CASCADE")
    op.execute(f"DROP TABLE {', '.join(NEW)}")
