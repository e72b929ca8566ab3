"""A relaxation of a safeguard has a limit, and what it has let pass is counted."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("relaxations", sa.Column("up_to", sa.Integer(), nullable=True))
    op.add_column("relaxations", sa.Column("used", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    op.drop_column("relaxations", "used")
    op.drop_column("relaxations", "up_to")
