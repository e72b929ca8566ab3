"""The facts that alerts are made of are kept, so that a new process need not look at every school."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "known_facts",
        sa.Column("school", sa.String(length=7), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("standing", sa.JSON(), nullable=False),
        sa.Column("schools", sa.JSON(), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("lasts_until", sa.Date(), nullable=False),
        sa.Column("run_times", sa.Boolean(), nullable=False),
        sa.Column("in_season", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("school", name=op.f("pk_known_facts")),
    )
    op.create_table(
        "facts_place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("holder", sa.String(length=64), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("read", sa.JSON(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facts_place")),
    )


def downgrade() -> None:
    op.drop_table("facts_place")
    op.drop_table("known_facts")
