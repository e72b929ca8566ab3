"""Whose account is it: what people decide about accounts in doubt, and dates of birth as last seen."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("accounts", sa.Column("date_of_birth", sa.Date(), nullable=True))
    op.create_table(
        "identity_decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school", sa.String(length=7), nullable=False),
        sa.Column("account", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("identifier", sa.String(), nullable=False),
        sa.Column("record", sa.JSON(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided", sa.String(length=8), nullable=True),
        sa.Column("by", sa.String(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["school"], ["schools.number"], name="fk_identity_decisions_school"),
        sa.PrimaryKeyConstraint("id", name="pk_identity_decisions"),
        sa.UniqueConstraint(
            "school", "account", "person", name="uq_identity_decisions_school_account_person"
        ),
    )
    op.create_index("ix_identity_decisions_account", "identity_decisions", ["account"])


def downgrade() -> None:
    op.drop_table("identity_decisions")
    op.drop_column("accounts", "date_of_birth")
