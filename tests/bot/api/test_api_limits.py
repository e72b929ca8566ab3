"""How often a system may ask, and what it is told when it asks too often."""

from collections.abc import Iterator

import pytest

from bot.api import limits
from bot.api.limits import WITHOUT_TOKEN, RequestLimits
from bot.people import audit
from bot.people.audit import AuditRecord
from bot.service import bootstrap
from bot.settings_loading import load_settings
from knowledge.loading import Knowledge
from provisioning.errors import DatabaseProblem
from provisioning.store.database import Database
from tests.bot.api.api_client import ApiClient, served
from tests.bot.api.test_api import WHOLE_COUNTRY, of_audit, token
from tests.bot.command_line import CommandLine
from tests.bot.hand_written import PRIMARY


@pytest.fixture
def narrow(
    august: CommandLine, everything: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ApiClient]:
    """The API where two requests a minute are answered."""
    monkeypatch.setenv("HWB_API_REQUESTS_A_MINUTE", "2")
    assert august.folder.exists()
    with bootstrap.services(load_settings({}), known=everything) as opened, served(opened) as client:
        yield client


def test_one_request_too_many_is_told_when_to_come_again_and_others_are_not_held_up(
    august: CommandLine, narrow: ApiClient
) -> None:
    path = f"/v1/schools/{PRIMARY}/runs"
    hasty = token(august, "hasty", "local-authority", WHOLE_COUNTRY)
    other = token(august, "other", "local-authority", WHOLE_COUNTRY)
    assert [narrow.get(path, hasty).status for _ in range(3)] == [200, 200, 429]
    too_many = narrow.get(path, hasty)
    assert too_many.error == (429, "api-too-many")
    assert 1 <= int(too_many.headers["retry-after"]) <= 60
    assert narrow.get(path, other).status == 200
    assert [outcome for _, _, outcome in of_audit(august, "api:hasty")] == ["ok", "ok"]


def test_requests_without_a_token_are_counted_by_address_and_cannot_flood_the_audit() -> None:
    counted = RequestLimits(by_token=1)
    waits = [counted.of_address("192.0.2.1") for _ in range(WITHOUT_TOKEN + 1)]
    assert waits[:-1] == [None] * WITHOUT_TOKEN
    assert waits[-1] is not None
    assert 1 <= waits[-1].seconds <= 60
    assert counted.of_address("192.0.2.2") is None
    assert counted.of_token("a") is None
    assert counted.of_token("a") is not None


@pytest.mark.parametrize("trusted", ['["127.0.0.1"]', "[]"])
def test_only_a_trusted_proxy_is_believed_where_a_request_without_a_token_comes_from(
    trusted: str, august: CommandLine, everything: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The client sends another address with each request; a proxy adds the client's own."""
    monkeypatch.setenv("HWB_API_TRUSTED_PROXIES", trusted)
    monkeypatch.setattr(limits, "WITHOUT_TOKEN", 3)
    assert august.folder.exists()
    claims = [f"198.51.100.{number}" for number in range(4)]
    with bootstrap.services(load_settings({}), known=everything) as opened, served(opened) as client:
        through_proxy = [
            client.get("/dates.ics", forwarded=f"{claim}, 203.0.113.9").status for claim in claims
        ]
        of_another = client.get("/dates.ics", forwarded="203.0.113.10").status
    assert through_proxy == [200, 200, 200, 429]
    assert of_another == (200 if trusted != "[]" else 429)


def test_a_database_in_which_another_program_writes_is_waited_for_once(
    august: CommandLine, api: ApiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = token(august, "warehouse", "local-authority", WHOLE_COUNTRY)
    waited: list[AuditRecord] = []

    def keep(_database: Database, record: AuditRecord) -> None:
        waited.append(record)
        raise DatabaseProblem("database-locked", database="hwb.sqlite3", seconds=30)

    monkeypatch.setattr(audit, "keep", keep)
    assert api.get("/v1/board", key).error == (503, "database-locked")
    assert len(waited) == 1
