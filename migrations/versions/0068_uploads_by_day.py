"""The uploads of a scenario are found by the day on which they were received."""

from alembic import op

revision = "0068"
down_revision = "0067"


def upgrade() -> None:
    """Make the index."""
    op.execute("CREATE INDEX upload_scenario_id_created_at_ix ON upload (scenario_id, created_at)")


def downgrade() -> None:
    """Drop it."""
    op.execute("DROP INDEX upload_scenario_id_created_at_ix")
