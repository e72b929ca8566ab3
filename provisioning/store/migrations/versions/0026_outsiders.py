"""Who is no person of this workspace; letters that could not be made; alerts whose user lost their role."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "outsiders",
        sa.Column("user", sa.String(length=32), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("user", name=op.f("pk_outsiders")),
    )
    with op.batch_alter_table("alerts") as table:
        table.add_column(sa.Column("freed_from", sa.String(length=32), nullable=True))
    with op.batch_alter_table("outbox") as table:
        table.add_column(sa.Column("failures", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    with op.batch_alter_table("outbox") as table:
        table.drop_column("failures")
    with op.batch_alter_table("alerts") as table:
        table.drop_column("freed_from")
    op.drop_table("outsiders")
