"""The exchange's port: products, rules of trading, trading accounts, results of trades, reconciliation."""

from alembic import op

revision = "0074"
down_revision = "0073"

TABLES = """
CREATE TABLE tradable_product (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    code TEXT NOT NULL,
    document_id BIGINT,
    listed_by TEXT NOT NULL,
    listed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_by TEXT,
    ended_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT tradable_product_pkey PRIMARY KEY (id),
    CONSTRAINT tradable_product_of_a_rulebook CHECK (code in ('CQCER', 'CCER')),
    CONSTRAINT tradable_product_ends_after_listing CHECK (ended_at >= listed_at and (ended_at is null) = (ended_by is null)),
    CONSTRAINT tradable_product_document_id_fkey FOREIGN KEY(document_id) REFERENCES document (id)
);
CREATE UNIQUE INDEX tradable_product_current_ix ON tradable_product (code) WHERE ended_at is null;
INSERT INTO tradable_product (code, listed_by, listed_at) VALUES ('CQCER', 'CQ-23.1', '2024-09-01 00:00+08');

CREATE TABLE trading_rule (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    methods JSONB NOT NULL,
    rule_text TEXT NOT NULL,
    valid_from DATE NOT NULL,
    document_id BIGINT,
    entered_by TEXT NOT NULL,
    entered_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT trading_rule_pkey PRIMARY KEY (id),
    CONSTRAINT trading_rule_names_methods CHECK (jsonb_typeof(methods) = 'array' and methods <> '[]'),
    CONSTRAINT trading_rule_names_its_rule CHECK (rule_text <> ''),
    CONSTRAINT trading_rule_document_id_fkey FOREIGN KEY(document_id) REFERENCES document (id)
);
CREATE INDEX trading_rule_valid_from_ix ON trading_rule (valid_from, id);
INSERT INTO trading_rule (methods, rule_text, valid_from, entered_by, entered_at)
VALUES ('["agreement_transfer", "open_bidding"]', '渝环规〔2024〕7号第二十五条', '2024-09-01', 'CQ-25.2', '2024-09-01 00:00+08');

CREATE TABLE trading_account (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    number TEXT NOT NULL,
    account_id BIGINT NOT NULL,
    participant TEXT NOT NULL,
    state TEXT NOT NULL,
    opened_by TEXT NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
    closed_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT trading_account_pkey PRIMARY KEY (id),
    CONSTRAINT trading_account_number_key UNIQUE (number),
    CONSTRAINT trading_account_known_state CHECK (state in ('active', 'restricted', 'closed')),
    CONSTRAINT trading_account_known_participant CHECK (participant in ('government', 'enterprise', 'social_group', 'other_organisation', 'individual')),
    CONSTRAINT trading_account_closed_is_dated CHECK ((state = 'closed') = (closed_at is not null)),
    CONSTRAINT trading_account_account_id_fkey FOREIGN KEY(account_id) REFERENCES holding_account (id)
);
CREATE UNIQUE INDEX trading_account_open_ix ON trading_account (account_id) WHERE state <> 'closed';

CREATE TABLE trade_result (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    reference TEXT NOT NULL,
    product TEXT NOT NULL,
    method TEXT NOT NULL,
    rule_id BIGINT NOT NULL,
    seller_id BIGINT NOT NULL,
    buyer_id BIGINT NOT NULL,
    quantity BIGINT NOT NULL,
    price_fen BIGINT NOT NULL,
    traded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    movement_id BIGINT NOT NULL,
    posted_by TEXT NOT NULL,
    posted_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT trade_result_pkey PRIMARY KEY (id),
    CONSTRAINT trade_result_reference_key UNIQUE (reference),
    CONSTRAINT trade_result_movement_id_key UNIQUE (movement_id),
    CONSTRAINT trade_result_between_two CHECK (seller_id <> buyer_id),
    CONSTRAINT trade_result_for_a_price CHECK (quantity >= 1 and price_fen >= 0),
    CONSTRAINT trade_result_rule_id_fkey FOREIGN KEY(rule_id) REFERENCES trading_rule (id),
    CONSTRAINT trade_result_seller_id_fkey FOREIGN KEY(seller_id) REFERENCES trading_account (id),
    CONSTRAINT trade_result_buyer_id_fkey FOREIGN KEY(buyer_id) REFERENCES trading_account (id),
    CONSTRAINT trade_result_movement_id_fkey FOREIGN KEY(movement_id) REFERENCES unit_movement (id)
);

CREATE TABLE exchange_reconciliation (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    day DATE NOT NULL,
    agrees BOOLEAN NOT NULL,
    accounts BIGINT NOT NULL,
    units BIGINT NOT NULL,
    made_by TEXT NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT exchange_reconciliation_pkey PRIMARY KEY (id)
);

CREATE TABLE discrepancy (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    reconciliation_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    registry_t BIGINT NOT NULL,
    exchange_t BIGINT NOT NULL,
    note TEXT,
    settled_by_exchange TEXT,
    settled_by_agency TEXT,
    settled_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT discrepancy_pkey PRIMARY KEY (id),
    CONSTRAINT discrepancy_differs CHECK (registry_t <> exchange_t),
    CONSTRAINT discrepancy_settled_by_both CHECK ((settled_at is not null) = (num_nonnulls(settled_by_exchange, settled_by_agency, note) = 3) and coalesce(note, '?') <> '' and (settled_by_exchange <> settled_by_agency) is not false),
    CONSTRAINT discrepancy_reconciliation_id_fkey FOREIGN KEY(reconciliation_id) REFERENCES exchange_reconciliation (id),
    CONSTRAINT discrepancy_account_id_fkey FOREIGN KEY(account_id) REFERENCES holding_account (id)
);
CREATE INDEX discrepancy_open_ix ON discrepancy (account_id) WHERE settled_at is null;
"""

PROMISES = """
CREATE FUNCTION check_trading_account() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (OLD.state = 'closed' OR (to_jsonb(NEW) - '{state,closed_at}'::text[])
       <> (to_jsonb(OLD) - '{state,closed_at}'::text[]))
       OR TG_OP = 'INSERT' AND (NEW.state <> 'active' OR NOT EXISTS (
          SELECT FROM holding_account a WHERE a.id = NEW.account_id AND a.state = 'active'
             AND (a.person_id IS NOT NULL) = (NEW.participant = 'individual'))) THEN
        RAISE EXCEPTION 'a trading account belongs to an open holding account, and closes for good'
            USING ERRCODE = 'TH190';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_trading_account BEFORE INSERT OR UPDATE ON trading_account
    FOR EACH ROW EXECUTE FUNCTION check_trading_account();

CREATE FUNCTION check_trade() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    m unit_movement;
    t trade_result;
BEGIN
    SELECT * INTO m FROM unit_movement x WHERE x.id = NEW.movement_id;
    IF m.kind NOT IN ('trade', 'deposit', 'withdraw') OR NEW.act NOT IN ('propose', 'execute') THEN
        RETURN NULL;
    END IF;
    IF EXISTS (SELECT FROM discrepancy d WHERE d.settled_at IS NULL
                  AND d.account_id IN (m.giving_account_id, m.taking_account_id)) THEN
        RAISE EXCEPTION 'where registry and exchange differ, nothing is traded until both have settled it'
            USING ERRCODE = 'TH191';
    END IF;
    IF m.kind = 'deposit' AND NOT EXISTS (
        SELECT FROM trading_account a WHERE a.account_id = m.giving_account_id AND a.state = 'active') THEN
        RAISE EXCEPTION 'trading needs an active trading account' USING ERRCODE = 'TH192';
    END IF;
    IF m.kind <> 'trade' OR NEW.act <> 'execute' THEN
        RETURN NULL;
    END IF;
    -- units change hands by trade only as a result of the exchange says
    SELECT * INTO t FROM trade_result x WHERE x.movement_id = m.id;
    IF (t.quantity = m.quantity
        AND EXISTS (SELECT FROM trading_account a WHERE a.id = t.seller_id AND a.state = 'active'
                       AND a.account_id = m.giving_account_id)
        AND EXISTS (SELECT FROM trading_account a WHERE a.id = t.buyer_id AND a.state = 'active'
                       AND a.account_id = m.taking_account_id)
        AND EXISTS (SELECT FROM tradable_product p WHERE p.code = t.product AND p.ended_at IS NULL)
        AND EXISTS (SELECT FROM trading_rule r WHERE r.id = t.rule_id AND r.methods ? t.method)
        AND NOT EXISTS (
            SELECT FROM movement_part q
              JOIN issued_block b ON int8range(b.start_no, b.end_no, '[]') && int8range(q.start_no, q.end_no, '[]')
              JOIN registry_project p ON p.id = b.project_id
             WHERE q.movement_id = m.id AND p.rulebook <> t.product)) IS NOT TRUE THEN
        RAISE EXCEPTION 'a trade is delivered as the exchange''s result says' USING ERRCODE = 'TH193';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER check_trade AFTER INSERT ON movement_step
    FOR EACH ROW EXECUTE FUNCTION check_trade();

CREATE FUNCTION check_discrepancy() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' AND NEW.settled_at IS NOT NULL OR TG_OP = 'UPDATE' AND (OLD.settled_at IS NOT NULL
       OR OLD.settled_by_exchange IS NOT NULL AND NEW.settled_by_exchange IS DISTINCT FROM OLD.settled_by_exchange
       OR OLD.settled_by_agency IS NOT NULL AND NEW.settled_by_agency IS DISTINCT FROM OLD.settled_by_agency
       OR (NEW.id, NEW.reconciliation_id, NEW.account_id, NEW.registry_t, NEW.exchange_t) IS DISTINCT FROM
          (OLD.id, OLD.reconciliation_id, OLD.account_id, OLD.registry_t, OLD.exchange_t)) THEN
        RAISE EXCEPTION 'a discrepancy is settled once, by both' USING ERRCODE = 'TH194';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_discrepancy BEFORE INSERT OR UPDATE ON discrepancy
    FOR EACH ROW EXECUTE FUNCTION check_discrepancy();
"""

APPEND_ONLY = ("exchange_reconciliation", "trade_result", "trading_rule")
CHANGED_BY_COLUMN = {
    "tradable_product": "ended_by, ended_at",
    "trading_account": "state, closed_at",
    "discrepancy": "note, settled_by_exchange, settled_by_agency, settled_at",
}
FUNCTIONS = ("check_discrepancy()", "check_trade()", "check_trading_account()")
TABLES_OURS = (
    "discrepancy",
    "exchange_reconciliation",
    "trade_result",
    "trading_account",
    "trading_rule",
    "tradable_product",
)


def upgrade() -> None:
    """Make the tables, what they promise, and the rights on them."""
    op.execute(TABLES)
    op.execute(PROMISES)
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    op.execute(f"REVOKE EXECUTE ON FUNCTION {', '.join(FUNCTIONS[1:])} FROM PUBLIC")
    op.execute(f"GRANT SELECT ON {', '.join(TABLES_OURS)} TO tht_app, tht_read, tht_audit")
    op.execute(f"GRANT INSERT ON {', '.join(TABLES_OURS)} TO tht_app")
    for table, columns in CHANGED_BY_COLUMN.items():
        op.execute(f"GRANT UPDATE ({columns}) ON {table} TO tht_app")
    op.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO tht_app")


def downgrade() -> None:
    """Remove them."""
    op.execute("DROP TRIGGER check_trade ON movement_step")
    for table in TABLES_OURS:
        op.execute(f"DROP TABLE {table}")
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION {function}")
