"""The line to Slack: a routine change of connection loses no command, a lost connection is soon back."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from websockets.exceptions import WebSocketException

from bot import meters
from bot.slack.socket_line import Pace, proxy_for
from tests.bot.slack.small_slack import (
    QUICK,
    SmallSlack,
    a_line,
    eventually,
    fall_silent,
    reset,
    send_away,
)

pytestmark = pytest.mark.integration
SOON = 0.1
"""Seconds within which every acknowledgement is there, also during a change of connection."""
REASONS = ["warning", "refresh_requested", "link_disabled", "too_many_websockets", "of another kind"]


def with_slack(story: Callable[[SmallSlack], Coroutine[Any, Any, None]]) -> None:
    """Play a story in an event loop of its own."""

    async def play() -> None:
        async with SmallSlack().serving() as slack:
            await story(slack)

    asyncio.run(play())


@pytest.mark.parametrize("reason", REASONS)
def test_no_command_is_lost_or_late_while_the_connection_is_changed(reason: str) -> None:
    async def story(slack: SmallSlack) -> None:
        async with a_line(slack):
            first = await slack.until(1)
            slack.greets.clear()  # the new connection takes a while
            await send_away(first, reason)
            assert await slack.soonest(first) < SOON
            await eventually(lambda: slack.asked == 2)
            assert await slack.soonest(first) < SOON
            slack.greets.set()
            second = await slack.until(2)
            assert await slack.soonest(second) < SOON
            assert await slack.soonest(first) < SOON  # Slack has not closed it

    with_slack(story)


def test_the_old_connection_is_closed_in_the_end() -> None:
    async def story(slack: SmallSlack) -> None:
        async with a_line(slack):
            first = await slack.until(1)
            await send_away(first, "warning")
            second = await slack.until(2)
            async with asyncio.timeout(3):
                await first.wait_closed()
            assert await slack.soonest(second) < SOON
            assert len(slack.connections) == 2

    with_slack(story)


@pytest.mark.parametrize("lose", [reset, fall_silent])
def test_a_lost_connection_is_noticed_and_replaced(lose: Callable[[Any], None]) -> None:
    async def story(slack: SmallSlack) -> None:
        async with a_line(slack):
            lose(await slack.until(1))
            assert await slack.soonest(await slack.until(2)) < SOON

    with_slack(story)


def test_a_silent_connection_is_back_within_ten_seconds() -> None:
    pace = Pace()
    noticed = pace.silent + pace.ping  # at the latest: looked for with each ping
    assert noticed + max(pace.waits[:2]) < 10


def test_a_closed_connection_is_replaced_until_it_can_be() -> None:
    async def story(slack: SmallSlack) -> None:
        async with a_line(slack):
            first = await slack.until(1)
            slack.lets_in = False
            await first.close()
            await eventually(lambda: slack.asked > 4)
            slack.lets_in = True
            assert await slack.soonest(await slack.until(2)) < SOON

    with_slack(story)


def test_prometheus_is_told_of_connections_replaced_of_failed_attempts_and_of_acknowledgements() -> None:
    metrics = ("hwb_slack_reconnects_total", "hwb_slack_failed_connections_total", "hwb_ack_seconds_count")

    def told() -> list[float]:
        return [meters.REGISTRY.get_sample_value(name) or 0.0 for name in metrics]

    async def story(slack: SmallSlack) -> None:
        async with a_line(slack):
            first = await slack.until(1)
            slack.lets_in = False
            await first.close()
            await eventually(lambda: slack.asked > 3)
            slack.lets_in = True
            assert await slack.soonest(await slack.until(2)) < SOON
            await eventually(lambda: told()[2] > before[2])

    before = told()
    with_slack(story)
    replaced, failed, acknowledged = (now - then for now, then in zip(told(), before, strict=True))
    assert replaced == 1
    assert failed >= 2
    assert acknowledged >= 1


def test_a_connection_that_ends_before_its_greeting_is_replaced_without_waiting_for_that() -> None:
    async def story(slack: SmallSlack) -> None:
        async with a_line(slack, Pace(opening=60.0)):
            slack.breaks_off = 1
            reset(await slack.until(1))
            assert await slack.soonest(await slack.until(2)) < SOON
            assert slack.asked == 3

    with_slack(story)


def test_an_address_that_is_none_is_asked_for_again() -> None:
    async def story(slack: SmallSlack) -> None:
        async with a_line(slack):
            first, right = await slack.until(1), slack.url
            slack.url = "ws://127.0.0.1:99999/"
            reset(first)
            await eventually(lambda: slack.asked > 2)
            slack.url = right
            assert await slack.soonest(await slack.until(2)) < SOON

    with_slack(story)


def test_connections_that_end_at_once_are_not_opened_without_a_pause() -> None:
    async def story(slack: SmallSlack) -> None:
        async with a_line(slack, Pace(waits=(60.0,))):
            await send_away(await slack.until(1), "too_many_websockets")
            second = await slack.until(2)
            await send_away(second, "too_many_websockets")
            assert await slack.soonest(second) < SOON
            assert slack.asked == 2

    with_slack(story)


def test_it_tells_when_slack_was_heard() -> None:
    async def story(slack: SmallSlack) -> None:
        async with a_line(slack) as line:
            first = await slack.until(1)
            await asyncio.sleep(2 * QUICK.silent)  # pongs alone
            assert line.heard_seconds_ago is not None
            assert line.heard_seconds_ago < QUICK.silent
            slack.lets_in = False
            fall_silent(first)
            await eventually(lambda: (line.heard_seconds_ago or 0) > QUICK.silent)
            await eventually(lambda: line.heard_seconds_ago is None)

    with_slack(story)


def test_a_command_whose_connection_has_ended_is_acknowledged_on_the_next() -> None:
    going, release = threading.Event(), threading.Event()

    def wait() -> None:
        going.set()
        assert release.wait(5)

    async def story(slack: SmallSlack) -> None:
        async with a_line(slack, before_ack=wait):
            first = await slack.until(1)
            asked = asyncio.create_task(slack.command(first))
            await eventually(going.is_set)
            reset(first)
            await slack.until(2)
            release.set()
            await asked

    with_slack(story)


def test_what_came_before_the_end_is_acknowledged() -> None:
    going, release = threading.Event(), threading.Event()

    def wait() -> None:
        going.set()
        assert release.wait(5)

    async def story(slack: SmallSlack) -> None:
        async with a_line(slack, before_ack=wait):
            asked = asyncio.create_task(slack.command(await slack.until(1)))
            await eventually(going.is_set)
            asyncio.get_running_loop().call_later(0.05, release.set)
        await asked

    with_slack(story)


@pytest.mark.parametrize("frame", ["not json", "[]", '{"type": "envelope"}', '{"type": "hello"}', "\ud83d"])
def test_frames_that_say_nothing_are_passed_over(frame: str) -> None:
    async def story(slack: SmallSlack) -> None:
        async with a_line(slack):
            first = await slack.until(1)
            await first.send(frame.encode("utf-8", "replace").decode())
            assert await slack.soonest(first) < SOON

    with_slack(story)


def test_slacks_limit_on_attempts_is_kept() -> None:
    class Limited:
        data, status_code, headers = {"ok": False, "error": "ratelimited"}, 429, {"Retry-After": "30"}

    async def story(slack: SmallSlack) -> None:
        async with a_line(slack, Pace(waits=(0.01,), refused=60.0)) as line:
            limited = SlackApiError("limited", Limited())
            assert line._pause_after(limited) == 30.0
            assert line._pause_after(TimeoutError()) == 0.0

    with_slack(story)


def test_a_slack_that_lets_nobody_in_is_an_error_at_the_start() -> None:
    async def story(slack: SmallSlack) -> None:
        slack.lets_in = False
        with pytest.raises(WebSocketException):
            async with a_line(slack):
                pass

    with_slack(story)


# The proxy


@pytest.mark.parametrize(
    ("settings", "url", "proxy"),
    [
        ({}, "wss://wss.slack.example/link", None),
        ({"https_proxy": "http://web:8080"}, "wss://wss.slack.example/link", "http://web:8080"),
        ({"https_proxy": "http://web:8080", "no_proxy": "127.0.0.1"}, "wss://127.0.0.1:9/link", None),
        ({"socks_proxy": "socks5://web:1080"}, "wss://wss.slack.example/link", None),
        ({"https_proxy": "http://web:8080"}, "ws://127.0.0.1:9/link", None),
    ],
)
def test_a_connection_takes_the_proxy_of_slacks_other_calls(
    settings: dict[str, str], url: str, proxy: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http", "https", "socks", "ws", "wss", "all", "no"):
        monkeypatch.delenv(f"{name}_proxy", raising=False)
        monkeypatch.delenv(f"{name}_proxy".upper(), raising=False)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    assert proxy_for(url) == proxy
