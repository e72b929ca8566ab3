"""PostgreSQL: who may connect, and the least rights with which `hwb serve` and `hwb migrate` work."""

import re
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from tests import postgres_server
from tests.bot.command_line import CommandLine
from tests.bot.hand_written import AUGUST, SCHOOLS, write_august
from tests.paths import REPOSITORY
from tests.postgres_server import administer

OWNER, SERVICE, DATABASE = "hwb_owner", "hwb_service", "hwb"


@pytest.fixture
def names() -> dict[str, str]:
    """The two roles and the database of the page on operating, under names that are this test's alone."""
    mark = uuid.uuid4().hex[:12]
    return {OWNER: f"owner_{mark}", SERVICE: f"service_{mark}", DATABASE: f"least_{mark}"}


def page(names: dict[str, str], part: int) -> list[str]:
    """The statements that the page on operating gives before (0) and after (1) the first migration.

    They have this test's names.
    """
    told = (REPOSITORY / "docs" / "operating.md").read_text(encoding="utf-8")
    before_and_after = re.findall(r"```sql\n(.*?)```", told, re.DOTALL)
    assert len(before_and_after) == 2
    block = before_and_after[part]
    lines = [line for line in block.splitlines() if line and not line.startswith("--")]
    return [re.sub(r"\bhwb(_owner|_service)?\b", lambda found: names[found[0]], line) for line in lines]


@pytest.fixture
def as_role(postgresql_server: Path, names: dict[str, str]) -> Iterator[Callable[[str], str]]:
    """The page has been followed; gives the address of the database for a role."""

    def address(role: str) -> str:
        return f"postgresql://{names[role]}@/{names[DATABASE]}?host={postgresql_server}"

    statements = page(names, 0)
    for statement in statements[:3]:
        administer(postgresql_server, statement)
    administer(postgresql_server, *statements[3:], role=names[OWNER], database=names[DATABASE])
    yield address
    administer(
        postgresql_server,
        f"DROP DATABASE {names[DATABASE]} WITH (FORCE)",
        f"DROP ROLE {names[SERVICE]}",
        f"DROP ROLE {names[OWNER]}",
    )


@pytest.fixture
def served(
    hwb: CommandLine,
    as_role: Callable[[str], str],
    monkeypatch: pytest.MonkeyPatch,
    postgresql_server: Path,
    names: dict[str, str],
) -> CommandLine:
    """The owner has migrated; the service role is the one in use."""
    monkeypatch.setenv("HWB_DATABASE_URL", as_role(OWNER))
    assert hwb("migrate").status == 0
    administer(postgresql_server, *page(names, 1), role=names[OWNER], database=names[DATABASE])
    monkeypatch.setenv("HWB_DATABASE_URL", as_role(SERVICE))
    return hwb


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET who = 'U0X'",
        "DELETE FROM audit",
        "TRUNCATE audit",
        "UPDATE audit_links SET key = ''",
        "DELETE FROM audit_links",
        "ALTER TABLE audit DISABLE TRIGGER ALL",
        "DROP TRIGGER audit_is_kept ON audit",
        "SET session_replication_role = replica",
    ],
)
def test_the_service_may_add_to_the_audit_and_nothing_else(
    statement: str, served: CommandLine, names: dict[str, str], postgresql_server: Path
) -> None:
    assert served("faq contacts").status == 0
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        administer(postgresql_server, statement, role=names[SERVICE], database=names[DATABASE])
    assert served("audit --verify").status == 0


def test_the_service_deletes_old_records_by_the_databases_own_function_and_no_new_ones(
    served: CommandLine, names: dict[str, str], postgresql_server: Path
) -> None:
    old = "'2020-09-01 06:00:00+00', '2020-09-01 06:00:00+00', 'U0DAI', 'slack', 'faq', 'ok'"
    administer(
        postgresql_server,
        f"INSERT INTO audit (at, recorded_at, who, door, deed, outcome) VALUES ({old})",
        role=names[SERVICE],
        database=names[DATABASE],
    )
    assert served("retention --json").shape["deleted"]["audit"] == 1
    assert served("audit --verify --json").shape["verified"]["first"] == 2
    with pytest.raises(psycopg.errors.RaiseException, match="is kept"):
        administer(
            postgresql_server,
            "SELECT audit_forget(ARRAY(SELECT id FROM audit))",
            role=names[SERVICE],
            database=names[DATABASE],
        )


def test_a_table_in_the_services_own_schema_is_not_taken_for_the_audit(
    served: CommandLine, names: dict[str, str], postgresql_server: Path
) -> None:
    """The function has its owner's rights, so it must not look where its caller tells it to."""
    served("faq contacts")
    with psycopg.connect(
        host=str(postgresql_server), user=names[SERVICE], dbname=names[DATABASE]
    ) as connection:
        connection.execute("CREATE TEMPORARY TABLE audit (id integer)")
        connection.execute("INSERT INTO pg_temp.audit VALUES (1)")
        with pytest.raises(psycopg.errors.RaiseException, match="is kept"):
            connection.execute("SELECT audit_forget(ARRAY[1])")


def test_the_least_rights_are_enough(served: CommandLine) -> None:
    served.write("schools.csv", SCHOOLS)
    write_august(served.folder)
    assert served("schools import schools.csv").status == 0
    assert served(f"provision --all --at {AUGUST}").status == 3  # one of the exports is broken
    assert served("grants add U1 administrator --all").status == 0
    assert served(f"runs --json --at {AUGUST}").shape["runs"]
    assert served("retention").status == 0
    checked = served(f"check --at {AUGUST}")
    assert (checked.status, "in order" in checked.out) == (0, True)
    # Its tables are up to date, so there is nothing for which it would need more.
    assert served("migrate").status == 0


def test_tables_that_the_service_may_not_make(
    hwb: CommandLine, as_role: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HWB_DATABASE_URL", as_role(SERVICE))
    assert hwb("schools list").explains("none of this program's tables", "hwb migrate")
    assert hwb("migrate").explains("permission denied for schema public", "docs/operating.md")


@pytest.mark.parametrize(
    ("statement", "missing"),
    [
        ("REVOKE INSERT ON runs FROM {role}", "permission denied for table runs"),
        ("REVOKE UPDATE ON accounts FROM {role}", "permission denied for table accounts"),
        ("REVOKE DELETE ON outbox FROM {role}", "permission denied for table outbox"),
        ("REVOKE INSERT ON audit FROM {role}", "permission denied for table audit"),
        ("REVOKE USAGE ON SEQUENCE runs_id_seq FROM {role}", "permission denied for sequence runs_id_seq"),
        ("REVOKE SELECT ON alembic_version FROM {role}", "permission denied for table alembic_version"),
        (
            "REVOKE EXECUTE ON FUNCTION audit_forget FROM {role}",
            "permission denied for function audit_forget",
        ),
    ],
)
def test_a_missing_right_is_told_in_postgresqls_own_words(
    statement: str, missing: str, served: CommandLine, names: dict[str, str], postgresql_server: Path
) -> None:
    revoked = statement.format(role=names[SERVICE])
    administer(postgresql_server, revoked, role=names[OWNER], database=names[DATABASE])
    checked = served("check")
    assert checked.status == 1
    assert missing in checked.out


def test_who_may_not_connect(
    postgresql_server: Path, hwb: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(role: str, database: str) -> str:
        monkeypatch.setenv("HWB_DATABASE_URL", f"postgresql://{role}@/{database}?host={postgresql_server}")
        said = hwb("schools list")
        assert said.explains("refuses the connection")
        return said.err

    asked = postgres_server.WITH_PASSWORD
    assert 'role "no_such_role" does not exist' in refused("no_such_role", "postgres")
    assert 'database "no_such_database" does not exist' in refused(postgres_server.ROLE, "no_such_database")
    administer(postgresql_server, f"CREATE ROLE {asked} LOGIN PASSWORD 'right'")
    try:
        told = refused(f"{asked}:wrong", "postgres")
        assert f'password authentication failed for user "{asked}"' in told
        assert ":wrong@" not in told
    finally:
        administer(postgresql_server, f"DROP ROLE {asked}")


def test_a_role_that_has_all_its_connections(
    served: CommandLine, names: dict[str, str], postgresql_server: Path
) -> None:
    administer(postgresql_server, f"ALTER ROLE {names[SERVICE]} CONNECTION LIMIT 0")
    assert served("schools list").explains("takes no more connections", "too many connections for role")


def test_a_server_that_is_not_there(
    tmp_path: Path, hwb: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HWB_DATABASE_URL", f"postgresql://hwb@/hwb?host={tmp_path}")
    assert hwb("schools list").explains("can't be reached")
