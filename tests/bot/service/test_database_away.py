"""While the database is away, `hwb serve` stays, its health is red, and its log is short."""

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.engine import make_url

from slack_workspace import WorkspaceServer
from tests.bot.app_fixtures import room
from tests.bot.command_line import CommandLine, Served
from tests.bot.service.test_serve import health, port  # noqa: F401 - a fixture
from tests.postgres_server import administer
from tests.slack_workspace.workspace_fixtures import eventually


def test_red_while_it_is_away_and_green_after(
    hwb: CommandLine,
    postgresql_url: str,
    postgresql_server: Path,
    port: int,  # noqa: F811
) -> None:
    name = make_url(postgresql_url).database
    with (
        WorkspaceServer(room(lambda: datetime.now(UTC))) as server,
        Served(
            ["serve"],
            hwb.folder,
            HWB_DATABASE_URL=postgresql_url,
            HWB_HEALTH_PORT=str(port),
            SLACK_BOT_TOKEN=server.bot_token,
            SLACK_APP_TOKEN=server.app_token,
            HWB_SLACK_API_URL=server.api_url,
        ) as process,
    ):
        process.until("Connected to Slack")
        eventually(lambda: health(port) == 200, 10)
        administer(
            postgresql_server,
            f"ALTER DATABASE {name} ALLOW_CONNECTIONS false",
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'",
        )
        eventually(lambda: health(port) == 503, 10)
        administer(postgresql_server, f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        eventually(lambda: health(port) == 200, 10)
        process.terminate()
        ended = process.ended()
    assert ended.status == 0
    assert "Traceback" not in ended.err
    assert ended.err.count("database can't be used") <= 1
