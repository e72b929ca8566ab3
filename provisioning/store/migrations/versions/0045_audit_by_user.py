"""What a user did lately is found in the audit by an index, however many records others have added."""

from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_audit_who_recorded_at"), "audit", ["who", "recorded_at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_audit_who_recorded_at"), table_name="audit")
