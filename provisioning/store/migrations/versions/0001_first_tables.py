"""The first tables: schools, accounts, runs with their journal, grants."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "grants",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user", sa.String(length=32), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("scope", sa.String(length=7), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grants")),
        sa.UniqueConstraint("user", "role", "scope", name=op.f("uq_grants_user_role_scope")),
    )
    op.create_index(op.f("ix_grants_user"), "grants", ["user"], unique=False)

    op.create_table(
        "preferences",
        sa.Column("user", sa.String(length=32), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=True),
        sa.PrimaryKeyConstraint("user", name=op.f("pk_preferences")),
    )
    op.create_table(
        "schools",
        sa.Column("number", sa.String(length=7), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_cy", sa.String(), nullable=False),
        sa.Column("local_authority", sa.String(length=3), nullable=False),
        sa.Column("phase", sa.String(), nullable=False),
        sa.Column("final_year", sa.String(), nullable=True),
        sa.Column("managed_by", sa.String(), nullable=False),
        sa.Column("contact", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_schools")),
    )
    op.create_index(op.f("ix_schools_local_authority"), "schools", ["local_authority"], unique=False)

    op.create_table(
        "username_stems",
        sa.Column("stem", sa.String(), nullable=False),
        sa.Column("given_out", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("stem", name=op.f("pk_username_stems")),
    )
    op.create_table(
        "accounts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("school", sa.String(length=7), nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("username_key", sa.String(), nullable=False),
        sa.Column("surname", sa.String(), nullable=False),
        sa.Column("forename", sa.String(), nullable=False),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("upn", sa.String(length=13), nullable=True),
        sa.Column("staff_code", sa.String(), nullable=True),
        sa.Column("year_group", sa.String(), nullable=True),
        sa.Column("class_name", sa.String(), nullable=True),
        sa.Column("released_from", sa.String(length=7), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("arrived_from", sa.String(length=7), nullable=True),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("last_signed_in", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["school"], ["schools.number"], name=op.f("fk_accounts_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("school", "staff_code", name=op.f("uq_accounts_school_staff_code")),
        sa.UniqueConstraint("upn", name=op.f("uq_accounts_upn")),
        sa.UniqueConstraint("username_key", name=op.f("uq_accounts_username_key")),
    )
    op.create_index(op.f("ix_accounts_school"), "accounts", ["school"], unique=False)

    op.create_table(
        "covered_records",
        sa.Column("school", sa.String(length=7), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("identifier", sa.String(), nullable=False),
        sa.Column("joins_on", sa.Date(), nullable=False),
        sa.Column("leaving_date", sa.Date(), nullable=True),
        sa.Column("year_group", sa.String(), nullable=True),
        sa.Column("class_name", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["school"], ["schools.number"], name=op.f("fk_covered_records_school")),
        sa.PrimaryKeyConstraint("school", "kind", "identifier", name=op.f("pk_covered_records")),
    )
    op.create_table(
        "runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school", sa.String(length=7), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("started_by", sa.String(), nullable=False),
        sa.Column("slot", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("holder", sa.String(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fingerprint", sa.String(), nullable=True),
        sa.Column("undoes", sa.Integer(), nullable=True),
        sa.Column("decision", sa.String(length=12), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("holds", sa.JSON(), nullable=False),
        sa.Column("error", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["school"], ["schools.number"], name=op.f("fk_runs_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
        sa.UniqueConstraint("school", "slot", name=op.f("uq_runs_school_slot")),
        sa.UniqueConstraint("undoes", name=op.f("uq_runs_undoes")),
    )
    op.create_index("ix_runs_school_status_id", "runs", ["school", "status", "id"], unique=False)
    op.create_index(
        "one_running_per_school",
        "runs",
        ["school"],
        unique=True,
        sqlite_where=sa.text("status = 'running'"),
        postgresql_where=sa.text("status = 'running'"),
    )

    op.create_table(
        "journal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("account", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=8), nullable=False),
        sa.Column("identifier", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name=op.f("fk_journal_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal")),
    )
    op.create_index(op.f("ix_journal_account"), "journal", ["account"], unique=False)
    op.create_index(op.f("ix_journal_run"), "journal", ["run"], unique=False)

    op.create_table(
        "held_changes",
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("person", sa.String(length=8), nullable=False),
        sa.Column("identifier", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name=op.f("fk_held_changes_run")),
        sa.PrimaryKeyConstraint("run", "fingerprint", name=op.f("pk_held_changes")),
    )
    op.create_table(
        "refusals",
        sa.Column("school", sa.String(length=7), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("person", sa.String(length=8), nullable=False),
        sa.Column("identifier", sa.String(), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name=op.f("fk_refusals_run")),
        sa.ForeignKeyConstraint(["school"], ["schools.number"], name=op.f("fk_refusals_school")),
        sa.PrimaryKeyConstraint("school", "fingerprint", name=op.f("pk_refusals")),
    )
    op.create_table(
        "relaxations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school", sa.String(length=7), nullable=False),
        sa.Column("safeguard", sa.String(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["school"], ["schools.number"], name=op.f("fk_relaxations_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relaxations")),
        sa.UniqueConstraint("school", "safeguard", name=op.f("uq_relaxations_school_safeguard")),
    )
    op.create_table(
        "run_notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("person", sa.String(length=8), nullable=False),
        sa.Column("identifier", sa.String(), nullable=False),
        sa.Column("school", sa.String(length=7), nullable=True),
        sa.Column("file", sa.String(), nullable=True),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name=op.f("fk_run_notes_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_notes")),
    )
    op.create_index(op.f("ix_run_notes_run"), "run_notes", ["run"], unique=False)


def downgrade() -> None:
    op.drop_table("relaxations")
    op.drop_table("refusals")
    op.drop_table("held_changes")
    op.drop_table("run_notes")
    op.drop_table("journal")
    op.drop_table("runs")
    op.drop_table("covered_records")
    op.drop_table("accounts")
    op.drop_table("username_stems")
    op.drop_table("schools")
    op.drop_table("preferences")
    op.drop_table("grants")
