"""Units: the number line, blocks, holdings, movements; and the lives of the registry as data."""

from alembic import op

revision = "0051"
down_revision = "0050"

TABLES = """
CREATE SEQUENCE movement_step_seq;

CREATE TABLE number_line (
    id BIGINT NOT NULL,
    last_no BIGINT DEFAULT '0' NOT NULL,
    CONSTRAINT number_line_pkey PRIMARY KEY (id),
    CONSTRAINT number_line_one_row CHECK (id = 1)
);

CREATE TABLE unit_movement (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    kind TEXT NOT NULL,
    batch_id BIGINT,
    giving_account_id BIGINT,
    taking_account_id BIGINT,
    from_state TEXT,
    quantity BIGINT NOT NULL,
    purpose TEXT,
    beneficiary_id BIGINT,
    usage JSONB NOT NULL,
    ground_document_id BIGINT,
    note TEXT,
    proposed_by TEXT NOT NULL,
    proposed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    state TEXT DEFAULT 'proposed' NOT NULL,
    steps BIGINT DEFAULT '0' NOT NULL,
    waits_until TIMESTAMP WITH TIME ZONE,
    CONSTRAINT unit_movement_pkey PRIMARY KEY (id),
    CONSTRAINT unit_movement_known_kind CHECK (kind in ('issue', 'gift', 'succeed', 'deposit', 'withdraw', 'trade', 'freeze', 'unfreeze', 'hold_for_offset', 'release_from_offset', 'cancel')),
    CONSTRAINT unit_movement_known_state CHECK (state in ('proposed', 'confirmed', 'waiting', 'executed', 'refused', 'withdrawn', 'lapsed', 'failed_checks')),
    CONSTRAINT unit_movement_moves_something CHECK (quantity >= 1),
    CONSTRAINT unit_movement_only_issue_comes_from_nothing CHECK ((kind = 'issue') = (batch_id is not null) and (kind = 'issue') = (giving_account_id is null) and (kind = 'issue') = (from_state is null)),
    CONSTRAINT unit_movement_taker_where_there_is_one CHECK ((kind in ('issue', 'gift', 'succeed', 'trade')) = (taking_account_id is not null)),
    CONSTRAINT unit_movement_to_another CHECK (giving_account_id <> taking_account_id),
    CONSTRAINT unit_movement_cancelled_for_a_purpose CHECK ((kind = 'cancel') = (purpose is not null) and (purpose in ('compliance_offset', 'event_neutrality', 'own_operations', 'personal', 'judicial', 'public_benefit', 'ordered', 'forced', 'owner_lost')) is not false),
    CONSTRAINT unit_movement_purpose_fits_the_state CHECK (kind <> 'cancel' or case purpose when 'compliance_offset' then from_state = 'frozen_offset' when 'ordered' then from_state in ('held', 'frozen_order') when 'forced' then from_state in ('held', 'frozen_order') else from_state = 'held' end),
    CONSTRAINT unit_movement_agency_acts_on_a_ground CHECK ((kind in ('succeed', 'freeze', 'unfreeze') or purpose in ('ordered', 'forced', 'owner_lost')) is not true or ground_document_id is not null),
    CONSTRAINT unit_movement_batch_id_fkey FOREIGN KEY(batch_id) REFERENCES batch (id),
    CONSTRAINT unit_movement_giving_account_id_fkey FOREIGN KEY(giving_account_id) REFERENCES holding_account (id),
    CONSTRAINT unit_movement_taking_account_id_fkey FOREIGN KEY(taking_account_id) REFERENCES holding_account (id),
    CONSTRAINT unit_movement_beneficiary_id_fkey FOREIGN KEY(beneficiary_id) REFERENCES beneficiary (id),
    CONSTRAINT unit_movement_ground_document_id_fkey FOREIGN KEY(ground_document_id) REFERENCES document (id)
);
CREATE INDEX unit_movement_batch_id_ix ON unit_movement (batch_id);
CREATE INDEX unit_movement_giving_account_id_ix ON unit_movement (giving_account_id);
CREATE INDEX unit_movement_open_ix ON unit_movement (state) WHERE state in ('proposed', 'confirmed', 'waiting');
CREATE INDEX unit_movement_taking_account_id_ix ON unit_movement (taking_account_id);

CREATE TABLE movement_part (
    movement_id BIGINT NOT NULL,
    start_no BIGINT NOT NULL,
    end_no BIGINT NOT NULL,
    CONSTRAINT movement_part_pkey PRIMARY KEY (movement_id, start_no),
    CONSTRAINT movement_part_not_empty CHECK (1 <= start_no and start_no <= end_no),
    CONSTRAINT movement_part_movement_id_fkey FOREIGN KEY(movement_id) REFERENCES unit_movement (id)
);

CREATE TABLE movement_step (
    movement_id BIGINT NOT NULL,
    number BIGINT NOT NULL,
    seq BIGINT DEFAULT nextval('movement_step_seq') NOT NULL,
    act TEXT NOT NULL,
    state TEXT NOT NULL,
    actor TEXT NOT NULL,
    representative_id BIGINT,
    second_factor BOOLEAN NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    waits_until TIMESTAMP WITH TIME ZONE,
    reason TEXT,
    checks JSONB NOT NULL,
    CONSTRAINT movement_step_pkey PRIMARY KEY (movement_id, number),
    CONSTRAINT movement_step_movement_id_fkey FOREIGN KEY(movement_id) REFERENCES unit_movement (id),
    CONSTRAINT movement_step_seq_key UNIQUE (seq),
    CONSTRAINT movement_step_representative_id_fkey FOREIGN KEY(representative_id) REFERENCES account_representative (id)
);

CREATE TABLE issued_block (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    batch_id BIGINT NOT NULL,
    project_id BIGINT NOT NULL,
    category TEXT NOT NULL,
    start_no BIGINT NOT NULL,
    end_no BIGINT NOT NULL,
    movement_id BIGINT NOT NULL,
    issued_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT issued_block_pkey PRIMARY KEY (id),
    CONSTRAINT issued_block_not_empty CHECK (1 <= start_no and start_no <= end_no),
    CONSTRAINT issued_block_no_number_twice EXCLUDE USING gist (int8range(start_no, end_no, '[]') WITH &&),
    CONSTRAINT issued_block_batch_id_key UNIQUE (batch_id),
    CONSTRAINT issued_block_batch_id_fkey FOREIGN KEY(batch_id) REFERENCES batch (id),
    CONSTRAINT issued_block_project_id_fkey FOREIGN KEY(project_id) REFERENCES registry_project (id),
    CONSTRAINT issued_block_movement_id_key UNIQUE (movement_id),
    CONSTRAINT issued_block_movement_id_fkey FOREIGN KEY(movement_id) REFERENCES unit_movement (id)
);
CREATE INDEX issued_block_project_id_ix ON issued_block (project_id);

CREATE TABLE block_tally (
    block_id BIGINT NOT NULL,
    issued BIGINT NOT NULL,
    held BIGINT NOT NULL,
    reserved BIGINT DEFAULT '0' NOT NULL,
    in_trading BIGINT DEFAULT '0' NOT NULL,
    frozen BIGINT DEFAULT '0' NOT NULL,
    cancelled BIGINT DEFAULT '0' NOT NULL,
    CONSTRAINT block_tally_pkey PRIMARY KEY (block_id),
    CONSTRAINT block_tally_nothing_lost CHECK (issued = held + reserved + in_trading + frozen + cancelled),
    CONSTRAINT block_tally_none_negative CHECK (least(issued, held, reserved, in_trading, frozen, cancelled) >= 0),
    CONSTRAINT block_tally_block_id_fkey FOREIGN KEY(block_id) REFERENCES issued_block (id)
);

CREATE TABLE holding (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    block_id BIGINT NOT NULL,
    start_no BIGINT NOT NULL,
    end_no BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    state TEXT NOT NULL,
    since BIGINT NOT NULL,
    reserved_for BIGINT,
    CONSTRAINT holding_pkey PRIMARY KEY (id),
    CONSTRAINT holding_not_empty CHECK (start_no <= end_no),
    CONSTRAINT holding_known_state CHECK (state in ('held', 'reserved', 'in_trading', 'frozen_offset', 'frozen_order', 'cancelled')),
    CONSTRAINT holding_reserved_names_movement CHECK ((state = 'reserved') = (reserved_for is not null)),
    CONSTRAINT holding_no_number_twice EXCLUDE USING gist (int8range(start_no, end_no, '[]') WITH &&),
    CONSTRAINT holding_block_id_fkey FOREIGN KEY(block_id) REFERENCES issued_block (id),
    CONSTRAINT holding_account_id_fkey FOREIGN KEY(account_id) REFERENCES holding_account (id),
    CONSTRAINT holding_since_fkey FOREIGN KEY(since) REFERENCES unit_movement (id),
    CONSTRAINT holding_reserved_for_fkey FOREIGN KEY(reserved_for) REFERENCES unit_movement (id)
);
CREATE INDEX holding_account_ix ON holding (account_id, state, since, start_no);
CREATE INDEX holding_block_id_ix ON holding (block_id);
CREATE INDEX holding_end_ix ON holding (end_no);
CREATE INDEX holding_reserved_ix ON holding (reserved_for) WHERE reserved_for is not null;
CREATE INDEX holding_start_ix ON holding (start_no);

CREATE TABLE books_audit (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    agrees BOOLEAN NOT NULL,
    movements BIGINT NOT NULL,
    units BIGINT NOT NULL,
    findings JSONB NOT NULL,
    made_by TEXT NOT NULL,
    CONSTRAINT books_audit_pkey PRIMARY KEY (id)
);
INSERT INTO number_line (id) VALUES (1);
"""

LIVES = """
INSERT INTO life_step (life, from_state, act, to_state) VALUES
    ('methodology', '', 'propose', 'proposed'),
    ('methodology', 'proposed', 'take_up', 'drafting'),
    ('methodology', 'drafting', 'send_to_review', 'under_review'),
    ('methodology', 'under_review', 'ask_for_changes', 'drafting'),
    ('methodology', 'under_review', 'issue', 'issued'),
    ('methodology', 'issued', 'supersede', 'superseded'),
    ('methodology', 'issued', 'abolish', 'abolished'),
    ('methodology', 'superseded', 'abolish', 'abolished'),
    ('project', '', 'begin', 'draft'),
    ('project', 'draft', 'upload', 'uploaded'),
    ('project', 'uploaded', 'return_incomplete', 'returned_incomplete'),
    ('project', 'returned_incomplete', 'upload', 'uploaded'),
    ('project', 'uploaded', 'open_notice', 'on_notice'),
    ('project', 'on_notice', 'close_notice_with_objections', 'answering_objections'),
    ('project', 'on_notice', 'clear', 'cleared'),
    ('project', 'answering_objections', 'clear', 'cleared'),
    ('project', 'on_notice', 'change_documents', 'uploaded'),
    ('project', 'answering_objections', 'change_documents', 'uploaded'),
    ('project', 'cleared', 'change_documents', 'uploaded'),
    ('project', 'cleared', 'submit', 'submitted'),
    ('project', 'submitted', 'return_after_review', 'normativity_returned'),
    ('project', 'normativity_returned', 'submit', 'submitted'),
    ('project', 'submitted', 'pass_review', 'in_evaluation'),
    ('project', 'in_evaluation', 'ask_for_revision', 'revision_due'),
    ('project', 'in_evaluation', 'pass_evaluation', 'awaiting_letter'),
    ('project', 'revision_due', 'take_revision', 'second_evaluation'),
    ('project', 'second_evaluation', 'pass_evaluation', 'awaiting_letter'),
    ('project', 'second_evaluation', 'fail_evaluation', 'evaluation_failed'),
    ('project', 'awaiting_letter', 'issue_letter', 'letter_issued'),
    ('project', 'letter_issued', 'register', 'registered'),
    ('project', 'draft', 'withdraw', 'withdrawn'),
    ('project', 'uploaded', 'withdraw', 'withdrawn'),
    ('project', 'returned_incomplete', 'withdraw', 'withdrawn'),
    ('project', 'on_notice', 'withdraw', 'withdrawn'),
    ('project', 'answering_objections', 'withdraw', 'withdrawn'),
    ('project', 'cleared', 'withdraw', 'withdrawn'),
    ('project', 'submitted', 'withdraw', 'withdrawn'),
    ('project', 'normativity_returned', 'withdraw', 'withdrawn'),
    ('project', 'in_evaluation', 'withdraw', 'withdrawn'),
    ('project', 'revision_due', 'withdraw', 'withdrawn'),
    ('project', 'second_evaluation', 'withdraw', 'withdrawn'),
    ('project', 'awaiting_letter', 'withdraw', 'withdrawn'),
    ('project', 'letter_issued', 'withdraw', 'withdrawn'),
    ('project', 'draft', 'refuse_for_fraud', 'refused'),
    ('project', 'uploaded', 'refuse_for_fraud', 'refused'),
    ('project', 'returned_incomplete', 'refuse_for_fraud', 'refused'),
    ('project', 'on_notice', 'refuse_for_fraud', 'refused'),
    ('project', 'answering_objections', 'refuse_for_fraud', 'refused'),
    ('project', 'cleared', 'refuse_for_fraud', 'refused'),
    ('project', 'submitted', 'refuse_for_fraud', 'refused'),
    ('project', 'normativity_returned', 'refuse_for_fraud', 'refused'),
    ('project', 'in_evaluation', 'refuse_for_fraud', 'refused'),
    ('project', 'revision_due', 'refuse_for_fraud', 'refused'),
    ('project', 'second_evaluation', 'refuse_for_fraud', 'refused'),
    ('project', 'awaiting_letter', 'refuse_for_fraud', 'refused'),
    ('project', 'letter_issued', 'refuse_for_fraud', 'refused'),
    ('project', '', 'bring_over', 'legacy_approved'),
    ('project', 'legacy_approved', 'begin', 'draft'),
    ('project', 'registered', 'cancel', 'cancelled'),
    ('project', 'registered', 'revoke', 'revoked'),
    ('batch', '', 'begin', 'draft'),
    ('batch', 'draft', 'upload', 'uploaded'),
    ('batch', 'uploaded', 'return_incomplete', 'returned_incomplete'),
    ('batch', 'returned_incomplete', 'upload', 'uploaded'),
    ('batch', 'uploaded', 'open_notice', 'on_notice'),
    ('batch', 'on_notice', 'close_notice_with_objections', 'answering_objections'),
    ('batch', 'on_notice', 'clear', 'cleared'),
    ('batch', 'answering_objections', 'clear', 'cleared'),
    ('batch', 'on_notice', 'change_documents', 'uploaded'),
    ('batch', 'answering_objections', 'change_documents', 'uploaded'),
    ('batch', 'cleared', 'change_documents', 'uploaded'),
    ('batch', 'cleared', 'submit', 'submitted'),
    ('batch', 'submitted', 'return_after_review', 'normativity_returned'),
    ('batch', 'normativity_returned', 'submit', 'submitted'),
    ('batch', 'submitted', 'pass_review', 'in_evaluation'),
    ('batch', 'in_evaluation', 'ask_for_revision', 'revision_due'),
    ('batch', 'in_evaluation', 'pass_evaluation', 'awaiting_letter'),
    ('batch', 'revision_due', 'take_revision', 'second_evaluation'),
    ('batch', 'second_evaluation', 'pass_evaluation', 'awaiting_letter'),
    ('batch', 'second_evaluation', 'fail_evaluation', 'evaluation_failed'),
    ('batch', 'awaiting_letter', 'issue_letter', 'letter_issued'),
    ('batch', 'letter_issued', 'register', 'registered'),
    ('batch', 'draft', 'withdraw', 'withdrawn'),
    ('batch', 'uploaded', 'withdraw', 'withdrawn'),
    ('batch', 'returned_incomplete', 'withdraw', 'withdrawn'),
    ('batch', 'on_notice', 'withdraw', 'withdrawn'),
    ('batch', 'answering_objections', 'withdraw', 'withdrawn'),
    ('batch', 'cleared', 'withdraw', 'withdrawn'),
    ('batch', 'submitted', 'withdraw', 'withdrawn'),
    ('batch', 'normativity_returned', 'withdraw', 'withdrawn'),
    ('batch', 'in_evaluation', 'withdraw', 'withdrawn'),
    ('batch', 'revision_due', 'withdraw', 'withdrawn'),
    ('batch', 'second_evaluation', 'withdraw', 'withdrawn'),
    ('batch', 'awaiting_letter', 'withdraw', 'withdrawn'),
    ('batch', 'letter_issued', 'withdraw', 'withdrawn'),
    ('batch', 'draft', 'refuse_for_fraud', 'refused'),
    ('batch', 'uploaded', 'refuse_for_fraud', 'refused'),
    ('batch', 'returned_incomplete', 'refuse_for_fraud', 'refused'),
    ('batch', 'on_notice', 'refuse_for_fraud', 'refused'),
    ('batch', 'answering_objections', 'refuse_for_fraud', 'refused'),
    ('batch', 'cleared', 'refuse_for_fraud', 'refused'),
    ('batch', 'submitted', 'refuse_for_fraud', 'refused'),
    ('batch', 'normativity_returned', 'refuse_for_fraud', 'refused'),
    ('batch', 'in_evaluation', 'refuse_for_fraud', 'refused'),
    ('batch', 'revision_due', 'refuse_for_fraud', 'refused'),
    ('batch', 'second_evaluation', 'refuse_for_fraud', 'refused'),
    ('batch', 'awaiting_letter', 'refuse_for_fraud', 'refused'),
    ('batch', 'letter_issued', 'refuse_for_fraud', 'refused'),
    ('notice', '', 'schedule', 'scheduled'),
    ('notice', 'scheduled', 'open', 'open'),
    ('notice', 'scheduled', 'abort', 'aborted'),
    ('notice', 'open', 'clear', 'cleared'),
    ('notice', 'open', 'close_with_objections', 'closed_pending_answers'),
    ('notice', 'closed_pending_answers', 'clear', 'cleared'),
    ('notice', 'open', 'abort', 'aborted'),
    ('notice', 'closed_pending_answers', 'abort', 'aborted'),
    ('offset', '', 'begin', 'draft'),
    ('offset', 'draft', 'submit', 'submitted'),
    ('offset', 'returned', 'submit', 'submitted'),
    ('offset', 'submitted', 'return', 'returned'),
    ('offset', 'submitted', 'refuse', 'refused'),
    ('offset', 'submitted', 'confirm', 'confirmed'),
    ('offset', 'confirmed', 'complete', 'completed'),
    ('offset', 'submitted', 'withdraw', 'withdrawn'),
    ('account', '', 'apply', 'applied'),
    ('account', '', 'bring_over', 'incomplete_legacy'),
    ('account', 'applied', 'activate', 'active'),
    ('account', 'applied', 'close', 'closed'),
    ('account', 'incomplete_legacy', 'activate', 'active'),
    ('account', 'active', 'restrict', 'restricted'),
    ('account', 'restricted', 'unrestrict', 'active'),
    ('account', 'active', 'close', 'closed'),
    ('movement', '', 'propose', 'proposed'),
    ('movement', 'proposed', 'confirm', 'confirmed'),
    ('movement', 'proposed', 'refuse', 'refused'),
    ('movement', 'proposed', 'lapse', 'lapsed'),
    ('movement', 'confirmed', 'wait', 'waiting'),
    ('movement', 'waiting', 'execute', 'executed'),
    ('movement', 'waiting', 'fail_checks', 'failed_checks'),
    ('movement', 'proposed', 'withdraw', 'withdrawn'),
    ('movement', 'confirmed', 'withdraw', 'withdrawn'),
    ('movement', 'waiting', 'withdraw', 'withdrawn'),
    ('recognition', '', 'recognise', 'recognised'),
    ('recognition', 'recognised', 'suspend', 'suspended'),
    ('recognition', 'suspended', 'resume', 'recognised'),
    ('recognition', 'recognised', 'end', 'ended'),
    ('recognition', 'suspended', 'end', 'ended'),
    ('order', '', 'issue', 'issued'),
    ('order', 'issued', 'meet', 'met'),
    ('order', 'issued', 'pass_due_date', 'overdue'),
    ('order', 'overdue', 'force', 'forced'),
    ('order', 'overdue', 'find_shortfall', 'shortfall'),
    ('order', 'shortfall', 'meet', 'met'),
    ('blocking', '', 'begin', 'running'),
    ('blocking', 'running', 'end', 'ended'),
    ('units', '', 'issue', 'held'),
    ('units', 'held', 'gift', 'held'),
    ('units', 'held', 'succeed', 'held'),
    ('units', 'held', 'deposit', 'in_trading'),
    ('units', 'in_trading', 'withdraw', 'held'),
    ('units', 'in_trading', 'trade', 'held'),
    ('units', 'held', 'freeze', 'frozen_order'),
    ('units', 'in_trading', 'freeze', 'frozen_order'),
    ('units', 'frozen_order', 'unfreeze', 'held'),
    ('units', 'held', 'hold_for_offset', 'frozen_offset'),
    ('units', 'frozen_offset', 'release_from_offset', 'held'),
    ('units', 'held', 'cancel', 'cancelled'),
    ('units', 'frozen_offset', 'cancel', 'cancelled'),
    ('units', 'frozen_order', 'cancel', 'cancelled');
"""

DROP = """
DELETE FROM life_step;
DROP TABLE books_audit;
DROP TABLE holding;
DROP TABLE block_tally;
DROP TABLE issued_block;
DROP TABLE movement_step;
DROP TABLE movement_part;
DROP TABLE unit_movement;
DROP TABLE number_line;
DROP SEQUENCE movement_step_seq;
"""


def upgrade() -> None:
    """Make the tables and fill in the lives."""
    op.execute(TABLES)
    op.execute(LIVES)


def downgrade() -> None:
    """Drop them."""
    op.execute(DROP)
