"""What is kept of schools is their stages, from which facts follow; schools that close have an index."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table("facts_place")
    op.drop_table("known_facts")
    op.create_table(
        "known_stages",
        sa.Column("school", sa.String(length=7), nullable=False),
        sa.Column("holder", sa.String(length=64), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("stages", sa.JSON(), nullable=False),
        sa.Column("schools", sa.JSON(), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("lasts_until", sa.Date(), nullable=False),
        sa.Column("run_times", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("school", name=op.f("pk_known_stages")),
    )
    op.create_table(
        "stages_places",
        sa.Column("holder", sa.String(length=64), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("read", sa.JSON(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("holder", name=op.f("pk_stages_places")),
    )
    op.create_index(op.f("ix_schools_closed_on"), "schools", ["closed_on"])


def downgrade() -> None:
    op.drop_index(op.f("ix_schools_closed_on"), table_name="schools")
    op.drop_table("stages_places")
    op.drop_table("known_stages")
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
