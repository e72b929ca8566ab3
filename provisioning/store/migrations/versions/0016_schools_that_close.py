"""Schools that close or merge: from when on, and which school takes their place."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("schools", sa.Column("closed_on", sa.Date(), nullable=True))
    op.add_column("schools", sa.Column("successor", sa.String(length=7), nullable=True))


def downgrade() -> None:
    op.drop_column("schools", "successor")
    op.drop_column("schools", "closed_on")
