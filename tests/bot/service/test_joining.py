"""Joining Slack: what goes wrong while it can't be reached ends no later attempt."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import Mock

import pytest

from bot.service import joining
from bot.service.connected import Line
from bot.service.joining import SlackJoiner
from bot.service.serve_cli import without_proxy_for_localhost
from provisioning.errors import KnownError
from tests.slack_workspace.workspace_fixtures import eventually


@pytest.mark.parametrize("wrong", [KnownError("slack-token"), OSError("the database is away")])
def test_slack_is_joined_after_an_attempt_that_went_wrong(
    wrong: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(joining, "_FIRST_WAIT", 0.001)
    attempts: list[Exception] = [wrong, KnownError("slack-unreachable", url="https://slack.example")]

    @contextmanager
    def connect() -> Iterator[Line]:
        if attempts:
            raise attempts.pop()
        yield Mock(alive=True)

    joiner = SlackJoiner(connect)
    assert joiner.start() is not None
    eventually(lambda: joiner.alive)
    joiner.stop()


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "socks_proxy", "Ws_Proxy"])
def test_a_workspace_on_this_machine_is_reached_without_a_proxy(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "socks5://127.0.0.1:9")
    without_proxy_for_localhost("https://slack.com/api/")
    assert name in os.environ
    without_proxy_for_localhost("http://127.0.0.1:8000/api/")
    assert name not in os.environ
