"""Registration of scenarios, methods, profiles, uploads, behaviours."""

from alembic import op

revision = "0003"
down_revision = "0002"

TABLES = """
CREATE TABLE evaluation_norm (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    version TEXT NOT NULL,
    valid_from DATE NOT NULL,
    items JSONB NOT NULL,
    pass_score BIGINT NOT NULL,
    published_by TEXT NOT NULL,
    published_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT evaluation_norm_pkey PRIMARY KEY (id),
    CONSTRAINT evaluation_norm_version_key UNIQUE (version),
    CONSTRAINT evaluation_norm_valid_from_key UNIQUE (valid_from)
);

CREATE TABLE method (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    code TEXT NOT NULL,
    CONSTRAINT method_pkey PRIMARY KEY (id),
    CONSTRAINT method_code_key UNIQUE (code)
);

CREATE TABLE method_version (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    method_id BIGINT NOT NULL,
    version TEXT NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE,
    body JSONB NOT NULL,
    published_by TEXT NOT NULL,
    published_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT method_version_pkey PRIMARY KEY (id),
    CONSTRAINT method_version_method_id_version_key UNIQUE (method_id, version),
    CONSTRAINT method_version_valid_for_a_day CHECK (valid_until > valid_from),
    CONSTRAINT method_version_one_in_force EXCLUDE USING gist (int8range(method_id, method_id, '[]') WITH &&, daterange(valid_from, valid_until) WITH &&),
    CONSTRAINT method_version_method_id_fkey FOREIGN KEY(method_id) REFERENCES method (id)
);

CREATE TABLE scenario (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    name_en TEXT,
    life_field TEXT NOT NULL,
    host_id BIGINT NOT NULL,
    area_code TEXT NOT NULL,
    description TEXT NOT NULL,
    operating_since DATE NOT NULL,
    sector_department TEXT,
    icon TEXT DEFAULT 'leaf' NOT NULL,
    state TEXT NOT NULL,
    lateness_days BIGINT DEFAULT '30' NOT NULL,
    data_kinds JSONB NOT NULL,
    authorisation_text TEXT NOT NULL,
    authorisation_version TEXT NOT NULL,
    sandbox BOOLEAN DEFAULT 'false' NOT NULL,
    applied_by TEXT NOT NULL,
    applied_at TIMESTAMP WITH TIME ZONE NOT NULL,
    host_agreed_at TIMESTAMP WITH TIME ZONE,
    host_agreed_by TEXT,
    operator_agreed_at TIMESTAMP WITH TIME ZONE,
    operator_agreed_by TEXT,
    listed_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT scenario_pkey PRIMARY KEY (id),
    CONSTRAINT scenario_code_key UNIQUE (code),
    CONSTRAINT scenario_code_is_readable CHECK (code ~ '^[a-z][a-z0-9-]{2,39}$'),
    CONSTRAINT scenario_known_life_field CHECK (life_field in ('clothing', 'food', 'housing', 'transport', 'daily_use')),
    CONSTRAINT scenario_known_state CHECK (state in ('applied', 'under_assessment', 'assessed', 'agreed', 'approved', 'listed', 'suspended', 'delisted', 'rejected')),
    CONSTRAINT scenario_lateness_in_bounds CHECK (lateness_days between 0 and 3650),
    CONSTRAINT scenario_agreed_by_both CHECK (state not in ('agreed', 'approved', 'listed') or (host_agreed_at is not null and operator_agreed_at is not null)),
    CONSTRAINT scenario_host_id_fkey FOREIGN KEY(host_id) REFERENCES organisation (id),
    CONSTRAINT scenario_area_code_fkey FOREIGN KEY(area_code) REFERENCES district (code)
);
CREATE INDEX scenario_host_id_ix ON scenario (host_id);
CREATE INDEX scenario_state_ix ON scenario (state);

CREATE TABLE scenario_method (
    scenario_id BIGINT NOT NULL,
    method_id BIGINT NOT NULL,
    CONSTRAINT scenario_method_pkey PRIMARY KEY (scenario_id, method_id),
    CONSTRAINT scenario_method_scenario_id_fkey FOREIGN KEY(scenario_id) REFERENCES scenario (id),
    CONSTRAINT scenario_method_method_id_fkey FOREIGN KEY(method_id) REFERENCES method (id)
);

CREATE TABLE scenario_evidence (
    scenario_id BIGINT NOT NULL,
    document_id BIGINT NOT NULL,
    title TEXT NOT NULL,
    CONSTRAINT scenario_evidence_pkey PRIMARY KEY (scenario_id, document_id),
    CONSTRAINT scenario_evidence_scenario_id_fkey FOREIGN KEY(scenario_id) REFERENCES scenario (id),
    CONSTRAINT scenario_evidence_document_id_fkey FOREIGN KEY(document_id) REFERENCES document (id)
);

CREATE TABLE scenario_step (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    scenario_id BIGINT NOT NULL,
    act TEXT NOT NULL,
    from_state TEXT,
    to_state TEXT NOT NULL,
    actor TEXT NOT NULL,
    reason TEXT,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT scenario_step_pkey PRIMARY KEY (id),
    CONSTRAINT scenario_step_scenario_id_fkey FOREIGN KEY(scenario_id) REFERENCES scenario (id)
);
CREATE INDEX scenario_step_scenario_id_ix ON scenario_step (scenario_id);

CREATE TABLE scenario_assessment (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    scenario_id BIGINT NOT NULL,
    norm_id BIGINT NOT NULL,
    scores JSONB NOT NULL,
    total BIGINT NOT NULL,
    passed BOOLEAN NOT NULL,
    remark TEXT,
    assessed_by TEXT NOT NULL,
    assessed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT scenario_assessment_pkey PRIMARY KEY (id),
    CONSTRAINT scenario_assessment_scenario_id_fkey FOREIGN KEY(scenario_id) REFERENCES scenario (id),
    CONSTRAINT scenario_assessment_norm_id_fkey FOREIGN KEY(norm_id) REFERENCES evaluation_norm (id)
);
CREATE INDEX scenario_assessment_scenario_id_ix ON scenario_assessment (scenario_id);

CREATE TABLE api_key (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    organisation_id BIGINT NOT NULL,
    scenario_id BIGINT,
    name TEXT NOT NULL,
    prefix TEXT NOT NULL,
    secret_hash BYTEA NOT NULL,
    scopes JSONB NOT NULL,
    created_by TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    last_used_at TIMESTAMP WITH TIME ZONE,
    revoked_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT api_key_pkey PRIMARY KEY (id),
    CONSTRAINT api_key_prefix_key UNIQUE (prefix),
    CONSTRAINT api_key_organisation_id_fkey FOREIGN KEY(organisation_id) REFERENCES organisation (id),
    CONSTRAINT api_key_scenario_id_fkey FOREIGN KEY(scenario_id) REFERENCES scenario (id)
);
CREATE INDEX api_key_organisation_id_ix ON api_key (organisation_id);

CREATE TABLE link_proposal (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    scenario_id BIGINT NOT NULL,
    host_user TEXT NOT NULL,
    phone_hash BYTEA NOT NULL,
    proposed_by TEXT NOT NULL,
    proposed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE,
    decision TEXT,
    CONSTRAINT link_proposal_pkey PRIMARY KEY (id),
    CONSTRAINT link_proposal_known_decision CHECK (decision in ('confirmed', 'declined')),
    CONSTRAINT link_proposal_scenario_id_fkey FOREIGN KEY(scenario_id) REFERENCES scenario (id)
);
CREATE UNIQUE INDEX link_proposal_open_ix ON link_proposal (scenario_id, host_user) WHERE decided_at is null;
CREATE INDEX link_proposal_phone_hash_ix ON link_proposal (phone_hash);

CREATE TABLE mapping_profile (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    scenario_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    version BIGINT NOT NULL,
    method_id BIGINT NOT NULL,
    text TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT mapping_profile_pkey PRIMARY KEY (id),
    CONSTRAINT mapping_profile_scenario_id_name_version_key UNIQUE (scenario_id, name, version),
    CONSTRAINT mapping_profile_scenario_id_fkey FOREIGN KEY(scenario_id) REFERENCES scenario (id),
    CONSTRAINT mapping_profile_method_id_fkey FOREIGN KEY(method_id) REFERENCES method (id)
);

CREATE TABLE upload (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    scenario_id BIGINT NOT NULL,
    profile_id BIGINT,
    document_id BIGINT,
    door TEXT NOT NULL,
    filename TEXT,
    state TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    started_at TIMESTAMP WITH TIME ZONE,
    finished_at TIMESTAMP WITH TIME ZONE,
    heartbeat_at TIMESTAMP WITH TIME ZONE,
    rows BIGINT DEFAULT '0' NOT NULL,
    decided BIGINT DEFAULT '0' NOT NULL,
    buckets BIGINT DEFAULT '0' NOT NULL,
    buckets_done BIGINT DEFAULT '0' NOT NULL,
    outcomes JSONB DEFAULT '{}' NOT NULL,
    reduction_g BIGINT DEFAULT '0' NOT NULL,
    points BIGINT DEFAULT '0' NOT NULL,
    error_code TEXT,
    error_details JSONB,
    CONSTRAINT upload_pkey PRIMARY KEY (id),
    CONSTRAINT upload_known_state CHECK (state in ('queued', 'reading', 'deciding', 'done', 'failed')),
    CONSTRAINT upload_known_door CHECK (door in ('file', 'api', 'cli', 'review')),
    CONSTRAINT upload_scenario_id_fkey FOREIGN KEY(scenario_id) REFERENCES scenario (id),
    CONSTRAINT upload_profile_id_fkey FOREIGN KEY(profile_id) REFERENCES mapping_profile (id),
    CONSTRAINT upload_document_id_fkey FOREIGN KEY(document_id) REFERENCES document (id)
);
CREATE INDEX upload_scenario_id_id_ix ON upload (scenario_id, id);
CREATE INDEX upload_waiting_ix ON upload (id) WHERE state <> 'done' and state <> 'failed';

CREATE TABLE intake_key (
    scenario_id BIGINT NOT NULL,
    key_hash BYTEA NOT NULL,
    content_hash BYTEA NOT NULL,
    behaviour_id BIGINT,
    day DATE,
    verdict TEXT NOT NULL,
    CONSTRAINT intake_key_pkey PRIMARY KEY (scenario_id, key_hash),
    CONSTRAINT intake_key_key_is_whole CHECK (octet_length(key_hash) = 16),
    CONSTRAINT intake_key_accepted_is_kept CHECK ((verdict = 'accepted') = (behaviour_id is not null))
);

CREATE SEQUENCE behaviour_id_seq;
CREATE TABLE behaviour (
    account_id BIGINT NOT NULL,
    day DATE NOT NULL,
    id BIGINT NOT NULL,
    scenario_id BIGINT NOT NULL,
    upload_id BIGINT NOT NULL,
    row_no BIGINT NOT NULL,
    authorisation_id BIGINT NOT NULL,
    method_version_id BIGINT NOT NULL,
    source_id TEXT NOT NULL,
    occurred_at TIMESTAMP WITH TIME ZONE NOT NULL,
    received_at TIMESTAMP WITH TIME ZONE NOT NULL,
    quantity_milli BIGINT NOT NULL,
    computed_g BIGINT NOT NULL,
    reduction_g BIGINT NOT NULL,
    cap TEXT,
    CONSTRAINT behaviour_pkey PRIMARY KEY (account_id, day, id),
    CONSTRAINT behaviour_day_in_china CHECK (day = (occurred_at at time zone 'Asia/Shanghai')::date),
    CONSTRAINT behaviour_reduction_in_bounds CHECK (reduction_g > 0 and reduction_g <= computed_g),
    CONSTRAINT behaviour_quantity_positive CHECK (quantity_milli > 0)
)
 PARTITION BY RANGE (day);

CREATE TABLE intake_outcome (
    received_on DATE NOT NULL,
    upload_id BIGINT NOT NULL,
    row_no BIGINT NOT NULL,
    outcome TEXT NOT NULL,
    reason TEXT NOT NULL,
    source_id TEXT,
    CONSTRAINT intake_outcome_pkey PRIMARY KEY (received_on, upload_id, row_no)
)
 PARTITION BY RANGE (received_on);

CREATE TABLE held_row (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    scenario_id BIGINT NOT NULL,
    upload_id BIGINT NOT NULL,
    row_no BIGINT NOT NULL,
    key_hash BYTEA NOT NULL,
    content_hash BYTEA NOT NULL,
    source_id TEXT NOT NULL,
    host_user TEXT NOT NULL,
    occurred_at TIMESTAMP WITH TIME ZONE NOT NULL,
    quantity_milli BIGINT NOT NULL,
    computed_g BIGINT NOT NULL,
    method_version_id BIGINT NOT NULL,
    reason TEXT NOT NULL,
    held_at TIMESTAMP WITH TIME ZONE NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE,
    decided_by TEXT,
    decision TEXT,
    remark TEXT,
    outcome TEXT,
    CONSTRAINT held_row_pkey PRIMARY KEY (id),
    CONSTRAINT held_row_known_decision CHECK (decision in ('released', 'rejected')),
    CONSTRAINT held_row_scenario_id_fkey FOREIGN KEY(scenario_id) REFERENCES scenario (id),
    CONSTRAINT held_row_upload_id_fkey FOREIGN KEY(upload_id) REFERENCES upload (id)
);
CREATE INDEX held_row_open_ix ON held_row (id) WHERE decided_at is null;
CREATE INDEX held_row_scenario_id_ix ON held_row (scenario_id);

"""


def upgrade() -> None:
    """Make the tables."""
    op.execute(TABLES)


def downgrade() -> None:
    """Remove the tables."""
    op.execute("DROP TABLE held_row")
    op.execute("DROP TABLE intake_outcome")
    op.execute("DROP TABLE behaviour")
    op.execute("DROP SEQUENCE behaviour_id_seq")
    op.execute("DROP TABLE intake_key")
    op.execute("DROP TABLE upload")
    op.execute("DROP TABLE mapping_profile")
    op.execute("DROP TABLE link_proposal")
    op.execute("DROP TABLE api_key")
    op.execute("DROP TABLE scenario_assessment")
    op.execute("DROP TABLE scenario_step")
    op.execute("DROP TABLE scenario_evidence")
    op.execute("DROP TABLE scenario_method")
    op.execute("DROP TABLE scenario")
    op.execute("DROP TABLE method_version")
    op.execute("DROP TABLE method")
    op.execute("DROP TABLE evaluation_norm")
