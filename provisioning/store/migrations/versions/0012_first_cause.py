"""What stood in the way when a case was opened, for the figures of a week."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("first_cause", sa.String(length=64), nullable=True))
    op.execute(sa.text("UPDATE cases SET first_cause = cause"))


def downgrade() -> None:
    op.drop_column("cases", "first_cause")
