"""The records that a request asks a school to put right."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "request_records",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request", sa.Integer(), nullable=False),
        sa.Column("school", sa.String(length=7), nullable=False),
        sa.Column("identifier", sa.String(length=255), nullable=False),
        sa.Column("stays", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["request"], ["requests.id"], name=op.f("fk_request_records_request")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_records")),
    )
    op.create_index(op.f("ix_request_records_request"), "request_records", ["request"])
    op.create_index(op.f("ix_request_records_identifier"), "request_records", ["identifier"])


def downgrade() -> None:
    op.drop_table("request_records")
