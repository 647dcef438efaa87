"""Let a project and a batch go the national way as well: the owner's notice, one review, no letter."""

from alembic import op

revision = "0070"
down_revision = "0069"

CHONGQING_ALONE = (
    "'return_incomplete', 'pass_review', 'ask_for_revision', 'take_revision', 'pass_evaluation',"
    " 'fail_evaluation', 'issue_letter', 'register'"
)
NATIONAL = (
    "'', 'legacy_approved', 'draft', 'uploaded', 'on_notice', 'answering_objections', 'cleared', 'submitted',"
    " 'normativity_returned', 'registered'"
)
LIVES = f"""
INSERT INTO life_step (life, from_state, act, to_state)
SELECT 'national_' || s.life, s.from_state, s.act, s.to_state
  FROM life_step s
 WHERE s.life IN ('project', 'batch') AND s.act NOT IN ({CHONGQING_ALONE}) AND s.from_state IN ({NATIONAL});
INSERT INTO life_step (life, from_state, act, to_state)
SELECT 'national_' || l.life, w.from_state, w.act, w.to_state
  FROM (VALUES ('project'), ('batch')) AS l(life),
       (VALUES ('answering_objections', 'submit', 'submitted'), ('submitted', 'register', 'registered'))
       AS w(from_state, act, to_state);

CREATE FUNCTION life_of_case(rulebook text, is_batch boolean) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE rulebook WHEN 'CCER' THEN 'national_' ELSE '' END || CASE WHEN is_batch THEN 'batch' ELSE 'project' END
$$;
"""
CHANGES = (
    (
        "take_case_step",
        "CASE WHEN is_batch THEN ''batch'' ELSE ''project'' END",
        "life_of_case(rules, is_batch)",
    ),
    (
        "take_case_step",
        "OR (NEW.act IN (''clear'', ''submit'', ''register'') AND notice.state IS DISTINCT FROM ''cleared'')",
        """OR (NEW.act IN (''clear'', ''submit'', ''register'')
           AND (notice.state = ''cleared'' OR rules = ''CCER'' AND NEW.act <> ''clear''
                AND notice.state = ''closed_pending_answers'') IS NOT TRUE)""",
    ),
    (
        "check_case_document",
        "state_of_case(NEW.project_id, NEW.batch_id) = ''cleared''",
        "state_of_case(NEW.project_id, NEW.batch_id) IN (''cleared'', ''answering_objections'')",
    ),
)


def changed(function: str, old: str, new: str) -> str:
    """Return the statement that writes a function anew with one part of it replaced, or fails."""
    return f"""
        DO $change$ DECLARE
            was text := pg_get_functiondef('{function}'::regproc);
            becomes text := replace(was, '{old}', '{new}');
        BEGIN
            IF was = becomes THEN
                RAISE EXCEPTION 'nothing to replace in {function}';
            END IF;
            EXECUTE becomes;
        END $change$
    """


def upgrade() -> None:
    """Add the national lives and let steps follow the one of their rulebook."""
    op.execute(LIVES)
    for change in CHANGES:
        op.execute(changed(*change))


def downgrade() -> None:
    """Take them back."""
    for function, old, new in reversed(CHANGES):
        op.execute(changed(function, new, old))
    op.execute("DROP FUNCTION life_of_case(text, boolean)")
    op.execute("ALTER TABLE life_step DISABLE TRIGGER refuse_change")
    op.execute("DELETE FROM life_step WHERE life LIKE 'national%'")
    op.execute("ALTER TABLE life_step ENABLE TRIGGER refuse_change")
