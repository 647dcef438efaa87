"""A merchant's settled redemptions are found by when they were settled, however many there are."""

from alembic import op

revision = "0055"
down_revision = "0054"


def upgrade() -> None:
    """Make the index."""
    op.execute(
        "CREATE INDEX redemption_settled_ix ON redemption (merchant_id, settled_at, id)"
        " WHERE settled_at IS NOT NULL"
    )


def downgrade() -> None:
    """Drop it."""
    op.execute("DROP INDEX redemption_settled_ix")
