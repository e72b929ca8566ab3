"""Users who are away until a day, who covers for them, and which digests users have chosen."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "absences",
        sa.Column("user", sa.String(length=32), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("cover", sa.String(length=32), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("user", name=op.f("pk_absences")),
    )
    with op.batch_alter_table("preferences") as table:
        table.add_column(sa.Column("digest_hour", sa.Integer(), nullable=True))
        table.add_column(sa.Column("digest_changed_only", sa.Boolean(), nullable=True))
        table.add_column(sa.Column("digest_late_only", sa.Boolean(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("preferences") as table:
        for name in ("digest_late_only", "digest_changed_only", "digest_hour"):
            table.drop_column(name)
    op.drop_table("absences")
