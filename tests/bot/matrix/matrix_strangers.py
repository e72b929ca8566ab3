"""Requests that come from another workspace, by Slack Connect, under the id of an administrator."""

from collections.abc import Mapping
from typing import Any

import pytest

from bot.slack.notices import sentence
from slack_workspace.state import Json
from tests.bot.app_fixtures import words
from tests.bot.matrix.matrix import Element
from tests.bot.matrix.matrix_people import COLUMNS
from tests.bot.matrix.matrix_room import Matrix, Seen
from tests.bot.matrix.matrix_table import ELEMENTS

ELSEWHERE = "T0ELSEWHERE"
ONE_A_LISTENER = tuple({element.listener: element for element in ELEMENTS}.values())
"""An element for each thing that the bot listens to."""
_ADMINISTRATOR = next(column for column in COLUMNS if column.name == "administrator")


def pressed_from_elsewhere(matrix: Matrix, element: Element, patch: pytest.MonkeyPatch) -> Seen:
    """Use `element` as an administrator's id of another workspace; what came of it."""
    room = matrix.room
    deliver = room._deliver

    async def from_elsewhere(kind: str, payload: Json, *more: Any, **options: Any) -> Json:
        return await deliver(kind, _of_elsewhere(payload), *more, **options)

    patch.setattr(room, "_deliver", from_elsewhere)
    patch.setitem(vars(room.live.socket), "deliver", from_elsewhere)
    return matrix.press(element, _ADMINISTRATOR, matrix.own)


def refused_everywhere(matrix: Matrix) -> str:
    """The one refusal that such a user reads."""
    return words(sentence("refusal.no-grant", matrix.voice).blocks)


def _of_elsewhere(payload: Mapping[str, Any]) -> Json:
    """The payload as Slack words it of a user of another workspace."""
    if "command" in payload:
        return {**payload, "team_id": ELSEWHERE}
    if "event" in payload:
        return {**payload, "event": {**payload["event"], "user_team": ELSEWHERE}}
    return {**payload, "user": {**payload["user"], "team_id": ELSEWHERE}}
