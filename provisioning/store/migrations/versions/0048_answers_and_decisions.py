"""What a record showed as its school answered, as a hash; who took back a decision on a run, and when."""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("request_records", sa.Column("shown", sa.String(length=64), nullable=True))
    op.add_column("runs", sa.Column("taken_back_by", sa.String(), nullable=True))
    op.add_column("runs", sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("runs", "taken_back_at")
    op.drop_column("runs", "taken_back_by")
    op.drop_column("request_records", "shown")
