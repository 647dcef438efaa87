"""Bodies at work: decisions on their recognition day by day, people, interests, commissions, flagged reports."""

from alembic import op

revision = "0065"
down_revision = "0064"

TABLES = """
ALTER TABLE vvb_scope ADD COLUMN field TEXT DEFAULT 'any' NOT NULL;
ALTER TABLE vvb_scope DROP CONSTRAINT vvb_scope_pkey;
ALTER TABLE vvb_scope ADD CONSTRAINT vvb_scope_pkey PRIMARY KEY (recognition_id, activity, category, field);

CREATE TABLE vvb_step (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    recognition_id BIGINT NOT NULL,
    number BIGINT NOT NULL,
    act TEXT NOT NULL,
    from_state TEXT NOT NULL,
    to_state TEXT NOT NULL,
    on_day DATE NOT NULL,
    ground TEXT NOT NULL,
    document_id BIGINT,
    actor TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT vvb_step_pkey PRIMARY KEY (id),
    CONSTRAINT vvb_step_recognition_id_number_key UNIQUE (recognition_id, number),
    CONSTRAINT vvb_step_has_a_ground CHECK (length(btrim(ground)) > 0),
    CONSTRAINT vvb_step_recognition_id_fkey FOREIGN KEY(recognition_id) REFERENCES vvb_recognition (id),
    CONSTRAINT vvb_step_document_id_fkey FOREIGN KEY(document_id) REFERENCES document (id)
);

CREATE TABLE vvb_person (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    organisation_id BIGINT NOT NULL,
    staff_user_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    qualification TEXT NOT NULL,
    named_on DATE NOT NULL,
    ended_on DATE,
    named_by TEXT NOT NULL,
    named_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT vvb_person_pkey PRIMARY KEY (id),
    CONSTRAINT vvb_person_ends_after_naming CHECK (ended_on >= named_on),
    CONSTRAINT vvb_person_organisation_id_fkey FOREIGN KEY(organisation_id) REFERENCES organisation (id),
    CONSTRAINT vvb_person_staff_user_id_fkey FOREIGN KEY(staff_user_id) REFERENCES staff_user (id)
);
CREATE UNIQUE INDEX vvb_person_current_ix ON vvb_person (staff_user_id) WHERE ended_on is null;
CREATE INDEX vvb_person_organisation_id_ix ON vvb_person (organisation_id);

ALTER TABLE vv_report ADD COLUMN signed_by BIGINT;
ALTER TABLE vv_report ADD CONSTRAINT vv_report_signed_by_fkey FOREIGN KEY(signed_by) REFERENCES vvb_person (id);

CREATE TABLE known_interest (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    body_id BIGINT,
    expert_staff_id BIGINT,
    party_organisation_id BIGINT,
    party_person_id BIGINT,
    kind TEXT NOT NULL,
    note TEXT NOT NULL,
    since DATE NOT NULL,
    ended_on DATE,
    recorded_by TEXT NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT known_interest_pkey PRIMARY KEY (id),
    CONSTRAINT known_interest_of_a_body_or_an_expert CHECK (num_nonnulls(body_id, expert_staff_id) = 1),
    CONSTRAINT known_interest_in_one_party CHECK (num_nonnulls(party_organisation_id, party_person_id) = 1),
    CONSTRAINT known_interest_known_kind CHECK (kind in ('assets', 'management', 'funding', 'consulting', 'authorship', 'employment', 'other')),
    CONSTRAINT known_interest_ends_after_it_began CHECK (ended_on >= since),
    CONSTRAINT known_interest_in_another CHECK (body_id <> party_organisation_id),
    CONSTRAINT known_interest_body_id_fkey FOREIGN KEY(body_id) REFERENCES organisation (id),
    CONSTRAINT known_interest_expert_staff_id_fkey FOREIGN KEY(expert_staff_id) REFERENCES staff_user (id),
    CONSTRAINT known_interest_party_organisation_id_fkey FOREIGN KEY(party_organisation_id) REFERENCES organisation (id),
    CONSTRAINT known_interest_party_person_id_fkey FOREIGN KEY(party_person_id) REFERENCES person (id)
);
CREATE INDEX known_interest_body_id_ix ON known_interest (body_id);
CREATE INDEX known_interest_expert_staff_id_ix ON known_interest (expert_staff_id);

CREATE TABLE vvb_commission (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    project_id BIGINT,
    batch_id BIGINT,
    organisation_id BIGINT NOT NULL,
    state TEXT DEFAULT 'proposed' NOT NULL,
    agreed_on DATE NOT NULL,
    document_id BIGINT NOT NULL,
    owner_declares BOOLEAN NOT NULL,
    body_declares JSONB,
    proposed_by TEXT NOT NULL,
    proposed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    decided_by TEXT,
    decided_at TIMESTAMP WITH TIME ZONE,
    ended_by TEXT,
    ended_at TIMESTAMP WITH TIME ZONE,
    reason TEXT,
    CONSTRAINT vvb_commission_pkey PRIMARY KEY (id),
    CONSTRAINT vvb_commission_one_case CHECK (num_nonnulls(project_id, batch_id) = 1),
    CONSTRAINT vvb_commission_known_state CHECK (state in ('proposed', 'in_force', 'declined', 'ended')),
    CONSTRAINT vvb_commission_owner_declares_no_interest CHECK (owner_declares),
    CONSTRAINT vvb_commission_body_declares_each CHECK (state <> 'in_force' or body_declares is not null and body_declares ?& array['interest', 'funding', 'consulting', 'authorship']),
    CONSTRAINT vvb_commission_project_id_fkey FOREIGN KEY(project_id) REFERENCES registry_project (id),
    CONSTRAINT vvb_commission_batch_id_fkey FOREIGN KEY(batch_id) REFERENCES batch (id),
    CONSTRAINT vvb_commission_organisation_id_fkey FOREIGN KEY(organisation_id) REFERENCES organisation (id),
    CONSTRAINT vvb_commission_document_id_fkey FOREIGN KEY(document_id) REFERENCES document (id)
);
CREATE UNIQUE INDEX vvb_commission_of_batch_ix ON vvb_commission (batch_id) WHERE state in ('proposed', 'in_force');
CREATE UNIQUE INDEX vvb_commission_of_project_ix ON vvb_commission (project_id) WHERE state in ('proposed', 'in_force');
CREATE INDEX vvb_commission_organisation_id_ix ON vvb_commission (organisation_id);

CREATE TABLE vv_report_finding (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    report_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    document_id BIGINT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT vv_report_finding_pkey PRIMARY KEY (id),
    CONSTRAINT vv_report_finding_known_kind CHECK (kind in ('false', 'at_odds_with_fact')),
    CONSTRAINT vv_report_finding_report_id_fkey FOREIGN KEY(report_id) REFERENCES vv_report (id),
    CONSTRAINT vv_report_finding_document_id_fkey FOREIGN KEY(document_id) REFERENCES document (id)
);
CREATE INDEX vv_report_finding_report_id_ix ON vv_report_finding (report_id);

CREATE TABLE vv_report_flag (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    report_id BIGINT NOT NULL,
    step_id BIGINT,
    finding_id BIGINT,
    flagged_at TIMESTAMP WITH TIME ZONE NOT NULL,
    outcome TEXT,
    remark TEXT,
    reviewed_by TEXT,
    reviewed_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT vv_report_flag_pkey PRIMARY KEY (id),
    CONSTRAINT vv_report_flag_one_cause CHECK (num_nonnulls(step_id, finding_id) = 1),
    CONSTRAINT vv_report_flag_report_id_step_id_key UNIQUE (report_id, step_id),
    CONSTRAINT vv_report_flag_report_id_finding_id_key UNIQUE (report_id, finding_id),
    CONSTRAINT vv_report_flag_known_outcome CHECK (outcome in ('stands', 'does_not_stand')),
    CONSTRAINT vv_report_flag_reviewed_whole CHECK (num_nonnulls(outcome, reviewed_by, reviewed_at, remark) in (0, 4)),
    CONSTRAINT vv_report_flag_report_id_fkey FOREIGN KEY(report_id) REFERENCES vv_report (id),
    CONSTRAINT vv_report_flag_step_id_fkey FOREIGN KEY(step_id) REFERENCES vvb_step (id),
    CONSTRAINT vv_report_flag_finding_id_fkey FOREIGN KEY(finding_id) REFERENCES vv_report_finding (id)
);

INSERT INTO life_step (life, from_state, act, to_state) VALUES
    ('commission', '', 'propose', 'proposed'),
    ('commission', 'proposed', 'accept', 'in_force'),
    ('commission', 'proposed', 'decline', 'declined'),
    ('commission', 'proposed', 'end', 'ended'),
    ('commission', 'in_force', 'end', 'ended');
"""

PROMISES = """
-- whether a body may act for a project's kind on a day: recognised, not suspended that day, within its scope
CREATE FUNCTION body_may_act(body bigint, on_day date, of_activity text, of_category text, of_field text)
RETURNS TABLE (recognised boolean, in_scope boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH current AS (
        SELECT r.id FROM vvb_recognition r
         WHERE r.organisation_id = body AND on_day BETWEEN r.valid_from AND r.valid_to
           AND (r.ended_on IS NULL OR on_day < r.ended_on)
           AND coalesce((SELECT s.to_state FROM vvb_step s
                          WHERE s.recognition_id = r.id AND s.on_day <= body_may_act.on_day
                          ORDER BY s.number DESC LIMIT 1), 'recognised') = 'recognised')
    SELECT EXISTS (SELECT FROM current),
           EXISTS (SELECT FROM current c JOIN vvb_scope s ON s.recognition_id = c.id
                    WHERE s.activity = of_activity AND s.category = of_category AND s.field IN ('any', of_field))
$$;

CREATE FUNCTION bound_to_owner(body bigint, expert bigint, project bigint, on_day date) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM registry_project p
         WHERE p.id = project
           AND (p.owner_organisation_id = body
                OR EXISTS (SELECT FROM known_interest i
                            WHERE (i.body_id = body OR i.expert_staff_id = expert)
                              AND (i.party_organisation_id = p.owner_organisation_id
                                   OR i.party_person_id = p.owner_person_id)
                              AND i.since <= on_day AND (i.ended_on IS NULL OR on_day < i.ended_on))))
$$;

CREATE FUNCTION take_vvb_step() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    r vvb_recognition;
    last_step vvb_step;
BEGIN
    SELECT * INTO r FROM vvb_recognition x WHERE x.id = NEW.recognition_id FOR UPDATE;
    SELECT * INTO last_step FROM vvb_step s
     WHERE s.recognition_id = NEW.recognition_id AND s.id <> NEW.id ORDER BY s.number DESC LIMIT 1;
    IF NEW.number <> coalesce(last_step.number, 0) + 1 OR NEW.on_day < coalesce(last_step.on_day, r.valid_from)
       OR NOT honest_time(NEW.at) OR NEW.from_state <> r.state
       OR NEW.to_state <> next_state('recognition', r.state, NEW.act) THEN
        RAISE EXCEPTION 'a recognition goes its way step by step' USING ERRCODE = 'TH301';
    END IF;
    UPDATE vvb_recognition x
       SET state = NEW.to_state,
           suspended_on = CASE NEW.act WHEN 'suspend' THEN NEW.on_day WHEN 'resume' THEN NULL ELSE x.suspended_on END,
           ended_on = CASE NEW.act WHEN 'end' THEN NEW.on_day ELSE x.ended_on END
     WHERE x.id = r.id;
    IF NEW.act IN ('suspend', 'end') THEN
        INSERT INTO vv_report_flag (report_id, step_id, flagged_at)
        SELECT v.id, NEW.id, NEW.at FROM vv_report v WHERE v.organisation_id = r.organisation_id ORDER BY v.id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER take_vvb_step AFTER INSERT ON vvb_step FOR EACH ROW EXECUTE FUNCTION take_vvb_step();

CREATE FUNCTION take_report_finding() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO vv_report_flag (report_id, finding_id, flagged_at)
    SELECT v.id, NEW.id, NEW.recorded_at FROM vv_report v
     WHERE v.organisation_id = (SELECT x.organisation_id FROM vv_report x WHERE x.id = NEW.report_id) ORDER BY v.id;
    RETURN NULL;
END $$;
CREATE TRIGGER take_report_finding AFTER INSERT ON vv_report_finding
    FOR EACH ROW EXECUTE FUNCTION take_report_finding();

CREATE FUNCTION check_flag() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.outcome IS NOT NULL THEN
        RAISE EXCEPTION 'a reviewed flag stays as it is' USING ERRCODE = 'TH302';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_flag BEFORE UPDATE ON vv_report_flag FOR EACH ROW EXECUTE FUNCTION check_flag();

CREATE FUNCTION check_commission() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    p registry_project;
    may record;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF (to_jsonb(NEW) - '{state,body_declares,decided_by,decided_at,ended_by,ended_at,reason}'::text[])
           <> (to_jsonb(OLD) - '{state,body_declares,decided_by,decided_at,ended_by,ended_at,reason}'::text[]) THEN
            RAISE EXCEPTION 'a commission stays as it was agreed' USING ERRCODE = 'TH303';
        END IF;
        PERFORM check_way('commission', OLD.state, NEW.state);
    ELSIF NEW.state <> 'proposed' THEN
        RAISE EXCEPTION 'a commission begins as a proposal' USING ERRCODE = 'TH303';
    END IF;
    IF TG_OP = 'INSERT' OR NEW.state = 'in_force' THEN
        SELECT x.* INTO p FROM registry_project x
         WHERE x.id = coalesce(NEW.project_id, (SELECT b.project_id FROM batch b WHERE b.id = NEW.batch_id));
        IF NEW.batch_id IS NOT NULL AND EXISTS (
            SELECT FROM vv_report r WHERE r.project_id = p.id AND r.organisation_id = NEW.organisation_id) THEN
            RAISE EXCEPTION 'who validated a project does not verify it' USING ERRCODE = 'TH141';
        END IF;
        SELECT * INTO may FROM body_may_act(
            NEW.organisation_id, coalesce(china_day(NEW.decided_at), NEW.agreed_on),
            CASE WHEN NEW.batch_id IS NULL THEN 'validation' ELSE 'verification' END, p.category,
            (SELECT m.field FROM methodology m JOIN methodology_version v ON v.methodology_id = m.id
              WHERE v.id = p.methodology_version_id));
        IF NOT may.recognised OR NOT may.in_scope THEN
            RAISE EXCEPTION 'a body is commissioned while it is recognised, within its scope' USING ERRCODE = 'TH304';
        END IF;
        IF bound_to_owner(NEW.organisation_id, NULL, p.id, coalesce(china_day(NEW.decided_at), NEW.agreed_on))
           OR NEW.body_declares @> '{"interest": true}' OR NEW.body_declares @> '{"funding": true}'
           OR NEW.body_declares @> '{"consulting": true}' OR NEW.body_declares @> '{"authorship": true}' THEN
            RAISE EXCEPTION 'a body has no interest in the owner' USING ERRCODE = 'TH143';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_commission BEFORE INSERT OR UPDATE ON vvb_commission
    FOR EACH ROW EXECUTE FUNCTION check_commission();

CREATE FUNCTION check_signature() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    p registry_project;
    may record;
BEGIN
    SELECT x.* INTO p FROM registry_project x
     WHERE x.id = coalesce(NEW.project_id, (SELECT b.project_id FROM batch b WHERE b.id = NEW.batch_id));
    IF NOT EXISTS (
        SELECT FROM vvb_commission c
         WHERE c.organisation_id = NEW.organisation_id AND c.state = 'in_force'
           AND c.project_id IS NOT DISTINCT FROM NEW.project_id AND c.batch_id IS NOT DISTINCT FROM NEW.batch_id) THEN
        RAISE EXCEPTION 'a report is filed under a commission in force' USING ERRCODE = 'TH305';
    END IF;
    SELECT * INTO may FROM body_may_act(
        NEW.organisation_id, NEW.signed_on,
        CASE WHEN NEW.batch_id IS NULL THEN 'validation' ELSE 'verification' END, p.category,
        (SELECT m.field FROM methodology m JOIN methodology_version v ON v.methodology_id = m.id
          WHERE v.id = p.methodology_version_id));
    IF NOT may.recognised OR NOT may.in_scope THEN
        RAISE EXCEPTION 'a body signs while it is recognised, within its scope' USING ERRCODE = 'TH142';
    END IF;
    IF bound_to_owner(NEW.organisation_id, NULL, p.id, NEW.signed_on) THEN
        RAISE EXCEPTION 'a body has no interest in the owner' USING ERRCODE = 'TH143';
    END IF;
    IF NOT EXISTS (
        SELECT FROM vvb_person s
         WHERE s.id = NEW.signed_by AND s.organisation_id = NEW.organisation_id AND s.named_on <= NEW.signed_on
           AND (s.ended_on IS NULL OR NEW.signed_on < s.ended_on)) THEN
        RAISE EXCEPTION 'a report is signed by somebody whom the body has named' USING ERRCODE = 'TH306';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_signature BEFORE INSERT ON vv_report FOR EACH ROW EXECUTE FUNCTION check_signature();

CREATE FUNCTION check_flagged_report() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.act IN ('submit', 'register') AND EXISTS (
        SELECT FROM vv_report_flag f
         WHERE f.outcome IS DISTINCT FROM 'stands'
           AND f.report_id = (SELECT max(r.id) FROM vv_report r
                               WHERE r.project_id IS NOT DISTINCT FROM NEW.project_id
                                 AND r.batch_id IS NOT DISTINCT FROM NEW.batch_id)) THEN
        RAISE EXCEPTION 'a flagged report is reviewed before anything rests on it' USING ERRCODE = 'TH307';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_flagged_report BEFORE INSERT ON case_step
    FOR EACH ROW EXECUTE FUNCTION check_flagged_report();
"""

APPEND_ONLY = ("vvb_step", "vv_report_finding")
FUNCTIONS = (
    "check_flagged_report()",
    "check_signature()",
    "check_commission()",
    "check_flag()",
    "take_report_finding()",
    "take_vvb_step()",
    "bound_to_owner(bigint, bigint, bigint, date)",
    "body_may_act(bigint, date, text, text, text)",
)
NEW = (
    "vv_report_flag",
    "vv_report_finding",
    "vvb_commission",
    "known_interest",
    "vvb_step",
)


def upgrade() -> None:
    """Make the tables, their triggers and what each role may do."""
    op.execute(TABLES)
    op.execute(PROMISES)
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    for function in FUNCTIONS:
        op.execute(f"REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION body_may_act(bigint, date, text, text, text) TO tht_app")
    op.execute("GRANT EXECUTE ON FUNCTION bound_to_owner(bigint, bigint, bigint, date) TO tht_app")
    op.execute(f"GRANT SELECT ON {', '.join(NEW)}, vvb_person TO tht_app, tht_read, tht_audit")
    op.execute("REVOKE UPDATE (state, suspended_on, ended_on) ON vvb_recognition FROM tht_app")
    op.execute("GRANT INSERT ON vvb_step, vv_report_finding TO tht_app")
    op.execute("GRANT INSERT, UPDATE (ended_on) ON vvb_person, known_interest TO tht_app")
    op.execute(
        "GRANT INSERT, UPDATE (state, body_declares, decided_by, decided_at, ended_by, ended_at, reason)"
        " ON vvb_commission TO tht_app"
    )
    op.execute("GRANT UPDATE (outcome, remark, reviewed_by, reviewed_at) ON vv_report_flag TO tht_app")
    op.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO tht_app")


def downgrade() -> None:
    """Remove them; a recognition is changed by hand again."""
    op.execute("GRANT UPDATE (state, suspended_on, ended_on) ON vvb_recognition TO tht_app")
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION {function} CASCADE")
    op.execute("ALTER TABLE vv_report DROP COLUMN signed_by")
    op.execute(f"DROP TABLE {', '.join(NEW)}, vvb_person")
    op.execute("ALTER TABLE life_step DISABLE TRIGGER USER")
    op.execute("DELETE FROM life_step WHERE life = 'commission'")
    op.execute("ALTER TABLE life_step ENABLE TRIGGER USER")
    op.execute("ALTER TABLE vvb_scope DROP CONSTRAINT vvb_scope_pkey")
    op.execute("ALTER TABLE vvb_scope DROP COLUMN field")
    op.execute(
        "ALTER TABLE vvb_scope ADD CONSTRAINT vvb_scope_pkey PRIMARY KEY (recognition_id, activity, category)"
    )
