"""The day on which each stage of a school's rollover closed; those of the past as far as alerts tell."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0041"
branch_labels = None
depends_on = None
_UK = ZoneInfo("Europe/London")


def upgrade() -> None:
    days = op.create_table(
        "stage_days",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("school", sa.String(length=7), nullable=False),
        sa.Column("stage", sa.String(length=32), nullable=False),
        sa.Column("applies", sa.Boolean(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("year", "school", "stage", name=op.f("pk_stage_days")),
    )
    alerts = sa.table(
        "alerts",
        sa.column("year", sa.Integer()),
        sa.column("school", sa.String()),
        sa.column("kind", sa.String()),
        sa.column("resolved_at", sa.DateTime(timezone=True)),
    )
    of_stages = sa.select(alerts).where(alerts.c.kind != "run-failed")
    found = [
        {
            "year": row.year,
            "school": row.school,
            "stage": row.kind,
            "applies": True,
            "closed_on": _uk_date(row.resolved_at),
        }
        for row in op.get_bind().execute(of_stages)
    ]
    if found:
        op.bulk_insert(days, found)
    # Every school is looked at once more, so that the stages that hold already have their days.
    op.execute("DELETE FROM facts_place")


def downgrade() -> None:
    op.drop_table("stage_days")


def _uk_date(moment: datetime | None) -> date | None:
    if moment is None:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(_UK).date()
