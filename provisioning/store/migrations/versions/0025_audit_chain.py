"""The audit carries the time as it is, its links in a chain, and no way to alter it; real times elsewhere."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0023"
branch_labels = None
depends_on = None

_RECORDED = ("runs", "outbox", "cases", "requests")
_COLUMNS = "id, at, who, door, deed, school, subject, outcome"

# 30 days are the least for which a setting can let the audit be kept.
_SQLITE = (
    """
    CREATE TRIGGER audit_is_append_only BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'what is in the audit stays as it is'); END
    """,
    """
    CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit
    WHEN OLD.recorded_at > strftime('%Y-%m-%d %H:%M:%f', 'now', '-30 days')
    BEGIN SELECT RAISE(ABORT, 'what is in the audit is kept'); END
    """,
    # INSERT OR REPLACE fires no trigger of DELETE. The sequence is set at the end of the statement only.
    """
    CREATE TRIGGER audit_ids_are_new AFTER INSERT ON audit
    WHEN NEW.id <= coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'audit'), 0)
    BEGIN SELECT RAISE(ABORT, 'an id of the audit is given once'); END
    """,
    """
    CREATE TRIGGER audit_links_are_append_only BEFORE UPDATE ON audit_links
    BEGIN SELECT RAISE(ABORT, 'what is in the audit stays as it is'); END
    """,
    """
    CREATE TRIGGER audit_links_are_kept BEFORE DELETE ON audit_links
    WHEN EXISTS (SELECT 1 FROM audit WHERE id = OLD.audit)
    BEGIN SELECT RAISE(ABORT, 'what is in the audit is kept'); END
    """,
    """
    CREATE TRIGGER audit_links_are_new BEFORE INSERT ON audit_links
    WHEN EXISTS (SELECT 1 FROM audit_links WHERE number = NEW.number OR audit = NEW.audit)
    BEGIN SELECT RAISE(ABORT, 'a link of the audit is made once'); END
    """,
)
_POSTGRESQL = """
CREATE OR REPLACE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'what is in the audit stays as it is'; END $$;
CREATE FUNCTION audit_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF OLD.recorded_at > clock_timestamp() - interval '30 days' THEN
        RAISE EXCEPTION 'what is in the audit is kept';
    END IF;
    RETURN OLD;
END $$;
CREATE FUNCTION audit_links_are_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF EXISTS (SELECT 1 FROM audit WHERE id = OLD.audit) THEN
        RAISE EXCEPTION 'what is in the audit is kept';
    END IF;
    RETURN OLD;
END $$;
CREATE FUNCTION audit_ids_are_new() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF EXISTS (SELECT 1 FROM audit_links WHERE audit = NEW.id) OR NEW.id < (
        SELECT audit FROM audit_links WHERE number > 1 AND number = (SELECT min(number) FROM audit_links)
    ) THEN
        RAISE EXCEPTION 'an id of the audit is given once';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER audit_is_append_only BEFORE UPDATE ON audit
FOR EACH ROW EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit
FOR EACH ROW EXECUTE FUNCTION audit_is_kept();
CREATE TRIGGER audit_ids_are_new BEFORE INSERT ON audit
FOR EACH ROW EXECUTE FUNCTION audit_ids_are_new();
CREATE TRIGGER audit_is_never_emptied BEFORE TRUNCATE ON audit
FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER audit_links_are_append_only BEFORE UPDATE ON audit_links
FOR EACH ROW EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER audit_links_are_kept BEFORE DELETE ON audit_links
FOR EACH ROW EXECUTE FUNCTION audit_links_are_kept();
CREATE TRIGGER audit_links_are_never_emptied BEFORE TRUNCATE ON audit_links
FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();
CREATE FUNCTION audit_forget(ids integer[]) RETURNS void LANGUAGE sql SECURITY DEFINER AS $$
    DELETE FROM audit WHERE id = ANY(ids);
    DELETE FROM audit_links WHERE audit = ANY(ids);
$$;
REVOKE ALL ON FUNCTION audit_forget(integer[]) FROM PUBLIC;
"""
"""A function with the rights of its owner deletes for retention; what is too new its triggers refuse.

PostgreSQL lets every role call a new function, so that is taken back: else every such role could delete.
"""


def upgrade() -> None:
    for table in _RECORDED:
        op.add_column(table, sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "audit_links",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("audit", sa.Integer(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_links")),
        sa.UniqueConstraint("audit", name=op.f("uq_audit_links_audit")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.add_column("audit", sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=True))
        op.execute("DROP TRIGGER audit_is_append_only ON audit")
        op.execute("UPDATE audit SET recorded_at = least(at, now())")
        op.alter_column("audit", "recorded_at", nullable=False)
        op.create_index("ix_audit_recorded_at", "audit", ["recorded_at"])
        op.get_bind().connection.cursor().execute(_in_schema(_POSTGRESQL))
    else:
        _make_audit_anew()
        for trigger in _SQLITE:
            op.execute(trigger)


def _in_schema(statements: str) -> str:
    """Let the function that has its owner's rights find the tables of this schema only, not a caller's."""
    schema = op.get_bind().exec_driver_sql("SELECT quote_ident(current_schema())").scalar_one()
    return statements.replace("SECURITY DEFINER", f"SECURITY DEFINER SET search_path = {schema}, pg_temp")


def _make_audit_anew() -> None:
    """Make SQLite's table anew: only a new one can be told that an id is never given again."""
    op.execute("DROP TRIGGER audit_is_append_only")
    op.execute("ALTER TABLE audit RENAME TO audit_before")
    op.drop_index("ix_audit_at", "audit_before")
    op.drop_index("ix_audit_subject", "audit_before")
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("door", sa.String(length=16), nullable=False),
        sa.Column("deed", sa.String(length=40), nullable=False),
        sa.Column("school", sa.String(length=7), nullable=True),
        sa.Column("subject", sa.String(length=80), nullable=True),
        sa.Column("outcome", sa.String(length=80), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        sqlite_autoincrement=True,
    )
    now = "strftime('%Y-%m-%d %H:%M:%f000', 'now')"
    op.execute(
        f"INSERT INTO audit ({_COLUMNS}, recorded_at) "  # noqa: S608 - names of ours
        f"SELECT {_COLUMNS}, min(at, {now}) FROM audit_before ORDER BY id"
    )
    op.drop_table("audit_before")
    for column in ("at", "subject", "recorded_at"):
        op.create_index(f"ix_audit_{column}", "audit", [column])


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_forget(integer[])")
        op.execute("DROP TRIGGER audit_is_kept ON audit")
        op.execute("DROP TRIGGER audit_ids_are_new ON audit")
        op.execute("DROP TRIGGER audit_is_never_emptied ON audit")
    op.drop_table("audit_links")
    if op.get_bind().dialect.name == "postgresql":
        for function in ("audit_is_kept", "audit_links_are_kept", "audit_ids_are_new"):
            op.execute(f"DROP FUNCTION {function}()")
    else:
        op.execute("DROP TRIGGER audit_is_kept")
        op.execute("DROP TRIGGER audit_ids_are_new")
    op.drop_index("ix_audit_recorded_at", "audit")
    for table in ("audit", *_RECORDED):
        op.drop_column(table, "recorded_at")
