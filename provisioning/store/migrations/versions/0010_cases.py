"""The service desk's cases, what happened to them, and the askings that led to them."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cases",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by", sa.String(length=32), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("school", sa.String(length=7), nullable=True),
        sa.Column("question", sa.String(length=32), nullable=True),
        sa.Column("identifier", sa.String(length=64), nullable=True),
        sa.Column("entry", sa.String(length=64), nullable=True),
        sa.Column("cause", sa.String(length=64), nullable=True),
        sa.Column("found", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("taken_by", sa.String(length=32), nullable=True),
        sa.Column("waiting_for", sa.String(length=32), nullable=True),
        sa.Column("waiting_until", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=32), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("sameness", sa.String(length=160), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_cases")),
        sa.UniqueConstraint("sameness", name=op.f("uq_cases_sameness")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_cases_state"), "cases", ["state"])
    op.create_index(op.f("ix_cases_school"), "cases", ["school"])
    op.create_index(op.f("ix_cases_identifier"), "cases", ["identifier"])
    op.create_table(
        "case_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case", sa.Integer(), nullable=False),
        sa.Column("deed", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("said", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("to", sa.String(length=32), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_events")),
        sa.ForeignKeyConstraint(["case"], ["cases.number"], name=op.f("fk_case_events_case")),
    )
    op.create_index(op.f("ix_case_events_case"), "case_events", ["case"])
    op.create_table(
        "case_askings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("door", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("writer", sa.String(length=32), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("together", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_askings")),
        sa.ForeignKeyConstraint(["case"], ["cases.number"], name=op.f("fk_case_askings_case")),
    )
    op.create_index(op.f("ix_case_askings_case"), "case_askings", ["case"])
    op.create_index(op.f("ix_case_askings_together"), "case_askings", ["together"])


def downgrade() -> None:
    op.drop_table("case_askings")
    op.drop_table("case_events")
    op.drop_table("cases")
