"""What each user's digests have told, so that a line is told once."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "digests_told",
        sa.Column("user", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("keys", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("user", name=op.f("pk_digests_told")),
    )


def downgrade() -> None:
    op.drop_table("digests_told")
