"""Payloads as Slack words them, and what a forger makes of them."""

import copy
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.bot.app_fixtures import Json
from tests.bot.matrix.matrix import Element
from tests.bot.matrix.matrix_entry_points import Hand
from tests.bot.matrix.matrix_people import Column
from tests.bot.matrix.matrix_room import Matrix, worded
from tests.bot.matrix.matrix_table import ELEMENTS
from tests.bot.matrix.matrix_world import Place

_DEEP: Any = "deep"
for _ in range(200):
    _DEEP = {"a": [_DEEP]}
JUNK: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1e308,
    "",
    "x",
    " ",
    "²",
    "-1",
    "9" * 40,
    "1;DROP TABLE accounts",
    "2026-13-45",
    "\x00",
    "\ud800",
    "\u202e<!channel> <@U0ADMINISTRATOR> *bold*\n",
    "%s{number}{{ x }}",
    "w" * 100_000,
    [],
    [[]],
    ["x"] * 500,
    {},
    {"id": {"id": []}},
    _DEEP,
)
NOBODY: tuple[Any, ...] = ("U0NEVERSEEN", "U0STRANGER", "USLACKBOT", "B0HWB", "x" * 300, "", 7, None, {}, [])
"""Users who have no role: a forged payload names no other, for Slack says who has pressed."""


@dataclass(frozen=True)
class Forged:
    """A payload and how it was forged; `user` is who is shown the answer."""

    kind: str
    body: Json
    user: str
    how: str


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a payload, but for what is inside blocks, which the bot does not read."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in inside:
        yield (*path, key)
        if key != "blocks":
            yield from _places(below, (*path, key))


def _at(body: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        body = body[key]
    return body


def _choose(body: Json, chance: random.Random) -> tuple[Any, ...]:
    return chance.choice(list(_places(body)))


def _left_out(body: Json, _all: list[Json], chance: random.Random) -> None:
    path = _choose(body, chance)
    del _at(body, path[:-1])[path[-1]]


def _other_type(body: Json, _all: list[Json], chance: random.Random) -> None:
    path = _choose(body, chance)
    _at(body, path[:-1])[path[-1]] = copy.deepcopy(chance.choice(JUNK))


def _other_words(body: Json, _all: list[Json], chance: random.Random) -> None:
    """Junk where the bot's own elements carry something."""
    carried = ("value", "private_metadata", "block_id", "action_id", "callback_id", "text", "selected_user")
    carried += ("selected_date", "external_id", "hash", "tab", "trigger_id", "response_url", "type")
    found = [path for path in _places(body) if path[-1] in carried]
    if found:
        path = chance.choice(found)
        _at(body, path[:-1])[path[-1]] = copy.deepcopy(chance.choice(JUNK))


def _of_another(body: Json, others: list[Json], chance: random.Random) -> None:
    """A part of another payload: the metadata, the state, the name or the action of another element."""
    names = ("actions", "view", "event", "callback_id", "private_metadata", "state", "action_id", "message")
    mine = [path for path in _places(body) if path[-1] in names]
    theirs = [(other, path) for other in others for path in _places(other) if path[-1] in names]
    if mine and theirs:
        path = chance.choice(mine)
        other, there = chance.choice([each for each in theirs if each[1][-1] == path[-1]] or theirs)
        _at(body, path[:-1])[path[-1]] = copy.deepcopy(_at(other, there))


def _another_user(body: Json, _all: list[Json], chance: random.Random) -> None:
    named = [path for path in _places(body) if path in (("user", "id"), ("user_id",), ("event", "user"))]
    for path in named:
        _at(body, path[:-1])[path[-1]] = chance.choice(NOBODY)


def _another_team(body: Json, _all: list[Json], chance: random.Random) -> None:
    team = chance.choice(["T0OTHER", "E0OTHER", "", 5, None, {"id": "T0OTHER"}, []])
    for path in [path for path in _places(body) if path[-1] in ("team", "team_id", "user_team")]:
        _at(body, path[:-1])[path[-1]] = team


def _another_channel(body: Json, _all: list[Json], chance: random.Random) -> None:
    channel = chance.choice(["C0OTHER", "D0OTHER", "", 5, None, {"id": 7}, []])
    for path in [path for path in _places(body) if path[-1] in ("channel", "channel_id")]:
        _at(body, path[:-1])[path[-1]] = channel


def _many(body: Json, _all: list[Json], chance: random.Random) -> None:
    """A list that is empty, has everything twice or has junk in front."""
    lists = [path for path in _places(body) if isinstance(_at(body, path), list)]
    if lists:
        found = _at(body, chance.choice(lists))
        found[:] = chance.choice([[], found * 2, [copy.deepcopy(chance.choice(JUNK)), *found]])


WAYS: tuple[Callable[[Json, list[Json], random.Random], None], ...] = (
    _left_out,
    _left_out,
    _other_type,
    _other_type,
    _other_words,
    _other_words,
    _of_another,
    _another_user,
    _another_team,
    _another_channel,
    _many,
)


class Forger:
    """Takes what the workspace would send when an element is used, and forges it."""

    def __init__(self, matrix: Matrix) -> None:
        self._matrix, self._caught = matrix, list[tuple[str, Json]]()
        self._others: list[Json] = []

    def forged(self, seed: int, column: Column, place: Place) -> Forged | None:
        """A payload of a random element that `column` uses about `place`, forged in one to three ways."""
        chance = random.Random(seed)
        element = chance.choice(ELEMENTS)
        caught = self._payload(element, column, place)
        if caught is None:
            return None
        kind, body = caught
        self._others = [*self._others, copy.deepcopy(body)][-20:]
        ways = chance.choices(WAYS, k=chance.randint(1, 3))
        for way in ways:
            way(body, self._others, chance)
        how = f"seed {seed}: {element} by {column.name}, {', '.join(way.__name__ for way in ways)}"
        return Forged(kind, body, column.user, how)

    def _payload(self, element: Element, column: Column, place: Place) -> tuple[str, Json] | None:
        """What is sent when an element is used; it is caught before it arrives."""
        room, self._caught = self._matrix.room, []

        async def catch(kind: str, payload: Json, answerable: bool = True, retry: Json | None = None) -> Json:
            self._caught.append((kind, copy.deepcopy(payload)))
            return {}

        arriving = room._deliver
        vars(room)["_deliver"] = room.live.socket.deliver = catch
        try:
            hand = Hand(room, column.user, lambda: None)
            hand.use(element, worded(element, place))
        finally:
            del vars(room)["_deliver"]
            room.live.socket.deliver = arriving
        return self._caught[-1] if self._caught else None
