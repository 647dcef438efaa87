"""What each role of the database may do; `tht_app` only inserts and reads on what is append-only."""

from alembic import op

revision = "0007"
down_revision = "0006"

READ = "tht_app, tht_read, tht_audit"

INSERT_ONLY = (
    "account_closing",
    "audit_line",
    "behaviour",
    "calendar_day",
    "calendar_edition",
    "calendar_year",
    "conversion_rule",
    "display_code",
    "document",
    "entry_salt",
    "evaluation_norm",
    "intake_key",
    "intake_outcome",
    "mapping_profile",
    "merchant_step",
    "method",
    "method_version",
    "operator_appointment",
    "point_entry",
    "scenario_assessment",
    "scenario_evidence",
    "scenario_method",
    "scenario_step",
    "yearly_target",
)

CHANGED_BY_COLUMN = {
    "api_key": "last_used_at, revoked_at",
    "authorisation": "withdrawn_at",
    "carbon_account": "state, opened_at, closed_at",
    "correction": "state, confirmed_by, noticed_at, object_until, objection, objected_at, answer,"
    " answered_by, executed_at, executed_amount",
    "held_row": "decided_at, decided_by, decision, remark, outcome",
    "idempotency_key": "result",
    "link_proposal": "decided_at, decision",
    "membership": "ended_at",
    "merchant": "state, admitted_at, name, name_en, category, area_code, address",
    "offer": "title, title_en, description, terms, picture_id, picture_name, category, area_code, price,"
    " stock, stock_taken, per_person, valid_from, valid_until, use_days, state",
    "one_time_code": "tries, used_at",
    "organisation": "name, name_en, area_code, sector_department",
    "outbox_message": "state, attempts, next_at, sent_at, read_at, last_error",
    "person": "nickname, locale, name_sealed, document_type, document_hash, document_sealed, born_on,"
    " guardian_id, guardian_consented_at, area_code, privacy_version, privacy_accepted_at, phone_hash,"
    " phone_sealed, phone_tail",
    "redemption": "state, settled_at, settled_by, reason",
    "scenario": "name, name_en, description, state, lateness_days, host_agreed_at, host_agreed_by,"
    " operator_agreed_at, operator_agreed_by, listed_at, sector_department, icon",
    "staff_user": "display_name, locale, password_hash, password_changed_at, totp_sealed,"
    " totp_confirmed_at, totp_last_step, failed_sign_ins, locked_until, disabled_at",
    "upload": "state, started_at, finished_at, heartbeat_at, rows, decided, buckets, buckets_done, outcomes,"
    " reduction_g, points, error_code, error_details",
    "web_session": "principal_kind, principal_id, organisation_id, seen_at, expires_at, fresh_at, revoked_at,"
    " data",
    "webhook_endpoint": "url, events, disabled_at",
}


def upgrade() -> None:
    """Grant."""
    op.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
    op.execute(f"GRANT USAGE ON SCHEMA public TO {READ}")
    op.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {READ}")
    op.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO tht_app")
    for table in INSERT_ONLY:
        op.execute(f"GRANT INSERT ON {table} TO tht_app")
    for table, columns in CHANGED_BY_COLUMN.items():
        op.execute(f"GRANT INSERT, UPDATE ({columns}) ON {table} TO tht_app")
    op.execute("GRANT INSERT (account_id, issued_on, last_valid_on) ON point_lot TO tht_app")
    op.execute("GRANT INSERT, UPDATE, DELETE ON rate_counter TO tht_app")
    op.execute("GRANT DELETE ON web_session, one_time_code TO tht_app")
    # what opens a citizen's sealed data is not for readers of figures
    op.execute("REVOKE SELECT ON one_time_code, web_session, api_key, staff_user, person FROM tht_read")
    op.execute(
        "REVOKE EXECUTE ON FUNCTION make_month_partitions(date, date), check_behaviours(),"
        " check_authorisation() FROM PUBLIC"
    )
    op.execute("GRANT EXECUTE ON FUNCTION make_month_partitions(date, date) TO tht_app")


def downgrade() -> None:
    """Take the grants back."""
    op.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {READ}")
    op.execute(f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {READ}")
    op.execute("REVOKE ALL ON FUNCTION make_month_partitions(date, date) FROM tht_app")
    op.execute(f"REVOKE USAGE ON SCHEMA public FROM {READ}")
