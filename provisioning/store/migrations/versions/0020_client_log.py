"""The client's log, rows of the portal's export that could not be read, and whether an export was whole."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("portal_readings", sa.Column("whole", sa.Boolean(), nullable=True))
    op.create_table(
        "portal_unread",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reading", sa.String(length=7), nullable=False),
        sa.Column("school", sa.String(length=7), nullable=True),
        sa.Column("identifier", sa.String(), nullable=True),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("problem", sa.JSON(none_as_null=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_unread")),
    )
    op.create_index(op.f("ix_portal_unread_reading"), "portal_unread", ["reading"])
    op.create_table(
        "client_log",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=8), nullable=True),
        sa.Column("identifier", sa.String(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name=op.f("fk_client_log_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_log")),
    )
    op.create_index(op.f("ix_client_log_run"), "client_log", ["run"])


def downgrade() -> None:
    op.drop_table("client_log")
    op.drop_table("portal_unread")
    op.drop_column("portal_readings", "whole")
