"""What the previous school's record showed when it was answered that a learner has not left, as a hash."""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("request_records", sa.Column("shown", sa.String(length=64), nullable=True))


def downgrade() -> None:
    op.drop_column("request_records", "shown")
