"""The upgrade that brings the days of stages: the alerts of before tell them, in UK days."""

from datetime import date
from pathlib import Path

import pytest
from alembic import command as alembic
from alembic.config import Config
from sqlalchemy import text

from provisioning.store.database import Database
from provisioning.store.schema import MIGRATIONS

pytestmark = pytest.mark.integration
_ALERT = text(
    "INSERT INTO alerts (kind, school, year, text, action, who, due, raised_at, since, level, urgent, "
    "resolved_at, revision) VALUES (:kind, '6809903', 2026, '{}', '{}', 'x', '2026-08-30', "
    "'2026-08-24 09:00:00', '2026-08-24 09:00:00', 0, 0, :resolved_at, 0)"
)


def test_what_was_resolved_is_closed_and_what_is_open_stays_open(tmp_path: Path) -> None:
    """Half past eleven at night by UTC is the next day in the UK's summer."""
    database = Database(f"sqlite:///{tmp_path / 'hwb.sqlite3'}")
    with database.engine.execution_options(hwb_writes=True).begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        alembic.upgrade(config, "0039")
        for kind, resolved_at in (
            ("client-ran", "2026-08-27 23:30:00"),
            ("staff-complete", None),
            ("run-failed", "2026-08-27 09:00:00"),
        ):
            connection.execute(_ALERT, {"kind": kind, "resolved_at": resolved_at})
        alembic.upgrade(config, "0043")
        found = connection.execute(text("SELECT stage, applies, closed_on FROM stage_days")).all()
    database.close()
    assert sorted(found) == [("client-ran", 1, str(date(2026, 8, 28))), ("staff-complete", 1, None)]
