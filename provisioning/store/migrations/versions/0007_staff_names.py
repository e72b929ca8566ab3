"""Staff accounts are found by name without looking at every account of the nation."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_accounts_staff_name",
        "accounts",
        ["surname", "forename"],
        unique=False,
        sqlite_where=sa.text("kind = 'staff'"),
        postgresql_where=sa.text("kind = 'staff'"),
    )


def downgrade() -> None:
    op.drop_index("ix_accounts_staff_name", "accounts")
