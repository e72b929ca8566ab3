"""The room of the matrix: every cell is pressed in the same world, and what came of it is looked at."""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import func, select

from bot.outbox.sending import Sender
from bot.people.audit import AuditRecord
from bot.people.tables import AuditLinkRow, AuditRow
from bot.service.features import LETTER_KINDS
from bot.slack.voice import Voice
from knowledge.texts import Language
from provisioning.store.every_table import METADATA
from slack_workspace import Channel, SlashCommand, UserGroup, WorkspacePerson, WorkspaceSpec, WorkspaceText
from slack_workspace.state import Conversation, PostedMessage
from tests.bot.app_fixtures import HELP, ROOM_BOT, Json, Room, words
from tests.bot.matrix.matrix import Element, filled
from tests.bot.matrix.matrix_entry_points import Hand
from tests.bot.matrix.matrix_listeners import listeners
from tests.bot.matrix.matrix_people import COLUMNS, EVERYBODY, GROUP, GUEST, IN_WELSH, LEFT, MEMBER, Column
from tests.bot.matrix.matrix_world import Place
from tests.builders import NOW

_OF_THE_AUDIT = (AuditRow.__tablename__, AuditLinkRow.__tablename__)
_TABLES = [name for name in METADATA.tables if name not in _OF_THE_AUDIT]


def workspace(language: Language) -> WorkspaceSpec:
    """A workspace with all people of the matrix, who read one language."""
    locale = {"en": "en-GB", "cy": "cy-GB"}[language]
    return WorkspaceSpec(
        team_name="Matrix",
        people=tuple(
            WorkspacePerson(id_, id_[2:].lower(), id_[2:].title(), WorkspaceText("", ""), locale)
            for id_ in EVERYBODY
        ),
        channels=(Channel(HELP, "help", members=(*EVERYBODY, ROOM_BOT.user_id)),),
        bot=ROOM_BOT,
        clock=lambda: NOW,
        title=WorkspaceText("", ""),
        intro=WorkspaceText("", ""),
        commands=(SlashCommand("/hwb", WorkspaceText("", "")),),
        groups=(UserGroup(GROUP, "group", "Group", (MEMBER.user,)),),
    )


@dataclass(frozen=True)
class Letter:
    """Something that others see of the bot's own accord; `reader` is None where it stands in a channel."""

    reader: str | None
    said: str


@dataclass(frozen=True)
class Seen:
    """What came of a press.

    `surfaces` are the messages, modals and Homes that the presser sees anew, `said` their words and those of
    acknowledgements, `files` what they were handed. `changed` are the tables that are not as before, but for
    the audit, whose new rows about the presser are `recorded`.
    """

    surfaces: list[Json]
    said: list[str]
    letters: list[Letter]
    files: list[str]
    changed: set[str]
    recorded: list[AuditRecord]

    @property
    def everything(self) -> str:
        """All that reached the presser, what buttons carry among it."""
        return json.dumps([self.surfaces, self.said, self.files], ensure_ascii=False)

    @property
    def outcomes(self) -> set[str]:
        """How it ended by the audit."""
        return {record.outcome for record in self.recorded}


def worded(element: Element, place: Place) -> Json:
    """What `element` carries, about the things of `place`."""
    payload: Json = filled(element.payload, lambda line: line.format(**place.things) if "{" in line else line)
    return payload


class Matrix:
    """A furnished room, put back after every press as it was."""

    def __init__(self, room: Room, language: Language, places: tuple[Place, Place, Place]) -> None:
        self.room, self.voice = room, Voice(room.services.catalogue, language)
        self.columns = COLUMNS if language == "en" else IN_WELSH
        self.listeners = listeners(room.services)
        self.places, (self.own, self.other, _) = places, places
        room.live.workspace.deactivated.add(LEFT.user)
        room.live.workspace.guests.add(GUEST.user)
        for column in COLUMNS:  # Slack is asked about everybody, and those who are away lose what they had
            room.run(column.user, "help")
        Sender(room.services, room.app.client, LETTER_KINDS).deliver()
        self._records = sqlite3.connect(str(room.services.database.url.database))
        self._kept = sqlite3.connect(":memory:")
        self._records.backup(self._kept)
        self._tables = self._contents()
        self._messages = {where.id: dict(_lasting(where)) for where in self._conversations()}
        self._before: Json = {}
        self._tidy()

    def press(self, element: Element, column: Column, place: Place) -> Seen:
        """Use `element` as the person of `column` over `place`; what was seen and changed."""
        hand = Hand(self.room, column.user, lambda: self._note(column.user))
        return self.observe(column.user, lambda: hand.use(element, worded(element, place)))

    def observe(self, user: str, do: Callable[[], None]) -> Seen:
        """Let something be done as `user`; what they saw, and what changed."""
        self._note(user)
        last = self._last_record()
        self.room.acks.clear()
        do()
        tables = self._contents()
        seen = Seen(
            new := [
                message for key, message in self._shown(user).items() if self._before.get(key) != message
            ],
            [*(words(message["blocks"]) or message["text"] for message in new), *self._acknowledged()],
            list(self._letters(user)),
            [
                (file.content or b"").decode("utf-8", "replace")
                for file in self.room.live.workspace.files.values()
            ],
            {name for name in _TABLES if tables[name] != self._tables[name]},
            list(self._recorded(user, last)),
        )
        if seen.changed:
            self._kept.backup(self._records)
        self._tidy()
        return seen

    def _note(self, user: str) -> None:
        """What is there now is no answer."""
        self._before = self._shown(user)

    def _shown(self, user: str) -> Json:
        """What `user` sees in Slack, without their own messages."""
        views, shown = self.room.live.views, {}
        for where in self._conversations():
            for ts, message in where.messages.items() if user in where.members else ():
                if message.only_for in (None, user) and message.author != user:
                    shown[f"{where.id} {ts}"] = {"text": message.text, "blocks": list(message.blocks)}
        for view in [*views.stacks.get(user, []), *([views.homes[user]] if user in views.homes else [])]:
            shown[view.id] = {"text": "", **view.body}
        return shown

    def _acknowledged(self) -> Iterator[str]:
        for ack in self.room.acks:
            yield from ack.get("errors", {}).values()
            if ack.get("options"):
                yield words(ack["options"])

    def _letters(self, user: str) -> Iterator[Letter]:
        for where in self._conversations():
            reader = next(member for member in where.members if member in EVERYBODY) if where.direct else None
            for ts, message in _lasting(where):
                known = self._messages[where.id].get(ts) == message
                if message.author == ROOM_BOT.user_id and reader != user and not known:
                    yield Letter(reader, json.dumps([message.text, message.blocks], ensure_ascii=False))

    def _files(self) -> Iterator[str]:
        for file in self.room.live.workspace.files.values():
            yield (file.content or b"").decode("utf-8", "replace")

    def _last_record(self) -> int:
        with self.room.services.database.reading() as session:
            return session.scalar(select(func.max(AuditRow.id))) or 0

    def _recorded(self, user: str, last: int) -> Iterator[AuditRecord]:
        query = select(AuditRow).where(AuditRow.id > last, AuditRow.who == user).order_by(AuditRow.id)
        with self.room.services.database.reading() as session:
            for row in session.scalars(query):
                yield AuditRecord(
                    row.at, row.who, row.entry_point, row.action, row.school, row.subject, row.outcome
                )

    def _contents(self) -> dict[str, list[tuple[object, ...]]]:
        return {name: self._records.execute(f'SELECT * FROM "{name}"').fetchall() for name in _TABLES}

    def _tidy(self) -> None:
        live = self.room.live
        for where in self._conversations():
            where.messages.clear()
            where.messages.update(self._messages[where.id])
        for kept in (live.views.stacks, live.views.homes, live.responses.open, live.workspace.files):
            kept.clear()

    def _conversations(self) -> Iterable[Conversation]:
        return self.room.live.workspace.conversations.values()


def _lasting(where: Conversation) -> Iterator[tuple[str, PostedMessage]]:
    return ((ts, message) for ts, message in where.messages.items() if message.only_for is None)
