"""What is asked every few seconds, or of a single school, is found by a seek however much is stored."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_INDEXES = (
    ("ix_runs_school_id", "runs", ["school", "id"], None),
    ("ix_runs_status_announced_at", "runs", ["status", "announced_at"], None),
    ("ix_accounts_by_hand", "accounts", ["school", "kind"], "kind IN ('non-mis', 'governor')"),
    ("ix_outbox_waiting", "outbox", ["id"], "sent_at IS NULL AND given_up_because IS NULL"),
    ("ix_outbox_to", "outbox", ["to"], "given_up_because IS NULL"),
    ("ix_outbox_given_up_because", "outbox", ["given_up_because"], "given_up_because IS NOT NULL"),
    ("ix_refusals_run", "refusals", ["run"], None),
    ("ix_follow_ups_because_of_run", "follow_ups", ["because_of_run"], None),
    ("ix_request_asks_request", "request_asks", ["request"], None),
)


def upgrade() -> None:
    for name, table, columns, among in _INDEXES:
        where = None if among is None else sa.text(among)
        op.create_index(name, table, columns, unique=False, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    for name, table, _, _ in reversed(_INDEXES):
        op.drop_index(name, table)
