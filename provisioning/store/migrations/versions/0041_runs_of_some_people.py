"""How many people a run was restricted to, and how many changes of others it left to the next run."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("runs", sa.Column("only", sa.Integer(), nullable=True))
    op.add_column("runs", sa.Column("others", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("runs", "others")
    op.drop_column("runs", "only")
