"""Drafts of what is going to be published, and versions that never hold backwards."""

from alembic import op

revision = "0057"
down_revision = "0056"

DRAFTS = """
CREATE TABLE draft (
    id BIGINT GENERATED ALWAYS AS IDENTITY NOT NULL,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    content JSONB NOT NULL,
    revision BIGINT DEFAULT '1' NOT NULL,
    created_by TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    ended_by TEXT,
    ending TEXT,
    CONSTRAINT draft_pkey PRIMARY KEY (id),
    CONSTRAINT draft_known_kind CHECK (kind in ('norm', 'method', 'rule')),
    CONSTRAINT draft_known_ending CHECK (ending in ('published', 'dropped')),
    CONSTRAINT draft_ending_is_whole CHECK (num_nonnulls(ended_at, ended_by, ending) in (0, 3))
);
CREATE INDEX draft_open_ix ON draft (kind, id) WHERE ended_at is null;

CREATE FUNCTION check_draft() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.ended_at IS NOT NULL THEN
        RAISE EXCEPTION 'a draft that was published or dropped stays as it is' USING ERRCODE = 'TH080';
    END IF;
    IF NEW.revision <> OLD.revision + 1 THEN
        RAISE EXCEPTION 'each change of a draft counts one further' USING ERRCODE = 'TH081';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_draft BEFORE UPDATE ON draft FOR EACH ROW EXECUTE FUNCTION check_draft();
GRANT SELECT ON draft TO tht_app, tht_read, tht_audit;
GRANT INSERT, UPDATE (title, content, revision, changed_by, changed_at, ended_at, ended_by, ending)
    ON draft TO tht_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO tht_app;
"""

NORMS = """
ALTER TABLE evaluation_norm ADD CONSTRAINT evaluation_norm_never_backwards
    CHECK (valid_from >= (published_at at time zone 'Asia/Shanghai')::date);
"""

# A version that came first ends on the day on which its successor begins: the insertion of the
# successor ends it, and nothing else does. What was computed with it stays computed in force.
METHODS = """
DROP TRIGGER refuse_change ON method_version;
CREATE TRIGGER refuse_change BEFORE DELETE OR TRUNCATE ON method_version
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE FUNCTION succeed_method() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT honest_time(NEW.published_at) THEN
        RAISE EXCEPTION 'a method carries the time at which it is published' USING ERRCODE = 'TH082';
    END IF;
    IF EXISTS (SELECT FROM method_version m
                WHERE m.method_id = NEW.method_id AND m.published_at < NEW.published_at)
       AND NEW.valid_from <= (NEW.published_at AT TIME ZONE 'Asia/Shanghai')::date THEN
        RAISE EXCEPTION 'a later version of a method never holds backwards' USING ERRCODE = 'TH083';
    END IF;
    UPDATE method_version SET valid_until = NEW.valid_from
     WHERE method_id = NEW.method_id AND valid_until IS NULL AND valid_from < NEW.valid_from
       AND published_at < NEW.published_at;
    RETURN NEW;
END $$;
CREATE TRIGGER succeed_method BEFORE INSERT ON method_version
    FOR EACH ROW EXECUTE FUNCTION succeed_method();

CREATE FUNCTION check_method_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() < 2 OR OLD.valid_until IS NOT NULL
       OR to_jsonb(NEW) - 'valid_until' <> to_jsonb(OLD) - 'valid_until' THEN
        RAISE EXCEPTION 'a published method is only ended, once, by its successor' USING ERRCODE = 'TH002';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_method_end BEFORE UPDATE ON method_version
    FOR EACH ROW EXECUTE FUNCTION check_method_end();
REVOKE EXECUTE ON FUNCTION succeed_method() FROM PUBLIC;
"""


def upgrade() -> None:
    """Make them."""
    for part in (DRAFTS, NORMS, METHODS):
        op.execute(part)


def downgrade() -> None:
    """Remove them; versions that were ended stay ended."""
    op.execute("DROP FUNCTION check_method_end() CASCADE")
    op.execute("DROP FUNCTION succeed_method() CASCADE")
    op.execute("DROP TRIGGER refuse_change ON method_version")
    op.execute(
        "CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON method_version"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.execute("ALTER TABLE evaluation_norm DROP CONSTRAINT evaluation_norm_never_backwards")
    op.execute("DROP TABLE draft")
    op.execute("DROP FUNCTION check_draft()")
