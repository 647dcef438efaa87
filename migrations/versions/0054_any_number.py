"""Let anyone look up any one number: the movements that touched it are found by an index."""

from alembic import op

revision = "0054"
down_revision = "0053"


def upgrade() -> None:
    """Index the ranges of movements."""
    op.execute(
        "CREATE INDEX movement_part_range_ix ON movement_part USING gist (int8range(start_no, end_no, '[]'))"
    )


def downgrade() -> None:
    """Drop it."""
    op.execute("DROP INDEX movement_part_range_ix")
