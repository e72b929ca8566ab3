"""A run that found everything as an earlier run left it refers to that run."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("runs", sa.Column("rests_on", sa.Integer(), nullable=True))
    op.create_index(op.f("ix_runs_rests_on"), "runs", ["rests_on"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_runs_rests_on"), "runs")
    op.drop_column("runs", "rests_on")
