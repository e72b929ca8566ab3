"""Kinds of letters: each is one declaration, which its feature makes and the sender is handed.

A kind says how its payload is kept, how it is worded when it is sent, and who may still read it then.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter
from sqlalchemy.orm import Session

from bot.outbox.letters import Letter
from bot.outbox.transports.external import ExternalMessage
from bot.people import permissions
from bot.people.permissions import EVERYWHERE, Act, Caller
from bot.services import Services
from bot.slack.blocks import Screen
from bot.slack.uploads import Document
from bot.slack.voice import Voice
from provisioning.clock import today
from provisioning.records.schools import School
from provisioning.store import schools

P = TypeVar("P")
"""A payload: a frozen dataclass of what pydantic can keep as JSON."""
ANY_SCHOOL = ""
"""The scope of a right that the addressee may have at whatever school."""


@dataclass(frozen=True)
class NoPayload:
    """The payload of a kind whose letters need nothing but their `about`."""


@dataclass(frozen=True)
class LetterContext:
    """What a letter is worded with; `spoken` has the texts in the language of its reader."""

    services: Services
    session: Session
    letter: Letter
    spoken: Voice

    @property
    def today(self) -> date:
        """The date by the clock in use."""
        return today(self.services.clock)

    def may(self, act: Act, scope: str) -> bool:
        """Return whether the addressee may do `act` at `scope`.

        That is a school's number, `*` for all schools, or `ANY_SCHOOL`.
        """
        if scope == ANY_SCHOOL:
            return act in self._reader.acts
        if scope == EVERYWHERE:
            return self._reader.may_over(act, scope)
        return self._reader.may(act, schools.get(self.session, scope))

    def voice_at(self, school: School, *previous: School) -> Voice:
        """Return the voice in which the addressee is told about `school`, and the `previous` schools."""
        return self.spoken.to(self._reader, school, *previous)

    @cached_property
    def voice(self) -> Voice:
        """The voice in which the addressee is told of what is about no one school."""
        return self.spoken.among(self._reader) if self.letter.to_user else self.spoken

    @cached_property
    def _reader(self) -> Caller:
        return permissions.caller(self.session, self.letter.to, self.today)


@dataclass(frozen=True)
class ReaderRight(Generic[P]):
    """What the addressee of a letter must still be allowed to do, and where.

    `scope` finds a school's number, `*`, `ANY_SCHOOL`, or several of these, at each of which the right is
    needed; and None where the subject of the letter is gone: then there is nothing to read.
    """

    act: Act
    scope: Callable[[LetterContext, P], str | Collection[str] | None]

    def held(self, context: LetterContext, payload: P) -> bool:
        """Return whether the addressee has the right; a channel has no rights, and needs none."""
        if not context.letter.to_user:
            return True
        found = self.scope(context, payload)
        if found is None:
            return False
        scopes = (found,) if isinstance(found, str) else found
        return all(context.may(self.act, scope) for scope in scopes)


@dataclass(frozen=True)
class Unconditional(Generic[P]):
    """The addressee may read it whatever their grants, because of `why`.

    `once_had` is the right without which it is taken back when a role of theirs ends, if any. `to_outsiders`
    is whether it is for users who are no people of this workspace (see `bot.people.presence`).
    """

    why: str
    once_had: ReaderRight[P] | None = None
    to_outsiders: bool = False


@dataclass(frozen=True, kw_only=True)
class LetterKind(Generic[P]):
    """A kind of letter.

    `name` and `payload` say what the store keeps of it. `screen` words it for Slack, `external` for a service
    outside Slack, each as things stand when it is sent, and None where there is nothing to say any more.
    `document` makes a file for the thread of its message. `reader` is who may read it; a letter that its
    addressee may not read is given up. `taken_back` is whether its message tells of people or schools, so
    that it is emptied when its reader may not read it any more. `bare` is whether the text for notifications
    and screen readers is the headline alone, because the blocks name a person, or quote what was written.
    """

    name: str
    payload: type[P]
    reader: ReaderRight[P] | Unconditional[P]
    screen: Callable[[LetterContext, P], Screen | None] | None = None
    external: Callable[[LetterContext, P], ExternalMessage | None] | None = None
    document: Callable[[LetterContext, P], Document | None] | None = None
    taken_back: bool = True
    bare: bool = False

    def write(self, payload: P) -> dict[str, Any]:
        """Return a payload as the store keeps it."""
        return {"kind": str(self.name), **self._adapter.dump_python(payload, mode="json")}

    def write_editable(self, payload: P, edits: str | None) -> dict[str, Any]:
        """Return the payload of an editable message; `edits` is the key of the first letter, in an edit."""
        return {**self.write(payload), "edits": edits}

    def read(self, letter: Letter) -> P:
        """Return the payload of a letter of this kind; pydantic's `ValidationError` where it is none."""
        return self._adapter.validate_python(letter.payload)

    def as_screen(self, context: LetterContext) -> Screen | None:
        """Return a letter of this kind in Slack; None where its addressee is to be told nothing (more)."""
        payload = self.read(context.letter)
        if self.screen is None or not self._is_allowed(context, payload):
            return None
        return self.screen(context, payload)

    def as_external(self, context: LetterContext) -> ExternalMessage | None:
        """Return a letter of this kind for a service outside Slack; None where there is nothing to say."""
        return self.external(context, self.read(context.letter)) if self.external else None

    def as_document(self, context: LetterContext) -> Document | None:
        """Return the file that goes into the thread of a letter's message; None where there is none."""
        return self.document(context, self.read(context.letter)) if self.document else None

    @cached_property
    def _adapter(self) -> TypeAdapter[P]:
        return TypeAdapter(self.payload)

    @property
    def to_outsiders(self) -> bool:
        """Whether it is for users who are no people of this workspace."""
        return isinstance(self.reader, Unconditional) and self.reader.to_outsiders

    def may_read(self, context: LetterContext, *, role_ended: bool = False) -> bool:
        """Return whether the addressee may read a letter of this kind now.

        `role_ended` is whether a role of theirs has just ended: then they may not read either what they were
        told while they had it.
        """
        payload = self.read(context.letter)
        if role_ended and isinstance(self.reader, Unconditional) and self.reader.once_had is not None:
            return self.reader.once_had.held(context, payload)
        return self._is_allowed(context, payload)

    def _is_allowed(self, context: LetterContext, payload: P) -> bool:
        if isinstance(self.reader, ReaderRight):
            return self.reader.held(context, payload)
        letter = context.letter
        return self.to_outsiders or not letter.to_user or permissions.is_here(context.session, letter.to)


Kinds = Mapping[str, LetterKind[Any]]
"""Kinds of letters by name."""


def by_name(kinds: Iterable[LetterKind[Any]]) -> Kinds:
    """Return the kinds by name; a name that stands twice raises `ValueError`."""
    found: dict[str, LetterKind[Any]] = {}
    for kind in kinds:
        if kind.name in found:
            raise ValueError(f"two kinds of letters are called {kind.name}")
        found[str(kind.name)] = kind
    return found
