"""Stems of usernames, which are names, are kept as hashes only; corrections; the real time of events."""

import secrets
from hashlib import blake2b

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_AT_ONCE = 20_000


def upgrade() -> None:
    op.add_column("case_events", sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "corrections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account", sa.Integer(), nullable=True),
        sa.Column("case", sa.Integer(), nullable=True),
        sa.Column("field", sa.String(length=24), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
    )
    op.create_index(op.f("ix_corrections_account"), "corrections", ["account"])
    secret = secrets.token_bytes(32)
    made = op.create_table(
        "stem_secrets",
        sa.Column("secret", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("secret", name=op.f("pk_stem_secrets")),
    )
    op.bulk_insert(made, [{"secret": secret.hex(), "key": ""}])
    connection = op.get_bind()
    known = connection.execute(sa.text("SELECT stem, given_out FROM username_stems")).all()
    # The table is made anew: rows that were updated would stay readable in a server's file for a while.
    op.drop_table("username_stems")
    stems = _made_anew()
    for first in range(0, len(known), _AT_ONCE):
        rows = [
            {"stem": blake2b(stem.encode(), key=secret, digest_size=16).hexdigest(), "given_out": count}
            for stem, count in known[first : first + _AT_ONCE]
        ]
        connection.execute(sa.insert(stems), rows)


def _made_anew() -> sa.Table:
    return op.create_table(
        "username_stems",
        sa.Column("stem", sa.String(), nullable=False),
        sa.Column("given_out", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("stem", name=op.f("pk_username_stems")),
    )


def downgrade() -> None:
    raise NotImplementedError("a hash does not tell the name it was made of")
