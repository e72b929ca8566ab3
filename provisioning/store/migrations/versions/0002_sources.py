"""The format that each school's extracts have."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("schools", sa.Column("source", sa.String(length=10), server_default="csv", nullable=False))


def downgrade() -> None:
    op.drop_column("schools", "source")
