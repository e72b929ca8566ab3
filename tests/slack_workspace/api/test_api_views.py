"""Views over the Web API, and how long triggers and response URLs are good."""

import json
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from slack_sdk import WebClient
from slack_sdk.webhook import WebhookClient

from slack_workspace import Timing, Workspace, WorkspaceServer
from tests.slack_workspace.api.api_calls import error_of
from tests.slack_workspace.workspace_fixtures import (
    ANN,
    BOB,
    CERI,
    GENERAL,
    Stopwatch,
    client_of,
    demo_spec,
    form,
)

pytestmark = pytest.mark.integration


@pytest.fixture
def trigger(server: WorkspaceServer) -> Callable[[str], str]:
    async def new(person: str) -> str:
        return server.workspace.new_trigger(person)

    return lambda person: str(server.on_loop(new(person)))


# Views


def test_open_update_and_hash(
    server: WorkspaceServer, client: WebClient, trigger: Callable[[str], str]
) -> None:
    opened = client.views_open(trigger_id=trigger(ANN), view=form())["view"]
    updated = client.views_update(view_id=opened["id"], hash=opened["hash"], view=form("Second"))["view"]
    assert server.person(ANN).modals()[-1]["title"]["text"] == "Second"
    assert updated["hash"] != opened["hash"]
    stale = lambda: client.views_update(view_id=opened["id"], hash=opened["hash"], view=form())  # noqa: E731
    assert error_of(stale) == "hash_conflict"


def test_closed_view_is_not_found(
    server: WorkspaceServer, client: WebClient, trigger: Callable[[str], str]
) -> None:
    quiet = form() | {"notify_on_close": False}
    view = client.views_open(trigger_id=trigger(BOB), view=quiet)["view"]
    server.person(BOB).close()
    assert error_of(lambda: client.views_update(view_id=view["id"], view=quiet)) == "not_found"


def test_three_views_lie_on_each_other(client: WebClient, trigger: Callable[[str], str]) -> None:
    first = client.views_open(trigger_id=trigger(CERI), view=form("1"))["view"]
    second = client.views_push(trigger_id=trigger(CERI), view=form("2"))["view"]
    third = client.views_push(trigger_id=trigger(CERI), view=form("3"))["view"]
    assert (third["root_view_id"], third["previous_view_id"]) == (first["id"], second["id"])
    assert (
        error_of(lambda: client.views_push(trigger_id=trigger(CERI), view=form("4"))) == "push_limit_reached"
    )


def test_trigger_is_good_once(client: WebClient, trigger: Callable[[str], str]) -> None:
    once = trigger(ANN)
    client.views_open(trigger_id=once, view=form())
    assert error_of(lambda: client.views_open(trigger_id=once, view=form())) == "exchanged_trigger_id"
    assert error_of(lambda: client.views_open(trigger_id="1.2.x", view=form())) == "invalid_trigger_id"


def test_bad_view_leaves_the_trigger_good(client: WebClient, trigger: Callable[[str], str]) -> None:
    once = trigger(ANN)
    bad = form("x" * 25)
    assert error_of(lambda: client.views_open(trigger_id=once, view=bad)) == "invalid_arguments"
    assert client.views_open(trigger_id=once, view=form())["ok"]


def test_push_needs_something_to_lie_on() -> None:
    with WorkspaceServer(demo_spec()) as own:

        async def new() -> str:
            return own.workspace.new_trigger(ANN)

        once = own.on_loop(new())
        assert error_of(lambda: client_of(own).views_push(trigger_id=once, view=form())) == "not_found"


def test_external_id_is_the_only_one_of_the_team(client: WebClient, trigger: Callable[[str], str]) -> None:
    named = form() | {"external_id": (identifier := uuid4().hex)}
    client.views_open(trigger_id=trigger(ANN), view=named)
    assert error_of(lambda: client.views_open(trigger_id=trigger(BOB), view=named)) == "duplicate_external_id"
    assert client.views_update(external_id=identifier, view=named)["ok"]


def test_publish_home(server: WorkspaceServer, client: WebClient) -> None:
    home = {"type": "home", "blocks": [{"type": "divider"}]}
    view = client.views_publish(user_id=BOB, view=home)["view"]
    shown = server.person(BOB).home()
    assert shown is not None
    assert shown["id"] == view["id"]
    assert error_of(lambda: client.views_publish(user_id=BOB, view=home, hash="old")) == "hash_conflict"
    assert error_of(lambda: client.views_publish(user_id="U0NOBODY", view=home)) == "user_not_found"


# Time


@pytest.fixture
def timed() -> Iterator[tuple[WorkspaceServer, Stopwatch]]:
    watch = Stopwatch()
    with WorkspaceServer(Workspace(demo_spec(), Timing(monotonic=watch))) as running:
        yield running, watch


def test_trigger_expires_after_three_seconds(timed: tuple[WorkspaceServer, Stopwatch]) -> None:
    server, watch = timed
    old = server.workspace.new_trigger(ANN)
    watch.now = 3.0
    assert error_of(lambda: client_of(server).views_open(trigger_id=old, view=form())) == "expired_trigger_id"


def test_response_url_is_good_five_times_and_half_an_hour(timed: tuple[WorkspaceServer, Stopwatch]) -> None:
    server, watch = timed

    async def new() -> str:
        return server._live.responses.url(ANN, GENERAL)

    often, late = WebhookClient(server.on_loop(new())), WebhookClient(server.on_loop(new()))
    assert [often.send(text="x").status_code for _ in range(6)] == [200] * 5 + [404]
    watch.now = 1_800.0
    answer = late.send(text="x")
    assert (answer.status_code, json.loads(answer.body)["error"]) == (404, "expired_url")
