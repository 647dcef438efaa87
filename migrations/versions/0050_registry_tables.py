"""The registry: parties, methodologies, projects, batches, notices, reports."""

from alembic import op

revision = "0050"
down_revision = "0030"

TABLES = """
CREATE TABLE life_step (
    life TEXT NOT NULL,
    from_state TEXT NOT NULL,
    act TEXT NOT NULL,
    to_state TEXT NOT NULL,
    CONSTRAINT life_step_pkey PRIMARY KEY (life, from_state, act)
);

CREATE TABLE methodology (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    code TEXT NOT NULL,
    category TEXT NOT NULL,
    title TEXT NOT NULL,
    title_en TEXT NOT NULL,
    field TEXT NOT NULL,
    CONSTRAINT methodology_pkey PRIMARY KEY (id),
    CONSTRAINT methodology_code_key UNIQUE (code),
    CONSTRAINT methodology_known_category CHECK (category in ('engineering', 'sink', 'inclusion'))
);

CREATE TABLE methodology_version (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    methodology_id BIGINT NOT NULL,
    rulebook TEXT NOT NULL,
    version TEXT NOT NULL,
    state TEXT NOT NULL,
    parts JSONB NOT NULL,
    principles JSONB NOT NULL,
    formula JSONB,
    crediting_years BIGINT,
    sector_departments JSONB,
    document_id BIGINT,
    issued_on DATE,
    ended_on DATE,
    written_by TEXT NOT NULL,
    written_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT methodology_version_pkey PRIMARY KEY (id),
    CONSTRAINT methodology_version_methodology_id_version_key UNIQUE (methodology_id, version),
    CONSTRAINT methodology_version_known_state CHECK (state in ('proposed', 'drafting', 'under_review', 'issued', 'superseded', 'abolished')),
    CONSTRAINT methodology_version_whole_when_issued CHECK (state not in ('issued', 'superseded', 'abolished') or (issued_on is not null and sector_departments is not null and parts ?& array['baseline', 'additionality', 'calculation', 'monitoring_plan'] and principles ?& array['scientific_soundness', 'inclusiveness', 'additionality', 'applicability'])),
    CONSTRAINT methodology_version_known_rulebook CHECK (rulebook in ('CQCER', 'CCER')),
    CONSTRAINT methodology_version_ends_after_issue CHECK (ended_on >= issued_on),
    CONSTRAINT methodology_version_methodology_id_fkey FOREIGN KEY(methodology_id) REFERENCES methodology (id),
    CONSTRAINT methodology_version_document_id_fkey FOREIGN KEY(document_id) REFERENCES document (id)
);

CREATE TABLE holding_account (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    number TEXT NOT NULL,
    organisation_id BIGINT,
    person_id BIGINT,
    state TEXT NOT NULL,
    applied_by TEXT NOT NULL,
    applied_at TIMESTAMP WITH TIME ZONE NOT NULL,
    decided_by TEXT,
    opened_at TIMESTAMP WITH TIME ZONE,
    closed_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT holding_account_pkey PRIMARY KEY (id),
    CONSTRAINT holding_account_number_key UNIQUE (number),
    CONSTRAINT holding_account_organisation_id_key UNIQUE (organisation_id),
    CONSTRAINT holding_account_person_id_key UNIQUE (person_id),
    CONSTRAINT holding_account_one_holder CHECK (num_nonnulls(organisation_id, person_id) = 1),
    CONSTRAINT holding_account_known_state CHECK (state in ('applied', 'incomplete_legacy', 'active', 'restricted', 'closed')),
    CONSTRAINT holding_account_closed_is_dated CHECK ((state = 'closed') = (closed_at is not null)),
    CONSTRAINT holding_account_checked_by_another CHECK (decided_by <> applied_by),
    CONSTRAINT holding_account_organisation_id_fkey FOREIGN KEY(organisation_id) REFERENCES organisation (id),
    CONSTRAINT holding_account_person_id_fkey FOREIGN KEY(person_id) REFERENCES person (id)
);

CREATE TABLE holding_account_paper (
    account_id BIGINT NOT NULL,
    document_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    CONSTRAINT holding_account_paper_pkey PRIMARY KEY (account_id, document_id),
    CONSTRAINT holding_account_paper_account_id_fkey FOREIGN KEY(account_id) REFERENCES holding_account (id),
    CONSTRAINT holding_account_paper_document_id_fkey FOREIGN KEY(document_id) REFERENCES document (id)
);

CREATE TABLE account_representative (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    account_id BIGINT NOT NULL,
    staff_user_id BIGINT,
    person_id BIGINT,
    role TEXT NOT NULL,
    appointed_by TEXT NOT NULL,
    appointed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT account_representative_pkey PRIMARY KEY (id),
    CONSTRAINT account_representative_known_role CHECK (role in ('initiating', 'confirming')),
    CONSTRAINT account_representative_one_person CHECK (num_nonnulls(staff_user_id, person_id) = 1),
    CONSTRAINT account_representative_ends_after_appointment CHECK (ended_at >= appointed_at),
    CONSTRAINT account_representative_account_id_fkey FOREIGN KEY(account_id) REFERENCES holding_account (id),
    CONSTRAINT account_representative_staff_user_id_fkey FOREIGN KEY(staff_user_id) REFERENCES staff_user (id),
    CONSTRAINT account_representative_person_id_fkey FOREIGN KEY(person_id) REFERENCES person (id)
);
CREATE INDEX account_representative_account_id_ix ON account_representative (account_id);
CREATE UNIQUE INDEX account_representative_person_ix ON account_representative (person_id, role) WHERE ended_at is null;
CREATE UNIQUE INDEX account_representative_staff_ix ON account_representative (staff_user_id) WHERE ended_at is null;

CREATE TABLE trusted_party (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    account_id BIGINT NOT NULL,
    party_id BIGINT NOT NULL,
    named_by TEXT NOT NULL,
    confirmed_by TEXT NOT NULL,
    named_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT trusted_party_pkey PRIMARY KEY (id),
    CONSTRAINT trusted_party_another CHECK (account_id <> party_id),
    CONSTRAINT trusted_party_two_people CHECK (named_by <> confirmed_by),
    CONSTRAINT trusted_party_account_id_fkey FOREIGN KEY(account_id) REFERENCES holding_account (id),
    CONSTRAINT trusted_party_party_id_fkey FOREIGN KEY(party_id) REFERENCES holding_account (id)
);
CREATE UNIQUE INDEX trusted_party_current_ix ON trusted_party (account_id, party_id) WHERE ended_at is null;

CREATE TABLE beneficiary (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    organisation_id BIGINT,
    entered_by TEXT NOT NULL,
    entered_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT beneficiary_pkey PRIMARY KEY (id),
    CONSTRAINT beneficiary_organisation_id_key UNIQUE (organisation_id),
    CONSTRAINT beneficiary_name_key UNIQUE (name),
    CONSTRAINT beneficiary_organisation_is_known CHECK (organisation_id is not null or kind <> 'organisation'),
    CONSTRAINT beneficiary_known_kind CHECK (kind in ('organisation', 'event', 'person', 'public')),
    CONSTRAINT beneficiary_organisation_id_fkey FOREIGN KEY(organisation_id) REFERENCES organisation (id)
);

CREATE TABLE vvb_recognition (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    organisation_id BIGINT NOT NULL,
    state TEXT DEFAULT 'recognised' NOT NULL,
    valid_from DATE NOT NULL,
    valid_to DATE NOT NULL,
    suspended_on DATE,
    ended_on DATE,
    decided_by TEXT NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT vvb_recognition_pkey PRIMARY KEY (id),
    CONSTRAINT vvb_recognition_known_state CHECK (state in ('recognised', 'suspended', 'ended')),
    CONSTRAINT vvb_recognition_in_order CHECK (valid_from <= valid_to),
    CONSTRAINT vvb_recognition_organisation_id_fkey FOREIGN KEY(organisation_id) REFERENCES organisation (id)
);
CREATE UNIQUE INDEX vvb_recognition_current_ix ON vvb_recognition (organisation_id) WHERE state <> 'ended';

CREATE TABLE vvb_scope (
    recognition_id BIGINT NOT NULL,
    activity TEXT NOT NULL,
    category TEXT NOT NULL,
    CONSTRAINT vvb_scope_pkey PRIMARY KEY (recognition_id, activity, category),
    CONSTRAINT vvb_scope_known_activity CHECK (activity in ('validation', 'verification')),
    CONSTRAINT vvb_scope_known_category CHECK (category in ('engineering', 'sink', 'inclusion')),
    CONSTRAINT vvb_scope_recognition_id_fkey FOREIGN KEY(recognition_id) REFERENCES vvb_recognition (id)
);

CREATE TABLE registry_project (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    number TEXT,
    rulebook TEXT NOT NULL,
    category TEXT NOT NULL,
    title TEXT NOT NULL,
    title_en TEXT,
    owner_organisation_id BIGINT,
    owner_person_id BIGINT,
    methodology_version_id BIGINT NOT NULL,
    area_code TEXT,
    latitude_e6 BIGINT,
    longitude_e6 BIGINT,
    equipment JSONB NOT NULL,
    project_date DATE,
    crediting_first DATE,
    crediting_last DATE,
    declarations JSONB NOT NULL,
    state TEXT DEFAULT 'draft' NOT NULL,
    steps BIGINT DEFAULT '0' NOT NULL,
    created_by TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    submitted_on DATE,
    registered_on DATE,
    ended_on DATE,
    CONSTRAINT registry_project_pkey PRIMARY KEY (id),
    CONSTRAINT registry_project_number_key UNIQUE (number),
    CONSTRAINT registry_project_known_rulebook CHECK (rulebook in ('CQCER', 'CCER')),
    CONSTRAINT registry_project_known_category CHECK (category in ('engineering', 'sink', 'inclusion')),
    CONSTRAINT registry_project_one_owner CHECK (num_nonnulls(owner_organisation_id, owner_person_id) = 1),
    CONSTRAINT registry_project_known_state CHECK (state in ('draft', 'uploaded', 'returned_incomplete', 'on_notice', 'answering_objections', 'cleared', 'submitted', 'normativity_returned', 'in_evaluation', 'revision_due', 'second_evaluation', 'evaluation_failed', 'awaiting_letter', 'letter_issued', 'registered', 'withdrawn', 'refused', 'legacy_approved', 'cancelled', 'revoked')),
    CONSTRAINT registry_project_crediting_not_longer_than_the_category CHECK (rulebook <> 'CQCER' or crediting_first is null or crediting_last <= last_valid_day(crediting_first, case category when 'engineering' then 60 when 'inclusion' then 120 else 480 end)),
    CONSTRAINT registry_project_crediting_in_order CHECK (crediting_first <= crediting_last),
    CONSTRAINT registry_project_registered_is_whole CHECK (state not in ('registered', 'cancelled', 'revoked') or (number is not null and crediting_last is not null and registered_on is not null)),
    CONSTRAINT registry_project_operates_late_enough CHECK (rulebook <> 'CQCER' or state in ('draft', 'legacy_approved', 'withdrawn', 'refused') or project_date > '2014-06-19'),
    CONSTRAINT registry_project_owner_organisation_id_fkey FOREIGN KEY(owner_organisation_id) REFERENCES organisation (id),
    CONSTRAINT registry_project_owner_person_id_fkey FOREIGN KEY(owner_person_id) REFERENCES person (id),
    CONSTRAINT registry_project_methodology_version_id_fkey FOREIGN KEY(methodology_version_id) REFERENCES methodology_version (id),
    CONSTRAINT registry_project_area_code_fkey FOREIGN KEY(area_code) REFERENCES district (code)
);
CREATE INDEX registry_project_methodology_version_id_ix ON registry_project (methodology_version_id);
CREATE INDEX registry_project_owner_organisation_id_ix ON registry_project (owner_organisation_id);
CREATE INDEX registry_project_owner_person_id_ix ON registry_project (owner_person_id);

CREATE TABLE batch (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    project_id BIGINT NOT NULL,
    rulebook TEXT NOT NULL,
    first_day DATE NOT NULL,
    last_day DATE NOT NULL,
    claimed_t BIGINT NOT NULL,
    replayed_t BIGINT,
    replay JSONB NOT NULL,
    declarations JSONB NOT NULL,
    state TEXT DEFAULT 'draft' NOT NULL,
    steps BIGINT DEFAULT '0' NOT NULL,
    created_by TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    submitted_on DATE,
    registered_on DATE,
    registered_year BIGINT,
    ended_on DATE,
    CONSTRAINT batch_pkey PRIMARY KEY (id),
    CONSTRAINT batch_known_state CHECK (state in ('draft', 'uploaded', 'returned_incomplete', 'on_notice', 'answering_objections', 'cleared', 'submitted', 'normativity_returned', 'in_evaluation', 'revision_due', 'second_evaluation', 'evaluation_failed', 'awaiting_letter', 'letter_issued', 'registered', 'withdrawn', 'refused')),
    CONSTRAINT batch_in_order CHECK (first_day <= last_day),
    CONSTRAINT batch_late_enough CHECK (rulebook <> 'CQCER' or first_day > '2021-09-14'),
    CONSTRAINT batch_claims_something CHECK (claimed_t >= 1),
    CONSTRAINT batch_replay_not_negative CHECK (replayed_t >= 0),
    CONSTRAINT batch_year_is_that_of_the_day CHECK (registered_year = extract(year from registered_on) and (registered_on is null) = (registered_year is null)),
    CONSTRAINT batch_no_day_twice EXCLUDE USING gist (int8range(project_id, project_id, '[]') WITH &&, daterange(first_day, last_day, '[]') WITH &&) WHERE (state not in ('withdrawn', 'refused', 'evaluation_failed')),
    CONSTRAINT batch_project_id_fkey FOREIGN KEY(project_id) REFERENCES registry_project (id)
);
CREATE UNIQUE INDEX batch_once_a_year_ix ON batch (project_id, registered_year) WHERE rulebook = 'CQCER';
CREATE UNIQUE INDEX batch_one_under_way_ix ON batch (project_id) WHERE rulebook = 'CQCER' and state in ('submitted', 'normativity_returned', 'in_evaluation', 'revision_due', 'second_evaluation', 'awaiting_letter', 'letter_issued');

CREATE TABLE case_document (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    project_id BIGINT,
    batch_id BIGINT,
    kind TEXT NOT NULL,
    document_id BIGINT NOT NULL,
    public_document_id BIGINT,
    filed_by TEXT NOT NULL,
    filed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT case_document_pkey PRIMARY KEY (id),
    CONSTRAINT case_document_one_case CHECK (num_nonnulls(project_id, batch_id) = 1),
    CONSTRAINT case_document_project_id_fkey FOREIGN KEY(project_id) REFERENCES registry_project (id),
    CONSTRAINT case_document_batch_id_fkey FOREIGN KEY(batch_id) REFERENCES batch (id),
    CONSTRAINT case_document_document_id_fkey FOREIGN KEY(document_id) REFERENCES document (id),
    CONSTRAINT case_document_public_document_id_fkey FOREIGN KEY(public_document_id) REFERENCES document (id)
);
CREATE INDEX case_document_batch_id_ix ON case_document (batch_id);
CREATE INDEX case_document_project_id_ix ON case_document (project_id);

CREATE TABLE case_proposal (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    project_id BIGINT,
    batch_id BIGINT,
    act TEXT NOT NULL,
    ground_document_id BIGINT,
    proposed_by TEXT NOT NULL,
    proposed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT case_proposal_pkey PRIMARY KEY (id),
    CONSTRAINT case_proposal_one_case CHECK (num_nonnulls(project_id, batch_id) = 1),
    CONSTRAINT case_proposal_known_act CHECK (act in ('register', 'cancel', 'revoke')),
    CONSTRAINT case_proposal_project_id_fkey FOREIGN KEY(project_id) REFERENCES registry_project (id),
    CONSTRAINT case_proposal_batch_id_fkey FOREIGN KEY(batch_id) REFERENCES batch (id),
    CONSTRAINT case_proposal_ground_document_id_fkey FOREIGN KEY(ground_document_id) REFERENCES document (id)
);
CREATE INDEX case_proposal_batch_id_ix ON case_proposal (batch_id);
CREATE INDEX case_proposal_project_id_ix ON case_proposal (project_id);

CREATE TABLE case_step (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    project_id BIGINT,
    batch_id BIGINT,
    number BIGINT NOT NULL,
    act TEXT NOT NULL,
    from_state TEXT NOT NULL,
    to_state TEXT NOT NULL,
    actor TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    reason TEXT,
    due_on DATE,
    proposal_id BIGINT,
    checks JSONB NOT NULL,
    CONSTRAINT case_step_pkey PRIMARY KEY (id),
    CONSTRAINT case_step_one_case CHECK (num_nonnulls(project_id, batch_id) = 1),
    CONSTRAINT case_step_project_id_number_key UNIQUE (project_id, number),
    CONSTRAINT case_step_batch_id_number_key UNIQUE (batch_id, number),
    CONSTRAINT case_step_revision_has_a_day CHECK ((act = 'ask_for_revision') = (due_on is not null)),
    CONSTRAINT case_step_project_id_fkey FOREIGN KEY(project_id) REFERENCES registry_project (id),
    CONSTRAINT case_step_batch_id_fkey FOREIGN KEY(batch_id) REFERENCES batch (id),
    CONSTRAINT case_step_proposal_id_fkey FOREIGN KEY(proposal_id) REFERENCES case_proposal (id)
);

CREATE TABLE registration_letter (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    number TEXT NOT NULL,
    project_id BIGINT,
    batch_id BIGINT,
    quantity BIGINT,
    supply_demand TEXT NOT NULL,
    document_id BIGINT,
    issued_by TEXT NOT NULL,
    issued_on DATE NOT NULL,
    issued_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT registration_letter_pkey PRIMARY KEY (id),
    CONSTRAINT registration_letter_number_key UNIQUE (number),
    CONSTRAINT registration_letter_project_id_key UNIQUE (project_id),
    CONSTRAINT registration_letter_batch_id_key UNIQUE (batch_id),
    CONSTRAINT registration_letter_one_case CHECK (num_nonnulls(project_id, batch_id) = 1),
    CONSTRAINT registration_letter_batch_has_quantity CHECK ((batch_id is null) = (quantity is null)),
    CONSTRAINT registration_letter_quantity_positive CHECK (quantity >= 1),
    CONSTRAINT registration_letter_weighed CHECK (supply_demand <> ''),
    CONSTRAINT registration_letter_project_id_fkey FOREIGN KEY(project_id) REFERENCES registry_project (id),
    CONSTRAINT registration_letter_batch_id_fkey FOREIGN KEY(batch_id) REFERENCES batch (id),
    CONSTRAINT registration_letter_document_id_fkey FOREIGN KEY(document_id) REFERENCES document (id)
);

CREATE TABLE public_notice (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    project_id BIGINT,
    batch_id BIGINT,
    state TEXT DEFAULT 'scheduled' NOT NULL,
    working_days BIGINT NOT NULL,
    opened_on DATE,
    opened_at TIMESTAMP WITH TIME ZONE,
    opened_by TEXT,
    last_day DATE,
    edition_id BIGINT,
    opinions BIGINT DEFAULT '0' NOT NULL,
    closed_at TIMESTAMP WITH TIME ZONE,
    cleared_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT public_notice_pkey PRIMARY KEY (id),
    CONSTRAINT public_notice_one_case CHECK (num_nonnulls(project_id, batch_id) = 1),
    CONSTRAINT public_notice_known_state CHECK (state in ('scheduled', 'open', 'closed_pending_answers', 'cleared', 'aborted')),
    CONSTRAINT public_notice_not_shortened CHECK (working_days >= 20),
    CONSTRAINT public_notice_open_has_days CHECK (state in ('scheduled', 'aborted') or num_nonnulls(opened_on, last_day, edition_id) = 3),
    CONSTRAINT public_notice_project_id_fkey FOREIGN KEY(project_id) REFERENCES registry_project (id),
    CONSTRAINT public_notice_batch_id_fkey FOREIGN KEY(batch_id) REFERENCES batch (id),
    CONSTRAINT public_notice_edition_id_fkey FOREIGN KEY(edition_id) REFERENCES calendar_edition (id)
);
CREATE UNIQUE INDEX public_notice_one_batch_ix ON public_notice (batch_id) WHERE state in ('scheduled', 'open', 'closed_pending_answers');
CREATE UNIQUE INDEX public_notice_one_project_ix ON public_notice (project_id) WHERE state in ('scheduled', 'open', 'closed_pending_answers');

CREATE TABLE opinion (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    notice_id BIGINT NOT NULL,
    number BIGINT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    signed TEXT,
    filed_by TEXT NOT NULL,
    filed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT opinion_pkey PRIMARY KEY (id),
    CONSTRAINT opinion_notice_id_number_key UNIQUE (notice_id, number),
    CONSTRAINT opinion_known_kind CHECK (kind in ('objection', 'comment')),
    CONSTRAINT opinion_says_something CHECK (length(trim(body)) between 1 and 5000),
    CONSTRAINT opinion_notice_id_fkey FOREIGN KEY(notice_id) REFERENCES public_notice (id)
);

CREATE TABLE opinion_answer (
    opinion_id BIGINT NOT NULL,
    body TEXT NOT NULL,
    answered_by TEXT NOT NULL,
    answered_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT opinion_answer_pkey PRIMARY KEY (opinion_id),
    CONSTRAINT opinion_answer_says_something CHECK (length(trim(body)) between 1 and 20000),
    CONSTRAINT opinion_answer_opinion_id_fkey FOREIGN KEY(opinion_id) REFERENCES opinion (id)
);

CREATE TABLE notice_recomputation (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    notice_id BIGINT NOT NULL,
    edition_id BIGINT NOT NULL,
    from_day DATE NOT NULL,
    to_day DATE NOT NULL,
    public_note TEXT NOT NULL,
    proposed_by TEXT NOT NULL,
    confirmed_by TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT notice_recomputation_pkey PRIMARY KEY (id),
    CONSTRAINT notice_recomputation_notice_id_edition_id_key UNIQUE (notice_id, edition_id),
    CONSTRAINT notice_recomputation_two_people CHECK (proposed_by <> confirmed_by),
    CONSTRAINT notice_recomputation_never_earlier CHECK (to_day >= from_day),
    CONSTRAINT notice_recomputation_told_in_public CHECK (public_note <> ''),
    CONSTRAINT notice_recomputation_notice_id_fkey FOREIGN KEY(notice_id) REFERENCES public_notice (id),
    CONSTRAINT notice_recomputation_edition_id_fkey FOREIGN KEY(edition_id) REFERENCES calendar_edition (id)
);

CREATE TABLE vv_report (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    project_id BIGINT,
    batch_id BIGINT,
    organisation_id BIGINT NOT NULL,
    document_id BIGINT NOT NULL,
    positive BOOLEAN NOT NULL,
    findings JSONB NOT NULL,
    not_applicable JSONB NOT NULL,
    commitment BOOLEAN NOT NULL,
    interest BOOLEAN NOT NULL,
    verified_t BIGINT,
    signed_on DATE NOT NULL,
    filed_by TEXT NOT NULL,
    filed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT vv_report_pkey PRIMARY KEY (id),
    CONSTRAINT vv_report_one_case CHECK (num_nonnulls(project_id, batch_id) = 1),
    CONSTRAINT vv_report_verified_quantity CHECK ((batch_id is null) = (verified_t is null)),
    CONSTRAINT vv_report_verified_not_negative CHECK (verified_t >= 0),
    CONSTRAINT vv_report_project_id_fkey FOREIGN KEY(project_id) REFERENCES registry_project (id),
    CONSTRAINT vv_report_batch_id_fkey FOREIGN KEY(batch_id) REFERENCES batch (id),
    CONSTRAINT vv_report_organisation_id_fkey FOREIGN KEY(organisation_id) REFERENCES organisation (id),
    CONSTRAINT vv_report_document_id_fkey FOREIGN KEY(document_id) REFERENCES document (id)
);
CREATE INDEX vv_report_batch_id_ix ON vv_report (batch_id);
CREATE INDEX vv_report_project_id_ix ON vv_report (project_id);

CREATE TABLE vv_supplement (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    report_id BIGINT NOT NULL,
    notice_id BIGINT NOT NULL,
    body TEXT NOT NULL,
    document_id BIGINT,
    filed_by TEXT NOT NULL,
    filed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT vv_supplement_pkey PRIMARY KEY (id),
    CONSTRAINT vv_supplement_report_id_notice_id_key UNIQUE (report_id, notice_id),
    CONSTRAINT vv_supplement_report_id_fkey FOREIGN KEY(report_id) REFERENCES vv_report (id),
    CONSTRAINT vv_supplement_notice_id_fkey FOREIGN KEY(notice_id) REFERENCES public_notice (id),
    CONSTRAINT vv_supplement_document_id_fkey FOREIGN KEY(document_id) REFERENCES document (id)
);
"""

DROP = """
DROP TABLE vv_supplement;
DROP TABLE vv_report;
DROP TABLE notice_recomputation;
DROP TABLE opinion_answer;
DROP TABLE opinion;
DROP TABLE public_notice;
DROP TABLE registration_letter;
DROP TABLE case_step;
DROP TABLE case_proposal;
DROP TABLE case_document;
DROP TABLE batch;
DROP TABLE registry_project;
DROP TABLE vvb_scope;
DROP TABLE vvb_recognition;
DROP TABLE beneficiary;
DROP TABLE trusted_party;
DROP TABLE account_representative;
DROP TABLE holding_account_paper;
DROP TABLE holding_account;
DROP TABLE methodology_version;
DROP TABLE methodology;
DROP TABLE life_step;
"""


def upgrade() -> None:
    """Make the tables."""
    op.execute(TABLES)


def downgrade() -> None:
    """Drop them."""
    op.execute(DROP)
