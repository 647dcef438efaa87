"""What the database keeps of projects, batches and notices: step by step, in the open, on two people."""

from alembic import op

revision = "0053"
down_revision = "0052"

DAYS = """
CREATE FUNCTION working_day_after(start date, n bigint, OUT last_day date, OUT settled boolean)
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
    missing bigint := n;
    said text;
BEGIN
    last_day := start;
    settled := true;
    WHILE missing > 0 LOOP
        last_day := last_day + 1;
        SELECT c.kind INTO said FROM calendar_day c WHERE c.day = last_day ORDER BY c.edition_id DESC LIMIT 1;
        settled := settled AND EXISTS (SELECT FROM calendar_year y WHERE y.year = extract(year FROM last_day));
        IF coalesce(said, CASE WHEN extract(isodow FROM last_day) < 6 THEN 'working' ELSE 'rest' END) = 'working'
        THEN
            missing := missing - 1;
        END IF;
    END LOOP;
END $$;

CREATE FUNCTION china_day(at timestamptz) RETURNS date LANGUAGE sql IMMUTABLE AS $$
    SELECT (at AT TIME ZONE 'Asia/Shanghai')::date
$$;

CREATE FUNCTION registry_number(rulebook text, category text, project bigint) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    -- letters count as in ISO 7064: A is 10, B is 11 …; the two check digits make it 1 modulo 97
    SELECT format('%s-%s-%s-%s', rulebook, letter, digits, lpad((98 - (
               replace(replace(replace(replace(rulebook, 'C', '12'), 'Q', '26'), 'E', '14'), 'R', '27')
               || CASE letter WHEN 'E' THEN '14' WHEN 'S' THEN '28' ELSE '25' END
               || digits || '00')::numeric % 97)::text, 2, '0'))
      FROM (SELECT CASE category WHEN 'engineering' THEN 'E' WHEN 'sink' THEN 'S' ELSE 'P' END AS letter,
                   lpad(project::text, greatest(6, length(project::text)), '0') AS digits) x
$$;
"""

CASES = """
CREATE FUNCTION check_case() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    p registry_project;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state NOT IN ('draft', 'legacy_approved') OR NEW.steps <> 0 OR NEW.registered_on IS NOT NULL
           OR NEW.submitted_on IS NOT NULL OR NOT honest_time(NEW.created_at) THEN
            RAISE EXCEPTION 'a case begins as a draft' USING ERRCODE = 'TH130';
        END IF;
    ELSIF pg_trigger_depth() < 2 THEN
        -- what is told of a case changes only while it is with its owner; its state never by hand
        IF (NEW.state, NEW.steps, NEW.created_by, NEW.created_at, NEW.submitted_on, NEW.registered_on, NEW.ended_on)
           IS DISTINCT FROM
           (OLD.state, OLD.steps, OLD.created_by, OLD.created_at, OLD.submitted_on, OLD.registered_on, OLD.ended_on)
           OR OLD.state NOT IN ('draft', 'returned_incomplete', 'legacy_approved') THEN
            RAISE EXCEPTION '% follows its steps and is not written by hand', TG_TABLE_NAME
                USING ERRCODE = 'TH101';
        END IF;
    END IF;
    IF TG_TABLE_NAME = 'batch' AND (TG_OP = 'INSERT' OR pg_trigger_depth() < 2) THEN
        SELECT * INTO p FROM registry_project r WHERE r.id = NEW.project_id FOR SHARE;
        IF p.state IS DISTINCT FROM 'registered' OR p.rulebook <> NEW.rulebook
           OR NEW.first_day < p.crediting_first OR NEW.last_day > p.crediting_last THEN
            RAISE EXCEPTION 'a batch lies inside the crediting period of a registered project'
                USING ERRCODE = 'TH131';
        END IF;
        IF NEW.rulebook = 'CQCER' AND NOT EXISTS (
            SELECT FROM generate_series(1, 41) AS n WHERE last_valid_day(NEW.first_day, n * 12) = NEW.last_day) THEN
            RAISE EXCEPTION 'an accounting cycle is whole years' USING ERRCODE = 'TH132';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_case BEFORE INSERT OR UPDATE ON registry_project
    FOR EACH ROW EXECUTE FUNCTION check_case();
CREATE TRIGGER check_case BEFORE INSERT OR UPDATE ON batch
    FOR EACH ROW EXECUTE FUNCTION check_case();

CREATE FUNCTION registered_means_issued() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.state = 'registered' AND NOT EXISTS (SELECT FROM issued_block b WHERE b.batch_id = NEW.id) THEN
        RAISE EXCEPTION 'a batch is registered by issuing its units' USING ERRCODE = 'TH133';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER registered_means_issued AFTER UPDATE ON batch
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION registered_means_issued();

CREATE FUNCTION state_of_case(project bigint, of_batch bigint) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT CASE WHEN of_batch IS NULL THEN (SELECT p.state FROM registry_project p WHERE p.id = project)
                ELSE (SELECT b.state FROM batch b WHERE b.id = of_batch) END
$$;

CREATE FUNCTION take_case_step() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    p registry_project;
    b batch;
    is_batch boolean := NEW.batch_id IS NOT NULL;
    present text;
    taken bigint;
    rules text;
    notice public_notice;
    today date := china_day(NEW.at);
BEGIN
    IF is_batch THEN
        SELECT * INTO b FROM batch x WHERE x.id = NEW.batch_id FOR UPDATE;
        SELECT * INTO p FROM registry_project x WHERE x.id = b.project_id;
        present := b.state; taken := b.steps; rules := b.rulebook;
    ELSE
        SELECT * INTO p FROM registry_project x WHERE x.id = NEW.project_id FOR UPDATE;
        present := p.state; taken := p.steps; rules := p.rulebook;
    END IF;
    IF NEW.number <> taken + 1 OR NEW.from_state IS DISTINCT FROM present OR NOT honest_time(NEW.at)
       OR NEW.to_state <> next_state(CASE WHEN is_batch THEN 'batch' ELSE 'project' END, present, NEW.act) THEN
        RAISE EXCEPTION 'a case goes its way step by step' USING ERRCODE = 'TH134';
    END IF;
    SELECT * INTO notice FROM public_notice n
     WHERE n.project_id IS NOT DISTINCT FROM NEW.project_id AND n.batch_id IS NOT DISTINCT FROM NEW.batch_id
     ORDER BY n.id DESC LIMIT 1;

    IF (NEW.act = 'open_notice' AND notice.state IS DISTINCT FROM 'scheduled')
       OR (NEW.act = 'close_notice_with_objections' AND notice.state IS DISTINCT FROM 'closed_pending_answers')
       OR (NEW.act IN ('clear', 'submit', 'register') AND notice.state IS DISTINCT FROM 'cleared') THEN
        RAISE EXCEPTION 'a case goes on when its public notice has' USING ERRCODE = 'TH135';
    END IF;
    IF NEW.act IN ('change_documents', 'withdraw', 'refuse_for_fraud') THEN
        UPDATE public_notice n SET state = 'aborted', closed_at = NEW.at
         WHERE n.id = notice.id AND n.state IN ('scheduled', 'open', 'closed_pending_answers');
    END IF;
    IF NEW.act = 'submit' THEN
        IF rules = 'CQCER' AND NOT EXISTS (
            SELECT FROM vv_supplement s
             WHERE s.notice_id = notice.id
               AND s.report_id = (SELECT max(r.id) FROM vv_report r
                                   WHERE r.project_id IS NOT DISTINCT FROM NEW.project_id
                                     AND r.batch_id IS NOT DISTINCT FROM NEW.batch_id)) THEN
            RAISE EXCEPTION 'the report says how opinions were dealt with before submission'
                USING ERRCODE = 'TH136';
        END IF;
        IF is_batch AND b.submitted_on IS NULL AND (b.first_day + interval '5 years')::date < today THEN
            RAISE EXCEPTION 'reductions older than five years' USING ERRCODE = 'TH137';
        END IF;
    END IF;
    IF NEW.act IN ('issue_letter', 'register') AND rules = 'CQCER' AND NOT EXISTS (
        SELECT FROM registration_letter l
         WHERE l.project_id IS NOT DISTINCT FROM NEW.project_id AND l.batch_id IS NOT DISTINCT FROM NEW.batch_id) THEN
        RAISE EXCEPTION 'nothing is registered without a letter that names it' USING ERRCODE = 'TH138';
    END IF;
    IF NEW.act IN ('register', 'cancel', 'revoke') AND NOT EXISTS (
        SELECT FROM case_proposal c
         WHERE c.id = NEW.proposal_id AND c.act = NEW.act AND c.proposed_by <> NEW.actor
           AND c.project_id IS NOT DISTINCT FROM NEW.project_id AND c.batch_id IS NOT DISTINCT FROM NEW.batch_id
           AND (NEW.act = 'register' OR c.ground_document_id IS NOT NULL)
           AND NOT EXISTS (SELECT FROM case_step s WHERE s.proposal_id = c.id AND s.id <> NEW.id)) THEN
        RAISE EXCEPTION 'two different people register, cancel and revoke' USING ERRCODE = 'TH139';
    END IF;
    IF is_batch AND NEW.act = 'register' AND p.state <> 'registered' THEN
        RAISE EXCEPTION 'a batch lies inside the crediting period of a registered project' USING ERRCODE = 'TH131';
    END IF;

    IF is_batch THEN
        UPDATE batch x
           SET state = NEW.to_state, steps = NEW.number,
               submitted_on = CASE NEW.act WHEN 'submit' THEN coalesce(x.submitted_on, today)
                                           ELSE x.submitted_on END,
               registered_on = CASE NEW.act WHEN 'register' THEN today ELSE x.registered_on END,
               registered_year = CASE NEW.act WHEN 'register' THEN extract(year FROM today)
                                              ELSE x.registered_year END,
               ended_on = CASE WHEN NEW.to_state IN ('withdrawn', 'refused', 'evaluation_failed') THEN today END
         WHERE x.id = b.id;
    ELSE
        UPDATE registry_project x
           SET state = NEW.to_state, steps = NEW.number,
               submitted_on = CASE NEW.act WHEN 'submit' THEN coalesce(x.submitted_on, today)
                                           ELSE x.submitted_on END,
               registered_on = CASE NEW.act WHEN 'register' THEN today ELSE x.registered_on END,
               number = CASE NEW.act WHEN 'register' THEN registry_number(x.rulebook, x.category, x.id)
                                     ELSE x.number END,
               ended_on = CASE WHEN NEW.to_state IN ('withdrawn', 'refused', 'evaluation_failed', 'cancelled',
                                                     'revoked') THEN today END
         WHERE x.id = p.id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER take_case_step AFTER INSERT ON case_step
    FOR EACH ROW EXECUTE FUNCTION take_case_step();

CREATE FUNCTION check_case_document() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF state_of_case(NEW.project_id, NEW.batch_id) NOT IN
       ('legacy_approved', 'draft', 'uploaded', 'returned_incomplete', 'normativity_returned', 'revision_due')
       -- nationally the report comes after the notice
       AND NOT (TG_TABLE_NAME = 'vv_report' AND state_of_case(NEW.project_id, NEW.batch_id) = 'cleared'
                AND coalesce((SELECT x.rulebook FROM registry_project x WHERE x.id = NEW.project_id),
                             (SELECT x.rulebook FROM batch x WHERE x.id = NEW.batch_id)) = 'CCER') THEN
        RAISE EXCEPTION 'a document changes while its case is with its owner, else its notice begins again'
            USING ERRCODE = 'TH140';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_case_document BEFORE INSERT ON case_document
    FOR EACH ROW EXECUTE FUNCTION check_case_document();
CREATE TRIGGER check_case_document BEFORE INSERT ON vv_report
    FOR EACH ROW EXECUTE FUNCTION check_case_document();

CREATE FUNCTION check_report() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    p registry_project;
BEGIN
    SELECT x.* INTO p FROM registry_project x
     WHERE x.id = coalesce(NEW.project_id, (SELECT b.project_id FROM batch b WHERE b.id = NEW.batch_id));
    IF NEW.batch_id IS NOT NULL AND EXISTS (
        SELECT FROM vv_report r WHERE r.project_id = p.id AND r.organisation_id = NEW.organisation_id) THEN
        RAISE EXCEPTION 'who validated a project does not verify it' USING ERRCODE = 'TH141';
    END IF;
    IF NOT EXISTS (
        SELECT FROM vvb_recognition r
          JOIN vvb_scope s ON s.recognition_id = r.id AND s.category = p.category
           AND s.activity = CASE WHEN NEW.batch_id IS NULL THEN 'validation' ELSE 'verification' END
         WHERE r.organisation_id = NEW.organisation_id
           AND NEW.signed_on BETWEEN r.valid_from AND r.valid_to
           AND (r.ended_on IS NULL OR NEW.signed_on < r.ended_on)
           AND (r.suspended_on IS NULL OR NEW.signed_on < r.suspended_on)) THEN
        RAISE EXCEPTION 'a body signs while it is recognised, within its scope' USING ERRCODE = 'TH142';
    END IF;
    IF NEW.interest OR NEW.organisation_id = p.owner_organisation_id THEN
        RAISE EXCEPTION 'a body has no interest in the owner' USING ERRCODE = 'TH143';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_report BEFORE INSERT ON vv_report
    FOR EACH ROW EXECUTE FUNCTION check_report();

CREATE FUNCTION check_letter() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF state_of_case(NEW.project_id, NEW.batch_id) <> 'awaiting_letter' OR NOT honest_time(NEW.issued_at)
       OR NEW.issued_on <> china_day(NEW.issued_at) THEN
        RAISE EXCEPTION 'a letter follows a passed evaluation' USING ERRCODE = 'TH144';
    END IF;
    IF NEW.batch_id IS NOT NULL AND (
        SELECT NEW.quantity <= r.verified_t AND r.verified_t <= b.replayed_t
          FROM batch b JOIN vv_report r ON r.batch_id = b.id
         WHERE b.id = NEW.batch_id ORDER BY r.id DESC LIMIT 1) IS NOT TRUE THEN
        RAISE EXCEPTION 'a letter names no more than was verified, and that no more than replayed'
            USING ERRCODE = 'TH113';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_letter BEFORE INSERT ON registration_letter
    FOR EACH ROW EXECUTE FUNCTION check_letter();
"""

NOTICES = """
CREATE FUNCTION open_objections(notice bigint) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT count(*) FROM opinion o LEFT JOIN opinion_answer a ON a.opinion_id = o.id
     WHERE o.notice_id = notice AND o.kind = 'objection' AND a.opinion_id IS NULL
$$;

CREATE FUNCTION check_notice() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    computed record;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'scheduled' OR NEW.opinions <> 0 OR NEW.opened_on IS NOT NULL OR NEW.last_day IS NOT NULL
           OR state_of_case(NEW.project_id, NEW.batch_id) IS DISTINCT FROM 'uploaded' THEN
            RAISE EXCEPTION 'a notice follows the completeness review' USING ERRCODE = 'TH145';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.state = OLD.state AND pg_trigger_depth() < 2
       OR (NEW.project_id, NEW.batch_id, NEW.working_days) IS DISTINCT FROM
          (OLD.project_id, OLD.batch_id, OLD.working_days)
       OR OLD.state <> 'scheduled' AND (NEW.opened_on, NEW.opened_at, NEW.opened_by) IS DISTINCT FROM
          (OLD.opened_on, OLD.opened_at, OLD.opened_by)
       OR OLD.state <> 'scheduled' AND pg_trigger_depth() < 2 AND (NEW.last_day, NEW.edition_id, NEW.opinions)
          IS DISTINCT FROM (OLD.last_day, OLD.edition_id, OLD.opinions) THEN
        RAISE EXCEPTION 'nobody changes the days of a notice' USING ERRCODE = 'TH146';
    END IF;
    IF NEW.state = OLD.state THEN
        RETURN NEW;
    END IF;
    PERFORM check_way('notice', OLD.state, NEW.state);
    IF NEW.state = 'aborted' THEN
        IF pg_trigger_depth() < 2 THEN
            RAISE EXCEPTION 'a notice ends early with its case alone' USING ERRCODE = 'TH146';
        END IF;
    ELSIF NEW.state = 'open' THEN
        IF NOT honest_time(NEW.opened_at) OR NEW.opened_on IS DISTINCT FROM china_day(NEW.opened_at)
           OR NEW.opened_by IS NULL OR state_of_case(NEW.project_id, NEW.batch_id) <> 'on_notice' THEN
            RAISE EXCEPTION 'a notice follows the completeness review' USING ERRCODE = 'TH145';
        END IF;
        NEW.last_day := (working_day_after(NEW.opened_on, NEW.working_days)).last_day;
        SELECT max(e.id) INTO NEW.edition_id FROM calendar_edition e;
    ELSE
        computed := working_day_after(NEW.opened_on, NEW.working_days);
        IF OLD.state = 'open' AND (NOT honest_time(NEW.closed_at) OR NOT computed.settled
           OR NEW.last_day < computed.last_day
           OR NEW.closed_at < (NEW.last_day + 1)::timestamp AT TIME ZONE 'Asia/Shanghai') IS NOT FALSE THEN
            RAISE EXCEPTION 'a notice runs to the end of its last working day' USING ERRCODE = 'TH147';
        END IF;
        IF (NEW.state = 'cleared') <> (open_objections(NEW.id) = 0) OR NEW.state = 'cleared'
           AND NEW.cleared_at IS NULL THEN
            RAISE EXCEPTION 'a notice is cleared when every objection is answered' USING ERRCODE = 'TH148';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_notice BEFORE INSERT OR UPDATE ON public_notice
    FOR EACH ROW EXECUTE FUNCTION check_notice();

CREATE FUNCTION take_opinion() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    n public_notice;
BEGIN
    SELECT * INTO n FROM public_notice x WHERE x.id = NEW.notice_id FOR UPDATE;
    IF (n.state = 'open' AND NEW.filed_at >= n.opened_at AND honest_time(NEW.filed_at)
        AND NEW.filed_at < (n.last_day + 1)::timestamp AT TIME ZONE 'Asia/Shanghai') IS NOT TRUE THEN
        RAISE EXCEPTION 'opinions are taken while the notice is open' USING ERRCODE = 'TH149';
    END IF;
    NEW.number := n.opinions + 1;
    UPDATE public_notice x SET opinions = NEW.number WHERE x.id = n.id;
    RETURN NEW;
END $$;
CREATE TRIGGER take_opinion BEFORE INSERT ON opinion
    FOR EACH ROW EXECUTE FUNCTION take_opinion();

CREATE FUNCTION recompute_notice() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    n public_notice;
BEGIN
    SELECT * INTO n FROM public_notice x WHERE x.id = NEW.notice_id FOR UPDATE;
    IF (n.state = 'open' AND NEW.edition_id > n.edition_id AND NEW.from_day = n.last_day AND honest_time(NEW.at)
        AND NEW.edition_id = (SELECT max(e.id) FROM calendar_edition e)
        AND NEW.to_day = greatest(n.last_day, (working_day_after(n.opened_on, n.working_days)).last_day))
       IS NOT TRUE THEN
        RAISE EXCEPTION 'only a newer calendar moves the end of an open notice' USING ERRCODE = 'TH150';
    END IF;
    UPDATE public_notice x SET last_day = NEW.to_day, edition_id = NEW.edition_id WHERE x.id = n.id;
    RETURN NULL;
END $$;
CREATE TRIGGER recompute_notice AFTER INSERT ON notice_recomputation
    FOR EACH ROW EXECUTE FUNCTION recompute_notice();

CREATE FUNCTION check_methodology() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'proposed' THEN
            RAISE EXCEPTION 'a methodology begins as a proposal' USING ERRCODE = 'TH151';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.state <> OLD.state THEN
        PERFORM check_way('methodology', OLD.state, NEW.state);
    END IF;
    IF OLD.state IN ('issued', 'superseded', 'abolished')
       AND (to_jsonb(NEW) - '{state,ended_on}'::text[]) <> (to_jsonb(OLD) - '{state,ended_on}'::text[]) THEN
        RAISE EXCEPTION 'an issued methodology stays as it is' USING ERRCODE = 'TH151';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_methodology BEFORE INSERT OR UPDATE ON methodology_version
    FOR EACH ROW EXECUTE FUNCTION check_methodology();
"""

APPEND_ONLY = (
    "case_document",
    "case_proposal",
    "case_step",
    "methodology",
    "notice_recomputation",
    "opinion",
    "opinion_answer",
    "registration_letter",
    "vv_report",
    "vv_supplement",
    "vvb_scope",
)

FUNCTIONS = (
    "check_methodology()",
    "recompute_notice()",
    "take_opinion()",
    "check_notice()",
    "open_objections(bigint)",
    "check_letter()",
    "check_report()",
    "check_case_document()",
    "take_case_step()",
    "state_of_case(bigint, bigint)",
    "registered_means_issued()",
    "check_case()",
    "registry_number(text, text, bigint)",
    "china_day(timestamptz)",
    "working_day_after(date, bigint)",
)

INSERT_ONLY = (
    *APPEND_ONLY,
    "beneficiary",
    "books_audit",
    "holding_account_paper",
    "movement_part",
    "movement_step",
    "unit_movement",
)
CHANGED_BY_COLUMN = {
    "account_representative": "ended_at",
    "batch": "first_day, last_day, claimed_t, replayed_t, replay, declarations",
    "holding_account": "state, decided_by, opened_at, closed_at",
    "methodology_version": "state, parts, principles, formula, crediting_years, sector_departments,"
    " document_id, issued_on, ended_on",
    "public_notice": "state, opened_on, opened_at, opened_by, closed_at, cleared_at",
    "registry_project": "category, title, title_en, methodology_version_id, area_code, latitude_e6,"
    " longitude_e6, equipment, project_date, crediting_first, crediting_last, declarations",
    "trusted_party": "ended_at",
    "vvb_recognition": "state, suspended_on, ended_on",
}
READ_ONLY = ("block_tally", "holding", "issued_block", "life_step", "number_line")


def upgrade() -> None:
    """Make the functions, their triggers, and what each role may do."""
    for part in (DAYS, CASES, NOTICES):
        op.execute(part)
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    for function in FUNCTIONS[1:4] + FUNCTIONS[5:9] + FUNCTIONS[10:12]:
        op.execute(f"REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC")
    everything = sorted({*INSERT_ONLY, *CHANGED_BY_COLUMN, *READ_ONLY})
    op.execute(f"GRANT SELECT ON {', '.join(everything)} TO tht_app, tht_read, tht_audit")
    for table in INSERT_ONLY:
        op.execute(f"GRANT INSERT ON {table} TO tht_app")
    for table, columns in CHANGED_BY_COLUMN.items():
        op.execute(f"GRANT INSERT, UPDATE ({columns}) ON {table} TO tht_app")
    op.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO tht_app")


def downgrade() -> None:
    """Remove the triggers with their functions; the rights go with the tables."""
    for table in APPEND_ONLY:
        op.execute(f"DROP TRIGGER refuse_change ON {table}")
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION {function} CASCADE")
