"""An interrupted run has not had its slot; schools that wait for others, and are to be run again."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("runs", sa.Column("missed_slot", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE runs SET missed_slot = slot, slot = NULL WHERE status = 'interrupted'")
    op.create_index("ix_runs_slot", "runs", ["slot"])
    op.create_index("ix_runs_missed_slot", "runs", ["missed_slot"])
    op.create_table(
        "waits",
        sa.Column("school", sa.String(length=7), nullable=False),
        sa.Column("waits_for", sa.String(length=7), nullable=False),
        sa.ForeignKeyConstraint(["school"], ["schools.number"], name=op.f("fk_waits_school")),
        sa.ForeignKeyConstraint(["waits_for"], ["schools.number"], name=op.f("fk_waits_waits_for")),
        sa.PrimaryKeyConstraint("school", "waits_for", name=op.f("pk_waits")),
    )
    op.create_index(op.f("ix_waits_waits_for"), "waits", ["waits_for"])
    op.create_table(
        "follow_ups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school", sa.String(length=7), nullable=False),
        sa.Column("because_of_run", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["school"], ["schools.number"], name=op.f("fk_follow_ups_school")),
        sa.ForeignKeyConstraint(["because_of_run"], ["runs.id"], name=op.f("fk_follow_ups_because_of_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_ups")),
        sa.UniqueConstraint("school", "because_of_run", name=op.f("uq_follow_ups_school_because_of_run")),
    )


def downgrade() -> None:
    op.drop_table("follow_ups")
    op.drop_table("waits")
    op.drop_index("ix_runs_missed_slot", "runs")
    op.drop_index("ix_runs_slot", "runs")
    op.drop_column("runs", "missed_slot")
