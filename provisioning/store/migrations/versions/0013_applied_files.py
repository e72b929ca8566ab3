"""What the files of the last applied extract were like, and schools that close."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "applied_files",
        sa.Column("school", sa.String(length=7), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("line_end", sa.Boolean(), nullable=True),
        sa.Column("mostly_rejected", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["school"], ["schools.number"], name=op.f("fk_applied_files_school")),
        sa.PrimaryKeyConstraint("school", "file", name=op.f("pk_applied_files")),
    )
    op.add_column("schools", sa.Column("closed_on", sa.Date(), nullable=True))
    op.add_column("schools", sa.Column("successor", sa.String(length=7), nullable=True))


def downgrade() -> None:
    op.drop_column("schools", "successor")
    op.drop_column("schools", "closed_on")
    op.drop_table("applied_files")
