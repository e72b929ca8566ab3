"""Schools at which a list of accounts made by hand is held."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "held_lists",
        sa.Column("school", sa.String(length=7), nullable=False),
        sa.Column("stamp", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("school", name=op.f("pk_held_lists")),
    )


def downgrade() -> None:
    op.drop_table("held_lists")
