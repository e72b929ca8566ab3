"""The state of the workspace: people, conversations, files, triggers and who has read what.

All of it lives on the server's event loop, so nothing here locks. Other threads go through the server.
"""

import secrets
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from bot.slack import limits
from slack_workspace.errors import SlackError, WorkspaceError
from slack_workspace.new_ids import dm_id
from slack_workspace.spec import Channel, WorkspacePerson, WorkspaceSpec
from slack_workspace.troubles import Fate, Troubles

Json = dict[str, Any]
SLACKBOT = "USLACKBOT"


@dataclass(frozen=True)
class Timing:
    """How long Slack waits, in seconds; tests make it shorter.

    ``linger`` is how long a line of the socket stays open after its closing handshake, ``unsettle`` the pause
    between the disconnect messages that are asked for as a trouble.
    """

    ack: float = limits.ACK_SECONDS
    trigger: float = limits.TRIGGER_SECONDS
    response_url: float = limits.RESPONSE_URL_SECONDS
    redelivery: tuple[float, ...] = limits.REDELIVERY_SECONDS
    linger: float = 5.0
    unsettle: float = 30.0
    monotonic: Callable[[], float] = time.monotonic


@dataclass(frozen=True)
class PostedMessage:
    """One message; ``only_for`` makes it ephemeral, ``author`` is a user id.

    ``language`` is ``en`` or ``cy``, or None where it is not known.
    """

    ts: str
    conversation: str
    author: str
    text: str
    blocks: tuple[Json, ...] = ()
    attachments: tuple[Json, ...] = ()
    thread_ts: str | None = None
    client_msg_id: str | None = None
    only_for: str | None = None
    edited_ts: str | None = None
    metadata: Json | None = None
    files: tuple[str, ...] = ()
    reactions: tuple[tuple[str, str], ...] = ()
    language: str | None = None

    def is_news_for(self, person: str) -> bool:
        """Return whether ``person`` can see this message and did not write it."""
        return self.author != person and self.only_for in (None, person)


@dataclass(frozen=True)
class Unread:
    """How much is new to a person in a conversation: all of it, and what is meant for that person."""

    all: int
    mine: int


@dataclass
class Conversation:
    """A channel or the direct messages of one person with the app."""

    id: str
    name: str
    members: list[str]
    direct: bool
    topic: str = ""
    archived: bool = False
    private: bool = False
    messages: dict[str, PostedMessage] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """``im``, ``channel`` or ``group``, as events name it; a ``group`` is a private channel."""
        return "im" if self.direct else "group" if self.private else "channel"

    @property
    def family(self) -> str:
        """``im``, ``channels`` or ``groups``, as scopes and subscriptions name it."""
        return "im" if self.direct else f"{self.kind}s"


@dataclass(frozen=True)
class WorkspaceNote:
    """An event for the open pages; ``audience`` None means all people."""

    kind: str
    data: Json
    audience: tuple[str, ...] | None = None


@dataclass
class StoredFile:
    """An upload: announced, then its bytes, then shared."""

    id: str
    key: str
    name: str
    length: int
    alt_text: str
    title: str = ""
    content: bytes | None = None


@dataclass
class Trigger:
    """A trigger id: the right to open a view for a person, once."""

    person: str
    until: float
    view: str | None = None
    used: bool = False


class Workspace:
    """A workspace built from its spec; everything that changes while it runs."""

    def __init__(self, spec: WorkspaceSpec, timing: Timing | None = None) -> None:
        if spec.clock().tzinfo is None:
            raise WorkspaceError(
                "The workspace's clock has no time zone.", "Return an aware datetime from it."
            )
        self.spec = spec
        self.timing = timing or Timing()
        self.url = ""
        self.installed = True
        self.people: dict[str, WorkspacePerson] = {person.id: person for person in spec.people}
        self.conversations: dict[str, Conversation] = {}
        self.triggers: dict[str, Trigger] = {}
        self.deactivated: set[str] = set()
        self.guests: set[str] = set()
        self.traits: dict[str, Json] = {}
        self.groups = {group.id: group for group in spec.groups}
        self.fates: dict[str, deque[Fate]] = {}
        self.troubles = Troubles()
        self._met: Counter[str] = Counter()
        self.files: dict[str, StoredFile] = {}
        self.calls: deque[tuple[str, Json]] = deque(maxlen=1_000)
        self.read: dict[tuple[str, str], str] = {}
        self.watchers: list[Callable[[WorkspaceNote], None]] = []
        self._last_micros = 0
        for channel in spec.channels:
            self.conversations[channel.id] = _channel(channel)
        for person in spec.people:
            dm = Conversation(dm_id(person.id), person.name, [person.id, spec.bot.user_id], direct=True)
            self.conversations[dm.id] = dm

    def ts(self) -> str:
        """Return a new message timestamp by the workspace's clock: unique, and never going back."""
        now = round(self.spec.clock().timestamp() * 1_000_000)
        self._last_micros = max(now, self._last_micros + 1)
        return f"{self._last_micros // 1_000_000}.{self._last_micros % 1_000_000:06d}"

    def fate(self, method: str) -> Fate:
        """Return what happens to this call of a method: what was asked for in `fates`, else by `troubles`."""
        if waiting := self.fates.get(method):
            return waiting.popleft()
        self._met[method] += 1
        return self.troubles.fate(method, self._met[method])

    def tell(self, note: WorkspaceNote) -> None:
        """Send an event to every open page of its audience."""
        for watcher in tuple(self.watchers):
            watcher(note)

    def person(self, id_: str) -> WorkspacePerson:
        """Return the person with this id, or ``user_not_found``."""
        if id_ not in self.people:
            raise SlackError("user_not_found")
        return self.people[id_]

    def set_locale(self, person_id: str, locale: str) -> WorkspacePerson:
        """Change the language that a person set in Slack."""
        person = replace(self.person(person_id), locale=locale)
        self.people[person_id] = person
        self.tell(WorkspaceNote("people", {}))
        return person

    def conversation(self, id_: str) -> Conversation:
        """Return the conversation with the id ``id_``, which may also be a person's id or a ``#name``."""
        if id_ in self.people:
            id_ = dm_id(id_)
        if id_ in self.conversations:
            return self.conversations[id_]
        for conversation in self.conversations.values():
            if not conversation.direct and conversation.name == id_.removeprefix("#"):
                return conversation
        raise SlackError("channel_not_found")

    def where_bot_is(self, id_: str) -> Conversation:
        """Return a conversation that the app may write to; else Slack's reason why not."""
        conversation = self.conversation(id_)
        if conversation.archived:
            raise SlackError("is_archived")
        if self.spec.bot.user_id not in conversation.members:
            raise SlackError("not_in_channel")
        return conversation

    def new_trigger(self, person: str, view: str | None = None) -> str:
        """Return a trigger id with which the app may open one view in front of a person."""
        id_ = f"{secrets.randbelow(10**12)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        self.triggers[id_] = Trigger(person, self.timing.monotonic() + self.timing.trigger, view)
        return id_

    def use_trigger(self, id_: str) -> Trigger:
        """Spend a trigger id, or say why it is not good any more."""
        trigger = self.triggers.get(id_)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if self.timing.monotonic() >= trigger.until:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger

    def unread(self, person: str) -> dict[str, Unread]:
        """Return the unread counts of a person, by conversation; conversations without any are left out."""
        counts: dict[str, Unread] = {}
        for where in self.conversations.values():
            if person in where.members:
                counted = self._unread_in(where, person)
                if counted.all:
                    counts[where.id] = counted
        return counts

    def _unread_in(self, where: Conversation, person: str) -> Unread:
        seen = self.read.get((person, where.id), "")
        new = [
            message
            for message in where.messages.values()
            if message.ts > seen and message.is_news_for(person)
        ]
        mine = [
            message for message in new if where.direct or message.only_for or f"<@{person}>" in message.text
        ]
        return Unread(len(new), len(mine))


def _channel(channel: Channel) -> Conversation:
    return Conversation(
        channel.id,
        channel.name,
        list(channel.members),
        direct=False,
        topic=channel.topic,
        archived=channel.archived,
        private=channel.private,
    )
