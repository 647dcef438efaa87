"""Accounts, rules, lots, entries; authorisations, which name an account."""

from alembic import op

revision = "0004"
down_revision = "0003"

TABLES = """
CREATE TABLE carbon_account (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    number TEXT NOT NULL,
    person_id BIGINT,
    organisation_id BIGINT,
    state TEXT NOT NULL,
    pseudonym BYTEA NOT NULL,
    applied_at TIMESTAMP WITH TIME ZONE NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE,
    closed_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT carbon_account_pkey PRIMARY KEY (id),
    CONSTRAINT carbon_account_number_key UNIQUE (number),
    CONSTRAINT carbon_account_person_id_key UNIQUE (person_id),
    CONSTRAINT carbon_account_organisation_id_key UNIQUE (organisation_id),
    CONSTRAINT carbon_account_one_holder CHECK (num_nonnulls(person_id, organisation_id) = 1),
    CONSTRAINT carbon_account_known_state CHECK (state in ('applied', 'active', 'restricted', 'closed')),
    CONSTRAINT carbon_account_closed_is_dated CHECK ((state = 'closed') = (closed_at is not null)),
    CONSTRAINT carbon_account_pseudonym_is_whole CHECK (octet_length(pseudonym) = 16),
    CONSTRAINT carbon_account_person_id_fkey FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT carbon_account_organisation_id_fkey FOREIGN KEY(organisation_id) REFERENCES organisation (id)
);

CREATE TABLE account_balance (
    account_id BIGINT NOT NULL,
    issued BIGINT DEFAULT '0' NOT NULL,
    available BIGINT DEFAULT '0' NOT NULL,
    reserved BIGINT DEFAULT '0' NOT NULL,
    cancelled BIGINT DEFAULT '0' NOT NULL,
    expired BIGINT DEFAULT '0' NOT NULL,
    closed BIGINT DEFAULT '0' NOT NULL,
    corrected BIGINT DEFAULT '0' NOT NULL,
    reduction_g BIGINT DEFAULT '0' NOT NULL,
    last_seq BIGINT DEFAULT '0' NOT NULL,
    head BYTEA DEFAULT ''::bytea NOT NULL,
    CONSTRAINT account_balance_pkey PRIMARY KEY (account_id),
    CONSTRAINT account_balance_nothing_lost CHECK (issued = available + reserved + cancelled + expired + closed + corrected),
    CONSTRAINT account_balance_none_negative CHECK (least(issued, available, reserved, cancelled, expired, closed, corrected, reduction_g, last_seq) >= 0),
    CONSTRAINT account_balance_account_id_fkey FOREIGN KEY(account_id) REFERENCES carbon_account (id)
);

CREATE TABLE account_closing (
    account_id BIGINT NOT NULL,
    requested_by TEXT NOT NULL,
    warned_of BIGINT NOT NULL,
    confirmed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT account_closing_pkey PRIMARY KEY (account_id),
    CONSTRAINT account_closing_account_id_fkey FOREIGN KEY(account_id) REFERENCES carbon_account (id)
);

CREATE TABLE conversion_rule (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    version TEXT NOT NULL,
    grams_per_point BIGINT NOT NULL,
    validity_months BIGINT NOT NULL,
    valid_from DATE NOT NULL,
    text_zh TEXT NOT NULL,
    text_en TEXT NOT NULL,
    published_by TEXT NOT NULL,
    published_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT conversion_rule_pkey PRIMARY KEY (id),
    CONSTRAINT conversion_rule_version_key UNIQUE (version),
    CONSTRAINT conversion_rule_valid_from_key UNIQUE (valid_from),
    CONSTRAINT conversion_rule_grams_positive CHECK (grams_per_point > 0),
    CONSTRAINT conversion_rule_five_years_at_most CHECK (validity_months between 1 and 60),
    CONSTRAINT conversion_rule_published_before_it_holds CHECK ((published_at at time zone 'Asia/Shanghai')::date < valid_from)
);

CREATE TABLE point_lot (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    account_id BIGINT NOT NULL,
    issued_on DATE NOT NULL,
    last_valid_on DATE NOT NULL,
    issued BIGINT DEFAULT '0' NOT NULL,
    available BIGINT DEFAULT '0' NOT NULL,
    reserved BIGINT DEFAULT '0' NOT NULL,
    cancelled BIGINT DEFAULT '0' NOT NULL,
    expired BIGINT DEFAULT '0' NOT NULL,
    closed BIGINT DEFAULT '0' NOT NULL,
    corrected BIGINT DEFAULT '0' NOT NULL,
    is_open BOOLEAN DEFAULT 'true' NOT NULL,
    CONSTRAINT point_lot_pkey PRIMARY KEY (id),
    CONSTRAINT point_lot_account_id_issued_on_last_valid_on_key UNIQUE (account_id, issued_on, last_valid_on),
    CONSTRAINT point_lot_nothing_lost CHECK (issued = available + reserved + cancelled + expired + closed + corrected),
    CONSTRAINT point_lot_none_negative CHECK (least(issued, available, reserved, cancelled, expired, closed, corrected) >= 0),
    CONSTRAINT point_lot_five_years_at_most CHECK ((last_valid_on - interval '5 years')::date < issued_on),
    CONSTRAINT point_lot_account_id_fkey FOREIGN KEY(account_id) REFERENCES carbon_account (id)
);
CREATE INDEX point_lot_expiry_ix ON point_lot (last_valid_on) WHERE is_open;
CREATE INDEX point_lot_open_ix ON point_lot (account_id, last_valid_on, issued_on, id) WHERE is_open;

CREATE SEQUENCE point_entry_id_seq;
CREATE TABLE point_entry (
    account_id BIGINT NOT NULL,
    day DATE NOT NULL,
    id BIGINT NOT NULL,
    acct_seq BIGINT NOT NULL,
    lot_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    amount BIGINT NOT NULL,
    balance_after BIGINT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    behaviour_id BIGINT,
    behaviour_day DATE,
    method_version_id BIGINT,
    rule_id BIGINT,
    reduction_g BIGINT,
    redemption_id BIGINT,
    correction_id BIGINT,
    prev_commitment BYTEA NOT NULL,
    commitment BYTEA NOT NULL,
    CONSTRAINT point_entry_pkey PRIMARY KEY (account_id, day, id),
    CONSTRAINT point_entry_known_kind CHECK (kind in ('issue', 'reserve', 'release', 'cancel', 'expire', 'close', 'correct')),
    CONSTRAINT point_entry_amount_positive CHECK (amount > 0 or (kind = 'issue' and amount = 0)),
    CONSTRAINT point_entry_issue_has_behaviour CHECK ((kind = 'issue') = (behaviour_id is not null)),
    CONSTRAINT point_entry_issue_names_its_versions CHECK ((kind = 'issue') = (num_nonnulls(behaviour_day, method_version_id, rule_id, reduction_g) = 4)),
    CONSTRAINT point_entry_redemption_is_named CHECK ((kind in ('reserve', 'release', 'cancel')) = (redemption_id is not null)),
    CONSTRAINT point_entry_correction_is_named CHECK ((kind = 'correct') = (correction_id is not null)),
    CONSTRAINT point_entry_day_in_china CHECK (day = (at at time zone 'Asia/Shanghai')::date),
    CONSTRAINT point_entry_commitment_is_whole CHECK (octet_length(commitment) = 32),
    CONSTRAINT point_entry_chain_is_whole CHECK (octet_length(prev_commitment) = case acct_seq when 1 then 0 else 32 end)
)
 PARTITION BY RANGE (day);

CREATE TABLE entry_salt (
    account_id BIGINT NOT NULL,
    acct_seq BIGINT NOT NULL,
    salt BYTEA NOT NULL,
    CONSTRAINT entry_salt_pkey PRIMARY KEY (account_id, acct_seq),
    CONSTRAINT entry_salt_salt_is_whole CHECK (octet_length(salt) = 32)
);

CREATE TABLE behaviour_issue (
    behaviour_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    entry_day DATE NOT NULL,
    CONSTRAINT behaviour_issue_pkey PRIMARY KEY (behaviour_id)
);

CREATE TABLE authorisation (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    account_id BIGINT NOT NULL,
    scenario_id BIGINT NOT NULL,
    host_user TEXT NOT NULL,
    data_kinds JSONB NOT NULL,
    text_version TEXT NOT NULL,
    given_at TIMESTAMP WITH TIME ZONE NOT NULL,
    withdrawn_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT authorisation_pkey PRIMARY KEY (id),
    CONSTRAINT authorisation_withdrawn_after_given CHECK (withdrawn_at >= given_at),
    CONSTRAINT authorisation_names_kinds_of_data CHECK (jsonb_array_length(data_kinds) > 0),
    CONSTRAINT authorisation_account_id_fkey FOREIGN KEY(account_id) REFERENCES carbon_account (id),
    CONSTRAINT authorisation_scenario_id_fkey FOREIGN KEY(scenario_id) REFERENCES scenario (id)
);
CREATE INDEX authorisation_account_id_scenario_id_ix ON authorisation (account_id, scenario_id);
CREATE UNIQUE INDEX authorisation_in_force_ix ON authorisation (scenario_id, host_user) WHERE withdrawn_at is null;

"""


def upgrade() -> None:
    """Make the tables."""
    op.execute(TABLES)


def downgrade() -> None:
    """Remove the tables."""
    op.execute("DROP TABLE authorisation")
    op.execute("DROP TABLE behaviour_issue")
    op.execute("DROP TABLE entry_salt")
    op.execute("DROP TABLE point_entry")
    op.execute("DROP SEQUENCE point_entry_id_seq")
    op.execute("DROP TABLE point_lot")
    op.execute("DROP TABLE conversion_rule")
    op.execute("DROP TABLE account_closing")
    op.execute("DROP TABLE account_balance")
    op.execute("DROP TABLE carbon_account")
