"""Kinds of letters: each is one declaration, which its feature makes and the sender is handed.

A kind says how its payload is kept, how it is worded when it is sent, and who may still read it then.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import cached_property
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter
from sqlalchemy.orm import Session

from bot.outbox.letters import Letter
from bot.outbox.transports.external import ExternalMessage
from bot.people import permissions
from bot.people.permissions import EVERYWHERE, Act
from bot.services import Services
from bot.slack.blocks import Screen
from bot.slack.uploads import Document
from bot.slack.voice import Voice
from provisioning.clock import today
from provisioning.store import schools

P = TypeVar("P")
"""A payload: a frozen dataclass of what pydantic can keep as JSON."""


@dataclass(frozen=True)
class NoPayload:
    """The payload of a kind whose letters need nothing but their `about`."""


@dataclass(frozen=True)
class LetterContext:
    """What a letter is worded with; `voice` has the texts in the language of its reader."""

    services: Services
    session: Session
    letter: Letter
    voice: Voice

    @property
    def today(self) -> date:
        """The date by the clock in use."""
        return today(self.services.clock)

    def may(self, act: Act, scope: str | None) -> bool:
        """Return whether the addressee may do `act` at `scope`.

        That is a school's number, `*` for all schools, or None for any one school.
        """
        reader = permissions.caller(self.session, self.letter.to, self.today)
        if scope is None:
            return act in reader.acts
        if scope == EVERYWHERE:
            return reader.may_over(act, scope)
        return reader.may(act, schools.get(self.session, scope))


class WithoutRight(Enum):
    """What becomes of a letter whose addressee has lost the right to read it."""

    SENT = "sent"
    """It is sent nevertheless."""
    SETTLED = "settled"
    """It is given up without being sent."""


@dataclass(frozen=True)
class ReaderRight(Generic[P]):
    """What the addressee of a letter must still be allowed to do, and where.

    `scope` finds a school's number or `*`; it is None where any school will do, and finds None where the
    subject of the letter is gone or is about no school: then no right is needed.
    """

    act: Act
    scope: Callable[[LetterContext, P], str | None] | None = None

    def held(self, context: LetterContext, payload: P) -> bool:
        """Return whether the addressee still has the right; a channel has no rights, and needs none."""
        if not context.letter.to_user:
            return True
        scope = self.scope(context, payload) if self.scope else None
        return (self.scope is not None and scope is None) or context.may(self.act, scope)


@dataclass(frozen=True, kw_only=True)
class LetterKind(Generic[P]):
    """A kind of letter.

    `name` and `payload` say what the store keeps of it. `screen` words it for Slack, `external` for a service
    outside Slack, each as things stand when it is sent, and None where there is nothing to say any more.
    `document` makes a file for the thread of its message. `reader` is None where the addressee may read it
    whatever their grants.
    """

    name: str
    payload: type[P]
    screen: Callable[[LetterContext, P], Screen | None] | None = None
    external: Callable[[LetterContext, P], ExternalMessage | None] | None = None
    document: Callable[[LetterContext, P], Document | None] | None = None
    reader: ReaderRight[P] | None = None
    without_right: WithoutRight = WithoutRight.SENT

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
        if self.screen is None or self._is_withheld(context, payload):
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

    def _is_withheld(self, context: LetterContext, payload: P) -> bool:
        if self.reader is None or self.without_right is WithoutRight.SENT:
            return False
        return not self.reader.held(context, payload)


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
