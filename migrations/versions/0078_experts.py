"""Experts whom the Bureau invites, what they were assigned to, and opinions that stay; methodologies with formulae."""

from alembic import op

revision = "0078"
down_revision = "0077"

TABLES = """
CREATE TABLE expert (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    staff_user_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    field TEXT NOT NULL,
    invited_by TEXT NOT NULL,
    invited_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT expert_pkey PRIMARY KEY (id),
    CONSTRAINT expert_ends_after_invitation CHECK (ended_at >= invited_at),
    CONSTRAINT expert_staff_user_id_fkey FOREIGN KEY(staff_user_id) REFERENCES staff_user (id)
);
CREATE UNIQUE INDEX expert_current_ix ON expert (staff_user_id) WHERE ended_at is null;

CREATE TABLE expert_assignment (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    expert_id BIGINT NOT NULL,
    version_id BIGINT,
    project_id BIGINT,
    batch_id BIGINT,
    due_on DATE NOT NULL,
    assigned_by TEXT NOT NULL,
    assigned_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT expert_assignment_pkey PRIMARY KEY (id),
    CONSTRAINT expert_assignment_one_subject CHECK (num_nonnulls(version_id, project_id, batch_id) = 1),
    CONSTRAINT expert_assignment_ends_after_assignment CHECK (ended_at >= assigned_at),
    CONSTRAINT expert_assignment_expert_id_fkey FOREIGN KEY(expert_id) REFERENCES expert (id),
    CONSTRAINT expert_assignment_version_id_fkey FOREIGN KEY(version_id) REFERENCES methodology_version (id),
    CONSTRAINT expert_assignment_project_id_fkey FOREIGN KEY(project_id) REFERENCES registry_project (id),
    CONSTRAINT expert_assignment_batch_id_fkey FOREIGN KEY(batch_id) REFERENCES batch (id)
);
CREATE INDEX expert_assignment_batch_id_ix ON expert_assignment (batch_id);
CREATE INDEX expert_assignment_expert_id_ix ON expert_assignment (expert_id);
CREATE INDEX expert_assignment_project_id_ix ON expert_assignment (project_id);
CREATE INDEX expert_assignment_version_id_ix ON expert_assignment (version_id);

CREATE TABLE expert_opinion (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    assignment_id BIGINT NOT NULL,
    number BIGINT NOT NULL,
    positive BOOLEAN NOT NULL,
    findings JSONB NOT NULL,
    body TEXT NOT NULL,
    document_id BIGINT,
    filed_by TEXT NOT NULL,
    filed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT expert_opinion_pkey PRIMARY KEY (id),
    CONSTRAINT expert_opinion_assignment_id_number_key UNIQUE (assignment_id, number),
    CONSTRAINT expert_opinion_says_something CHECK (length(btrim(body)) > 0),
    CONSTRAINT expert_opinion_assignment_id_fkey FOREIGN KEY(assignment_id) REFERENCES expert_assignment (id),
    CONSTRAINT expert_opinion_document_id_fkey FOREIGN KEY(document_id) REFERENCES document (id)
);

CREATE TABLE methodology_proposal (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    methodology_id BIGINT,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    document_id BIGINT,
    state TEXT DEFAULT 'received' NOT NULL,
    proposed_by TEXT NOT NULL,
    proposed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    answer TEXT,
    answered_by TEXT,
    answered_at TIMESTAMP WITH TIME ZONE,
    version_id BIGINT,
    CONSTRAINT methodology_proposal_pkey PRIMARY KEY (id),
    CONSTRAINT methodology_proposal_known_state CHECK (state in ('received', 'taken_up', 'declined')),
    CONSTRAINT methodology_proposal_answered_whole CHECK ((state = 'received') = (answered_by is null) and num_nonnulls(answer, answered_by, answered_at) in (0, 3)),
    CONSTRAINT methodology_proposal_methodology_id_fkey FOREIGN KEY(methodology_id) REFERENCES methodology (id),
    CONSTRAINT methodology_proposal_document_id_fkey FOREIGN KEY(document_id) REFERENCES document (id),
    CONSTRAINT methodology_proposal_version_id_fkey FOREIGN KEY(version_id) REFERENCES methodology_version (id)
);

CREATE TABLE methodology_step (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    version_id BIGINT NOT NULL,
    act TEXT NOT NULL,
    from_state TEXT NOT NULL,
    to_state TEXT NOT NULL,
    reason TEXT,
    actor TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT methodology_step_pkey PRIMARY KEY (id),
    CONSTRAINT methodology_step_version_id_fkey FOREIGN KEY(version_id) REFERENCES methodology_version (id)
);
CREATE INDEX methodology_step_version_id_ix ON methodology_step (version_id);

CREATE UNIQUE INDEX methodology_version_one_issued_ix ON methodology_version (methodology_id, rulebook) WHERE state = 'issued';

INSERT INTO life_step (life, from_state, act, to_state) VALUES
    ('proposal', '', 'propose', 'received'),
    ('proposal', 'received', 'take_up', 'taken_up'),
    ('proposal', 'received', 'decline', 'declined');
"""

PROMISES = """
CREATE FUNCTION check_assignment() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    e expert;
BEGIN
    SELECT * INTO e FROM expert x WHERE x.id = NEW.expert_id FOR SHARE;
    IF e.ended_at IS NOT NULL OR NEW.ended_at IS NOT NULL THEN
        RAISE EXCEPTION 'an expert is assigned while the invitation holds' USING ERRCODE = 'TH310';
    END IF;
    IF NEW.version_id IS NULL AND bound_to_owner(
        NULL, e.staff_user_id,
        coalesce(NEW.project_id, (SELECT b.project_id FROM batch b WHERE b.id = NEW.batch_id)),
        china_day(NEW.assigned_at)) THEN
        RAISE EXCEPTION 'an expert has no interest in the owner' USING ERRCODE = 'TH311';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_assignment BEFORE INSERT ON expert_assignment
    FOR EACH ROW EXECUTE FUNCTION check_assignment();

CREATE FUNCTION check_expert_opinion() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    a expert_assignment;
    e expert;
BEGIN
    SELECT * INTO a FROM expert_assignment x WHERE x.id = NEW.assignment_id FOR SHARE;
    SELECT * INTO e FROM expert x WHERE x.id = a.expert_id FOR SHARE;
    IF a.ended_at IS NOT NULL OR e.ended_at IS NOT NULL OR NOT honest_time(NEW.filed_at)
       OR NEW.filed_by <> 'staff:' || e.staff_user_id THEN
        RAISE EXCEPTION 'an opinion is filed by the expert who is assigned' USING ERRCODE = 'TH312';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_expert_opinion BEFORE INSERT ON expert_opinion
    FOR EACH ROW EXECUTE FUNCTION check_expert_opinion();

CREATE FUNCTION check_issue() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    limit_years bigint;
BEGIN
    IF NEW.state <> 'issued' OR OLD.state = 'issued' THEN
        RETURN NEW;
    END IF;
    IF NEW.rulebook = 'CQCER' AND EXISTS (
        SELECT FROM unnest(array['scientific_soundness', 'inclusiveness', 'additionality', 'applicability']) AS p
         WHERE NOT EXISTS (
             SELECT FROM expert_assignment a JOIN expert_opinion o ON o.assignment_id = a.id
              WHERE a.version_id = NEW.id AND o.findings ->> p = 'true'
                AND o.number = (SELECT max(x.number) FROM expert_opinion x WHERE x.assignment_id = a.id))) THEN
        RAISE EXCEPTION 'assigned experts assess each principle before a methodology is issued' USING ERRCODE = 'TH313';
    END IF;
    IF NEW.formula IS NULL THEN
        RAISE EXCEPTION 'a methodology is issued with its formula' USING ERRCODE = 'TH314';
    END IF;
    SELECT CASE m.category WHEN 'engineering' THEN 5 WHEN 'inclusion' THEN 10 ELSE 40 END INTO limit_years
      FROM methodology m WHERE m.id = NEW.methodology_id;
    IF NEW.rulebook = 'CQCER' AND NEW.crediting_years > limit_years THEN
        RAISE EXCEPTION 'a methodology allows no longer crediting than its category' USING ERRCODE = 'TH315';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_issue BEFORE UPDATE ON methodology_version FOR EACH ROW EXECUTE FUNCTION check_issue();

CREATE FUNCTION check_proposal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> OLD.state THEN
        PERFORM check_way('proposal', OLD.state, NEW.state);
    ELSIF OLD.state <> 'taken_up' OR OLD.version_id IS NOT NULL THEN
        RAISE EXCEPTION 'an answered proposal stays as it is' USING ERRCODE = 'TH316';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_proposal BEFORE UPDATE ON methodology_proposal
    FOR EACH ROW EXECUTE FUNCTION check_proposal();
"""

APPEND_ONLY = ("expert_opinion", "methodology_step")
NEW = ("methodology_step", "methodology_proposal", "expert_opinion", "expert_assignment", "expert")
FUNCTIONS = ("check_proposal()", "check_issue()", "check_expert_opinion()", "check_assignment()")


def upgrade() -> None:
    """Make the tables, their triggers and what each role may do."""
    op.execute(TABLES)
    op.execute(PROMISES)
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    for function in FUNCTIONS[1:]:
        op.execute(f"REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC")
    op.execute(f"GRANT SELECT ON {', '.join(NEW)} TO tht_app, tht_read, tht_audit")
    op.execute("GRANT INSERT ON expert_opinion, methodology_step TO tht_app")
    op.execute("GRANT INSERT, UPDATE (ended_at) ON expert, expert_assignment TO tht_app")
    op.execute(
        "GRANT INSERT, UPDATE (state, answer, answered_by, answered_at, version_id)"
        " ON methodology_proposal TO tht_app"
    )
    op.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO tht_app")


def downgrade() -> None:
    """Remove them."""
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION {function} CASCADE")
    op.execute(f"DROP TABLE {', '.join(NEW)}")
    op.execute("DROP INDEX methodology_version_one_issued_ix")
    op.execute("ALTER TABLE life_step DISABLE TRIGGER USER")
    op.execute("DELETE FROM life_step WHERE life = 'proposal'")
    op.execute("ALTER TABLE life_step ENABLE TRIGGER USER")
