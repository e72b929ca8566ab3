"""The queue of runs on PostgreSQL, as Procrastinate 3.10 makes it, and the ticks that a process claims."""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_PROCRASTINATE = Path(__file__).parents[1] / "procrastinate_3_10.sql"


def upgrade() -> None:
    op.create_table(
        "ticks",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("holder", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_ticks")),
    )
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        # Without parameters the driver sends all statements as they are, and looks for no placeholders.
        connection.connection.cursor().execute(_PROCRASTINATE.read_text("utf-8"))


def downgrade() -> None:
    op.drop_table("ticks")
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        connection.connection.cursor().execute(_DROP)


_DROP = """
DROP TABLE
    procrastinate_events, procrastinate_periodic_defers, procrastinate_jobs, procrastinate_workers CASCADE;
DO $$
DECLARE
    found record;
BEGIN
    FOR found IN SELECT oid::regprocedure AS name FROM pg_proc WHERE proname LIKE 'procrastinate\\_%' LOOP
        EXECUTE 'DROP FUNCTION ' || found.name || ' CASCADE';
    END LOOP;
END;
$$;
DROP TYPE procrastinate_job_to_defer_v1, procrastinate_job_event_type, procrastinate_job_status;
"""
