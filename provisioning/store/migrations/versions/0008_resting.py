"""Until when a run's extract asks for nothing more; one index less."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("runs", sa.Column("basis", sa.String(length=64), nullable=True))
    op.add_column("runs", sa.Column("asks_on", sa.Date(), nullable=True))
    # The unique index on school and staff code begins with the school as well.
    op.drop_index(op.f("ix_accounts_school"), "accounts")


def downgrade() -> None:
    op.create_index(op.f("ix_accounts_school"), "accounts", ["school"], unique=False)
    op.drop_column("runs", "asks_on")
    op.drop_column("runs", "basis")
