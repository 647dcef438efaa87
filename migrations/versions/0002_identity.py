"""People, organisations, roles, sessions."""

from alembic import op

revision = "0002"
down_revision = "0001"

TABLES = """
CREATE TABLE district (
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    name_en TEXT NOT NULL,
    position BIGINT NOT NULL,
    CONSTRAINT district_pkey PRIMARY KEY (code)
);

CREATE TABLE person (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    phone_hash BYTEA NOT NULL,
    phone_sealed BYTEA NOT NULL,
    phone_tail TEXT NOT NULL,
    nickname TEXT,
    locale TEXT DEFAULT 'zh' NOT NULL,
    name_sealed BYTEA,
    document_type TEXT,
    document_hash BYTEA,
    document_sealed BYTEA,
    born_on DATE,
    guardian_id BIGINT,
    guardian_consented_at TIMESTAMP WITH TIME ZONE,
    area_code TEXT,
    privacy_version TEXT,
    privacy_accepted_at TIMESTAMP WITH TIME ZONE,
    registered_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT person_pkey PRIMARY KEY (id),
    CONSTRAINT person_phone_hash_key UNIQUE (phone_hash),
    CONSTRAINT person_document_type_document_hash_key UNIQUE (document_type, document_hash),
    CONSTRAINT person_document_is_whole CHECK ((document_hash is null) = (document_type is null)),
    CONSTRAINT person_nobody_guards_themselves CHECK (guardian_id <> id),
    CONSTRAINT person_known_locale CHECK (locale in ('zh', 'en')),
    CONSTRAINT person_guardian_id_fkey FOREIGN KEY(guardian_id) REFERENCES person (id),
    CONSTRAINT person_area_code_fkey FOREIGN KEY(area_code) REFERENCES district (code)
);

CREATE TABLE staff_user (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    login TEXT NOT NULL,
    display_name TEXT NOT NULL,
    locale TEXT DEFAULT 'zh' NOT NULL,
    password_hash TEXT NOT NULL,
    password_changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    totp_sealed BYTEA,
    totp_confirmed_at TIMESTAMP WITH TIME ZONE,
    totp_last_step BIGINT DEFAULT '0' NOT NULL,
    failed_sign_ins BIGINT DEFAULT '0' NOT NULL,
    locked_until TIMESTAMP WITH TIME ZONE,
    disabled_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT staff_user_pkey PRIMARY KEY (id),
    CONSTRAINT staff_user_login_key UNIQUE (login),
    CONSTRAINT staff_user_login_is_lower_case CHECK (login = lower(login)),
    CONSTRAINT staff_user_known_locale CHECK (locale in ('zh', 'en'))
);

CREATE TABLE organisation (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    name TEXT NOT NULL,
    name_en TEXT,
    kind TEXT NOT NULL,
    country TEXT DEFAULT 'CN' NOT NULL,
    credit_code TEXT,
    foreign_number TEXT,
    area_code TEXT,
    authority TEXT,
    sector_department TEXT,
    registered_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT organisation_pkey PRIMARY KEY (id),
    CONSTRAINT organisation_credit_code_key UNIQUE (credit_code),
    CONSTRAINT organisation_country_foreign_number_key UNIQUE (country, foreign_number),
    CONSTRAINT organisation_domestic_has_code CHECK ((country = 'CN') = (credit_code is not null)),
    CONSTRAINT organisation_foreign_has_number CHECK ((country <> 'CN') = (foreign_number is not null)),
    CONSTRAINT organisation_country_is_two_letters CHECK (country ~ '^[A-Z]{2}$'),
    CONSTRAINT organisation_known_authority CHECK (authority in ('bureau', 'district_bureau')),
    CONSTRAINT organisation_known_kind CHECK (kind in ('enterprise', 'public_institution', 'social_group', 'association', 'government', 'other')),
    CONSTRAINT organisation_area_code_fkey FOREIGN KEY(area_code) REFERENCES district (code)
);
CREATE UNIQUE INDEX organisation_one_bureau_ix ON organisation (authority) WHERE authority = 'bureau';

CREATE TABLE membership (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    staff_user_id BIGINT NOT NULL,
    organisation_id BIGINT NOT NULL,
    role TEXT NOT NULL,
    granted_at TIMESTAMP WITH TIME ZONE NOT NULL,
    granted_by TEXT NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT membership_pkey PRIMARY KEY (id),
    CONSTRAINT membership_ends_after_grant CHECK (ended_at >= granted_at),
    CONSTRAINT membership_staff_user_id_fkey FOREIGN KEY(staff_user_id) REFERENCES staff_user (id),
    CONSTRAINT membership_organisation_id_fkey FOREIGN KEY(organisation_id) REFERENCES organisation (id)
);
CREATE UNIQUE INDEX membership_current_ix ON membership (staff_user_id, organisation_id, role) WHERE ended_at is null;
CREATE INDEX membership_organisation_id_ix ON membership (organisation_id);

CREATE TABLE operator_appointment (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    organisation_id BIGINT NOT NULL,
    selection_reference TEXT NOT NULL,
    starts_on DATE NOT NULL,
    ends_on DATE NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT operator_appointment_pkey PRIMARY KEY (id),
    CONSTRAINT operator_appointment_ends_after_start CHECK (ends_on >= starts_on),
    CONSTRAINT operator_appointment_one_at_a_time EXCLUDE USING gist (daterange(starts_on, ends_on, '[]') WITH &&),
    CONSTRAINT operator_appointment_organisation_id_fkey FOREIGN KEY(organisation_id) REFERENCES organisation (id)
);

CREATE TABLE yearly_target (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    year BIGINT NOT NULL,
    measure TEXT NOT NULL,
    version BIGINT NOT NULL,
    goal BIGINT NOT NULL,
    note TEXT,
    details JSONB,
    set_by TEXT NOT NULL,
    set_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT yearly_target_pkey PRIMARY KEY (id),
    CONSTRAINT yearly_target_year_measure_version_key UNIQUE (year, measure, version)
);

CREATE TABLE web_session (
    token_hash BYTEA NOT NULL,
    public_id TEXT NOT NULL,
    principal_kind TEXT,
    principal_id BIGINT,
    organisation_id BIGINT,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    fresh_at TIMESTAMP WITH TIME ZONE,
    revoked_at TIMESTAMP WITH TIME ZONE,
    user_agent TEXT,
    address_prefix TEXT,
    data JSONB NOT NULL,
    CONSTRAINT web_session_pkey PRIMARY KEY (token_hash),
    CONSTRAINT web_session_hash_is_whole CHECK (octet_length(token_hash) = 32),
    CONSTRAINT web_session_known_principal CHECK (principal_kind in ('citizen', 'staff')),
    CONSTRAINT web_session_public_id_key UNIQUE (public_id)
);
CREATE INDEX web_session_expires_at_ix ON web_session (expires_at);
CREATE INDEX web_session_principal_kind_principal_id_ix ON web_session (principal_kind, principal_id);

CREATE TABLE one_time_code (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    phone_hash BYTEA NOT NULL,
    purpose TEXT NOT NULL,
    browser_hash BYTEA NOT NULL,
    code_hash BYTEA NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    tries BIGINT DEFAULT '0' NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT one_time_code_pkey PRIMARY KEY (id),
    CONSTRAINT one_time_code_five_tries CHECK (tries between 0 and 5)
);
CREATE INDEX one_time_code_phone_hash_purpose_created_at_ix ON one_time_code (phone_hash, purpose, created_at);

CREATE TABLE webhook_endpoint (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    organisation_id BIGINT NOT NULL,
    url TEXT NOT NULL,
    secret_sealed BYTEA NOT NULL,
    events JSONB NOT NULL,
    created_by TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    disabled_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT webhook_endpoint_pkey PRIMARY KEY (id),
    CONSTRAINT webhook_endpoint_organisation_id_fkey FOREIGN KEY(organisation_id) REFERENCES organisation (id)
);
CREATE INDEX webhook_endpoint_organisation_id_ix ON webhook_endpoint (organisation_id);

"""


def upgrade() -> None:
    """Make the tables."""
    op.execute(TABLES)


def downgrade() -> None:
    """Remove the tables."""
    op.execute("DROP TABLE webhook_endpoint")
    op.execute("DROP TABLE one_time_code")
    op.execute("DROP TABLE web_session")
    op.execute("DROP TABLE yearly_target")
    op.execute("DROP TABLE operator_appointment")
    op.execute("DROP TABLE membership")
    op.execute("DROP TABLE organisation")
    op.execute("DROP TABLE staff_user")
    op.execute("DROP TABLE person")
    op.execute("DROP TABLE district")
