"""Merchants, offers, redemptions, corrections."""

from alembic import op

revision = "0005"
down_revision = "0004"

TABLES = """
CREATE TABLE merchant (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    organisation_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    name_en TEXT,
    category TEXT NOT NULL,
    area_code TEXT NOT NULL,
    address TEXT NOT NULL,
    state TEXT NOT NULL,
    applied_by TEXT NOT NULL,
    applied_at TIMESTAMP WITH TIME ZONE NOT NULL,
    admitted_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT merchant_pkey PRIMARY KEY (id),
    CONSTRAINT merchant_organisation_id_key UNIQUE (organisation_id),
    CONSTRAINT merchant_known_state CHECK (state in ('applied', 'admitted', 'suspended', 'left', 'rejected')),
    CONSTRAINT merchant_organisation_id_fkey FOREIGN KEY(organisation_id) REFERENCES organisation (id),
    CONSTRAINT merchant_area_code_fkey FOREIGN KEY(area_code) REFERENCES district (code)
);

CREATE TABLE merchant_step (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    merchant_id BIGINT NOT NULL,
    act TEXT NOT NULL,
    from_state TEXT,
    to_state TEXT NOT NULL,
    actor TEXT NOT NULL,
    reason TEXT,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT merchant_step_pkey PRIMARY KEY (id),
    CONSTRAINT merchant_step_merchant_id_fkey FOREIGN KEY(merchant_id) REFERENCES merchant (id)
);
CREATE INDEX merchant_step_merchant_id_ix ON merchant_step (merchant_id);

CREATE TABLE offer (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    merchant_id BIGINT NOT NULL,
    title TEXT NOT NULL,
    title_en TEXT,
    description TEXT NOT NULL,
    terms TEXT NOT NULL,
    picture_id BIGINT,
    picture_name TEXT,
    category TEXT NOT NULL,
    area_code TEXT,
    price BIGINT NOT NULL,
    stock BIGINT NOT NULL,
    stock_taken BIGINT DEFAULT '0' NOT NULL,
    per_person BIGINT NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE NOT NULL,
    use_days BIGINT NOT NULL,
    state TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT offer_pkey PRIMARY KEY (id),
    CONSTRAINT offer_price_positive CHECK (price > 0),
    CONSTRAINT offer_never_oversold CHECK (stock_taken between 0 and stock),
    CONSTRAINT offer_per_person_positive CHECK (per_person > 0),
    CONSTRAINT offer_valid_for_a_day CHECK (valid_until >= valid_from),
    CONSTRAINT offer_reserved_seven_days_at_most CHECK (use_days between 1 and 7),
    CONSTRAINT offer_known_state CHECK (state in ('draft', 'on_shelf', 'off_shelf')),
    CONSTRAINT offer_merchant_id_fkey FOREIGN KEY(merchant_id) REFERENCES merchant (id),
    CONSTRAINT offer_picture_id_fkey FOREIGN KEY(picture_id) REFERENCES document (id),
    CONSTRAINT offer_area_code_fkey FOREIGN KEY(area_code) REFERENCES district (code)
);
CREATE INDEX offer_merchant_id_ix ON offer (merchant_id);
CREATE INDEX offer_state_id_ix ON offer (state, id);

CREATE TABLE redemption (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    account_id BIGINT NOT NULL,
    offer_id BIGINT NOT NULL,
    merchant_id BIGINT NOT NULL,
    key TEXT NOT NULL,
    price BIGINT NOT NULL,
    code TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    reserved_until TIMESTAMP WITH TIME ZONE NOT NULL,
    settled_at TIMESTAMP WITH TIME ZONE,
    settled_by TEXT,
    reason TEXT,
    CONSTRAINT redemption_pkey PRIMARY KEY (id),
    CONSTRAINT redemption_account_id_key_key UNIQUE (account_id, key),
    CONSTRAINT redemption_code_key UNIQUE (code),
    CONSTRAINT redemption_price_positive CHECK (price > 0),
    CONSTRAINT redemption_known_state CHECK (state in ('reserved', 'fulfilled', 'refused', 'timed_out', 'withdrawn')),
    CONSTRAINT redemption_settled_is_dated CHECK ((state = 'reserved') = (settled_at is null)),
    CONSTRAINT redemption_reserved_seven_days_at_most CHECK (reserved_until > created_at and reserved_until <= created_at + interval '8 days'),
    CONSTRAINT redemption_account_id_fkey FOREIGN KEY(account_id) REFERENCES carbon_account (id),
    CONSTRAINT redemption_offer_id_fkey FOREIGN KEY(offer_id) REFERENCES offer (id),
    CONSTRAINT redemption_merchant_id_fkey FOREIGN KEY(merchant_id) REFERENCES merchant (id)
);
CREATE INDEX redemption_account_id_id_ix ON redemption (account_id, id);
CREATE INDEX redemption_merchant_id_id_ix ON redemption (merchant_id, id);
CREATE INDEX redemption_offer_id_account_id_ix ON redemption (offer_id, account_id);
CREATE INDEX redemption_waiting_ix ON redemption (reserved_until) WHERE state = 'reserved';

CREATE TABLE redemption_part (
    redemption_id BIGINT NOT NULL,
    lot_id BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    settlement TEXT,
    CONSTRAINT redemption_part_pkey PRIMARY KEY (redemption_id, lot_id),
    CONSTRAINT redemption_part_amount_positive CHECK (amount > 0),
    CONSTRAINT redemption_part_known_settlement CHECK (settlement in ('released', 'cancelled')),
    CONSTRAINT redemption_part_redemption_id_fkey FOREIGN KEY(redemption_id) REFERENCES redemption (id),
    CONSTRAINT redemption_part_lot_id_fkey FOREIGN KEY(lot_id) REFERENCES point_lot (id)
);

CREATE TABLE display_code (
    digest BYTEA NOT NULL,
    redemption_id BIGINT NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT display_code_pkey PRIMARY KEY (digest),
    CONSTRAINT display_code_redemption_id_fkey FOREIGN KEY(redemption_id) REFERENCES redemption (id)
);

CREATE TABLE correction (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    account_id BIGINT NOT NULL,
    lot_id BIGINT NOT NULL,
    behaviour_id BIGINT NOT NULL,
    behaviour_day DATE NOT NULL,
    amount BIGINT NOT NULL,
    rule_clause TEXT NOT NULL,
    reason TEXT NOT NULL,
    evidence_id BIGINT NOT NULL,
    state TEXT NOT NULL,
    proposed_by TEXT NOT NULL,
    proposed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    confirmed_by TEXT,
    noticed_at TIMESTAMP WITH TIME ZONE,
    object_until TIMESTAMP WITH TIME ZONE,
    objection TEXT,
    objected_at TIMESTAMP WITH TIME ZONE,
    answer TEXT,
    answered_by TEXT,
    executed_at TIMESTAMP WITH TIME ZONE,
    executed_amount BIGINT,
    CONSTRAINT correction_pkey PRIMARY KEY (id),
    CONSTRAINT correction_known_state CHECK (state in ('proposed', 'confirmed', 'objected', 'executed', 'withdrawn')),
    CONSTRAINT correction_amount_positive CHECK (amount > 0),
    CONSTRAINT correction_two_people CHECK (confirmed_by <> proposed_by),
    CONSTRAINT correction_confirmed_and_noticed CHECK (state in ('proposed', 'withdrawn') or (confirmed_by is not null and noticed_at is not null and object_until is not null)),
    CONSTRAINT correction_fifteen_days CHECK (object_until > noticed_at + interval '15 days'),
    CONSTRAINT correction_executed_in_bounds CHECK (executed_amount between 0 and amount),
    CONSTRAINT correction_account_id_fkey FOREIGN KEY(account_id) REFERENCES carbon_account (id),
    CONSTRAINT correction_lot_id_fkey FOREIGN KEY(lot_id) REFERENCES point_lot (id),
    CONSTRAINT correction_evidence_id_fkey FOREIGN KEY(evidence_id) REFERENCES document (id)
);
CREATE INDEX correction_account_id_ix ON correction (account_id);
CREATE UNIQUE INDEX correction_open_ix ON correction (behaviour_id) WHERE state <> 'withdrawn';

"""


def upgrade() -> None:
    """Make the tables."""
    op.execute(TABLES)


def downgrade() -> None:
    """Remove the tables."""
    op.execute("DROP TABLE correction")
    op.execute("DROP TABLE display_code")
    op.execute("DROP TABLE redemption_part")
    op.execute("DROP TABLE redemption")
    op.execute("DROP TABLE offer")
    op.execute("DROP TABLE merchant_step")
    op.execute("DROP TABLE merchant")
