"""Letters are found by the beginning of a text; on PostgreSQL a changed row finds room beside it."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0031"
branch_labels = None
depends_on = None

_TABLES = ("accounts", "covered_records")
_FILL, _WHOLE = 50, 100
"""Percent of a page that inserts fill: a rollover changes nearly every row, and both versions fit in."""


def upgrade() -> None:
    _addressees("to", "id")
    if op.get_bind().dialect.name != "postgresql":
        return
    # The order of a language finds no beginnings; SQLite's order is that of the code points.
    op.drop_index("ix_outbox_about", "outbox")
    _by_code_points("ix_outbox_about", "about")
    _by_code_points("ix_outbox_key_begins", "key")
    for table in _TABLES:
        op.execute(f"ALTER TABLE {table} SET (fillfactor = {_FILL})")


def downgrade() -> None:
    _addressees("to")
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in _TABLES:
        op.execute(f"ALTER TABLE {table} SET (fillfactor = {_WHOLE})")
    op.drop_index("ix_outbox_key_begins", "outbox")
    op.drop_index("ix_outbox_about", "outbox")
    op.create_index("ix_outbox_about", "outbox", ["about"], unique=False)


def _addressees(*columns: str) -> None:
    """Index letters by addressee: with the number, the newest of a user end a range of their own."""
    kept = sa.text("given_up_because IS NULL")
    op.drop_index("ix_outbox_to", "outbox")
    op.create_index(
        "ix_outbox_to", "outbox", list(columns), unique=False, sqlite_where=kept, postgresql_where=kept
    )


def _by_code_points(name: str, column: str) -> None:
    op.create_index(name, "outbox", [column], unique=False, postgresql_ops={column: "varchar_pattern_ops"})
