"""A batch that ends early says how many of its schools were done, and nothing that was not checked."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import make_url

from provisioning.runs.batches import Batch, provision_batch
from provisioning.store.runs import Run
from tests.bot.command_line import CommandLine
from tests.bot.hand_written import AUGUST, BROKEN, JULY, PRIMARY, SCHOOLS, SECONDARY, write_august
from tests.postgres_server import administer


@pytest.fixture
def installed(hwb: CommandLine) -> CommandLine:
    """Three schools with the exports of August; that of one can't be read."""
    hwb.write("schools.csv", SCHOOLS)
    write_august(hwb.folder)
    return hwb


def test_a_school_that_has_run_by_a_later_clock(installed: CommandLine) -> None:
    installed("schools import schools.csv")
    assert installed(f"provision --school {PRIMARY} --at {AUGUST}").status == 0
    alone = installed(f"provision --school {PRIMARY} --at {JULY}")
    assert (alone.status, alone.out.strip()) == (1, "")
    assert alone.err.startswith("The clock says 2026-07-01 06:00")
    assert "2026-08-26 06:00" in alone.err
    both = installed(f"provision --school {PRIMARY} --school {SECONDARY} --at {JULY}")
    assert both.status == 1
    assert both.err.startswith("1 of 2 schools were done. The clock says 2026-07-01 06:00")
    assert SECONDARY in both.out
    assert installed(f"provision --school {PRIMARY} --at {JULY} --dry-run").status == 0
    assert installed(f"provision --school {PRIMARY} --at {JULY} --clock-set-back").status == 0


def test_a_database_that_is_lost_in_the_middle(
    installed: CommandLine, postgresql_url: str, postgresql_server: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the primary has run, before the school that waited for it begins, the database is away."""
    name = make_url(postgresql_url).database
    monkeypatch.setenv("HWB_DATABASE_URL", postgresql_url)
    installed("schools import schools.csv")

    def lose(*given: Any, done: Any, **more: Any) -> Batch:
        def ended(run: Run) -> None:
            done(run)
            administer(
                postgresql_server,
                f"ALTER DATABASE {name} ALLOW_CONNECTIONS false",
                f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'",
            )

        return provision_batch(*given, done=ended, **more)

    monkeypatch.setattr("bot.runs.cli.provision_batch", lose)
    said = installed(f"provision --all --at {AUGUST}")
    administer(postgresql_server, f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    assert said.status == 1
    assert said.err.startswith("1 of 3 schools were done. The server of the database")
    assert "is not currently accepting connections" in said.err
    assert "Nothing was changed" not in said.err
    assert (PRIMARY in said.out, SECONDARY in said.out, BROKEN in said.out) == (True, False, False)
    assert [run["status"] for run in installed("runs --json").shape["runs"]] == ["succeeded"]
