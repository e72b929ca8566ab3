"""Which state of the portal's user export each school's accounts are from."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "portal_readings",
        sa.Column("school", sa.String(length=7), nullable=False),
        sa.Column("stamp", sa.String(), nullable=True),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["school"], ["schools.number"], name=op.f("fk_portal_readings_school")),
        sa.PrimaryKeyConstraint("school", name=op.f("pk_portal_readings")),
    )


def downgrade() -> None:
    op.drop_table("portal_readings")
