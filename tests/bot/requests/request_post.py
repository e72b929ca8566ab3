"""Requests for a run as they go to and fro in Slack."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from bot.outbox.sending import Sender
from bot.requests import screens, service, store
from bot.requests.actions import RequestAction
from bot.requests.request import Request
from bot.service.features import LETTER_KINDS
from provisioning.clock import FixedClock
from tests.bot.app_fixtures import (
    ELIS,
    IDRIS,
    NOW,
    SEREN,
    Json,
    Room,
    words,
)

LATER = NOW + timedelta(hours=1)


MANAGER, SECOND = IDRIS, ELIS


AT_NANT = replace(SEREN, admission_date=date(2020, 9, 1), year_group="6", class_name="6A")


WHY = f"why-missing {SEREN.upn}"


class Post:
    """A room, the bot's direct messages in it, and time going by."""

    def __init__(self, room: Room) -> None:
        self.room = room

    def at(self, now: datetime) -> "Post":
        self.room = self.room.at(FixedClock(now))
        return self

    def look(self) -> "Post":
        service.update_open(self.room.services)
        Sender(self.room.services, self.room.app.client, LETTER_KINDS).deliver()
        return self

    def messages(self, user: str, prefix: str = "outbox:request:") -> list[Json]:
        every: list[Json] = self.room.server.person(user).messages()
        return [
            message for message in every if str(message["blocks"][0].get("block_id", "")).startswith(prefix)
        ]

    def letter(self, user: str) -> Json:
        (message,) = self.messages(user)
        return message

    def reads(self, user: str) -> str:
        return words(self.letter(user)["blocks"])

    def news(self, user: str) -> list[str]:
        return [words(message["blocks"][0]) for message in self.messages(user, "outbox:request-news:")]

    def asks(self, user: str, line: str = WHY) -> str:
        """Ask as `user`, press the button, and return what it answers."""
        self.room.answer(user, line)
        answer = self.room.press(user, RequestAction.ASK)
        assert answer is not None
        return words(answer)

    def press(self, user: str, action: str, whose: str | None = None, **chosen: Any) -> str:
        """Use a button of `user`'s letter; the ephemeral answer."""
        letter = self.letter(whose or user)
        dm = self.room.server.person(whose or user).dm
        visit = replace(self.room.server.person(whose or user), person=user)
        assert visit.press(action, dm, letter["ts"], **chosen).error is None
        self.room.later.settle()
        told = [message for message in self.room.server.person(user).messages(dm) if message["ephemeral"]]
        return words(told[-1]) if told else ""

    def passes_on(self, user: str, to: str | None = None) -> Any:
        self.press(user, RequestAction.NOT_MINE)
        values = {screens.TO: {screens.TO: {"type": "users_select", "selected_user": to}}}
        outcome = self.room.server.person(user).submit(values)
        self.room.later.settle()
        return outcome

    def request(self) -> Request:
        with self.room.services.database.reading() as session:
            found = store.find(session, 1)
        assert found is not None
        return found
