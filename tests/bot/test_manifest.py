"""The app's manifest asks for what the bot's code uses, and for nothing else.

The code is read as a syntax tree: every call of a method of the Web API, every event that it listens to.
"""

import ast
import inspect
import re
from collections.abc import Iterator
from functools import cache

import pytest
from slack_sdk import WebClient

from bot.slack.manifest import MANIFEST
from slack_workspace import Manifest
from slack_workspace.api import METHODS
from slack_workspace.api.scopes import with_families
from slack_workspace.manifest import EVENT_SCOPES
from tests.paths import REPOSITORY

ASKED_FOR = Manifest.read(MANIFEST.read_text(encoding="utf-8"))
_METHOD = re.compile(r"api_call\(\s*\"([\w.]+)\"")
_OTHER = re.compile(r"self\.(\w+)\(")


@cache
def methods_of(function: str) -> frozenset[str]:
    """The methods of the Web API that a function of Slack's client calls, itself or by another."""
    found = getattr(WebClient, function, None)
    if not inspect.isfunction(found) or function in ("api_call", "__init__"):
        return frozenset()
    text = inspect.getsource(found)
    others = [methods_of(other) for other in _OTHER.findall(text) if other != function]
    return frozenset(_METHOD.findall(text)).union(*others)


def trees() -> Iterator[ast.AST]:
    for path in sorted((REPOSITORY / "bot").rglob("*.py")):
        yield from ast.walk(ast.parse(path.read_text(encoding="utf-8")))


@cache
def called() -> frozenset[str]:
    """The methods of the Web API that the bot calls."""
    named = {node.attr for node in trees() if isinstance(node, ast.Attribute) and "_" in node.attr}
    return frozenset[str]().union(*map(methods_of, sorted(named)))


@cache
def listened_to() -> frozenset[str]:
    """The events that the bot listens to by name."""
    listeners = (
        node for node in trees() if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    )
    first = (node.args[0] for node in listeners if node.func.attr == "event" and node.args)  # type: ignore[attr-defined]
    return frozenset(name.value for name in first if isinstance(name, ast.Constant))


def type_of(event: str) -> str:
    """The type that an event arrives with: `message` for `message.im`."""
    return event.partition(".")[0]


def test_the_code_is_read() -> None:
    assert {"chat.postMessage", "views.open", "files.completeUploadExternal"} <= called()
    assert {"app_mention", "message"} <= listened_to()


@pytest.mark.parametrize("method", sorted(called()))
def test_a_method_that_the_bot_calls_has_its_scope(method: str) -> None:
    scope = METHODS[method].scope
    assert not scope or set(with_families(scope)) & set(ASKED_FOR.scopes), f"{method} needs {scope}"


@pytest.mark.parametrize("event", sorted(listened_to()))
def test_an_event_that_the_bot_listens_to_is_subscribed_to(event: str) -> None:
    assert event in map(type_of, ASKED_FOR.events)


@pytest.mark.parametrize("event", ASKED_FOR.events)
def test_an_event_that_is_subscribed_to_is_listened_to_and_has_its_scope(event: str) -> None:
    assert type_of(event) in listened_to()
    assert ASKED_FOR.hears(event), f"{event} needs {EVENT_SCOPES[event]}"


@pytest.mark.parametrize("scope", ASKED_FOR.scopes)
def test_a_scope_that_is_asked_for_is_needed(scope: str) -> None:
    by_methods = {name for method in called() for name in with_families(METHODS[method].scope)}
    by_events = {EVENT_SCOPES[event] for event in ASKED_FOR.events}
    assert scope in by_methods | by_events | {"commands"}
