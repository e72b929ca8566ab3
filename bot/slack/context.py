"""Somebody who asks, and what an answer is before it is shown."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bot.commands import Verb
from bot.people import audit, permissions
from bot.people.audit import AuditRecord
from bot.people.permissions import Act, Caller
from bot.services import Services
from bot.slack import refusals
from bot.slack.blocks import Screen
from bot.slack.uploads import Document
from bot.slack.voice import Voice
from provisioning.clock import today
from provisioning.errors import KnownError
from provisioning.records import School
from provisioning.store import schools

T = TypeVar("T")


@dataclass(frozen=True)
class Answer:
    """What to show now; `then` is work that takes longer, whose result takes its place.

    `document` makes a file, which goes to whoever asked and to nobody else. `modal`: it opens one where it
    was typed. The rest is for the audit.
    """

    screen: Screen
    then: Callable[[], Screen] | None = None
    document: Callable[[], Document] | None = None
    modal: bool = False
    outcome: str = audit.OK
    school: str | None = None
    subject: str | None = None


@dataclass(frozen=True)
class AskForPerson:
    """There is nothing to answer yet: a modal asks about whom, at one of these schools."""

    verb: Verb
    schools: Sequence[School]


@dataclass(frozen=True)
class AskForQuestion:
    """There is nothing to answer yet: a modal asks for a question."""


@dataclass(frozen=True)
class Context:
    """Somebody who asks, and the voice in which they are answered; who is away has no roles."""

    services: Services
    user: str
    voice: Voice
    away: bool = False

    def caller(self) -> Caller:
        """The grants in force today."""
        if self.away:
            return Caller(self.user, ())
        with self.services.database.reading() as session:
            return permissions.caller(session, self.user, today(self.services.clock))

    def schools(self, act: Act) -> list[School]:
        """The schools at which this may be done."""
        caller = self.caller()
        with self.services.database.reading() as session:
            return caller.schools(act, schools.every(session))

    def known(self) -> list[School]:
        """The schools over which there is any role."""
        caller = self.caller()
        with self.services.database.reading() as session:
            return [school for school in schools.every(session) if caller.knows(school)]

    def refused(self, act: Act, number: str) -> Screen:
        """Why there is no answer: the same sentence whether or not the school or the person exists."""
        return refusals.refusal_at(self.caller(), act, number, self.known(), self.voice)

    def record(
        self, deed: str, school: str | None = None, subject: str | None = None, outcome: str = audit.OK
    ) -> None:
        """Record in the audit what this person has looked up or changed, before they are shown anything."""
        now = self.services.clock.now()
        audit.keep(
            self.services.database,
            AuditRecord(now, self.user, "slack", deed, school or None, subject, outcome),
        )

    def change(
        self,
        deed: str,
        school: str | None,
        do: Callable[[], T],
        outcome: Callable[[T], str] = lambda _done: audit.OK,
        subject: str | None = None,
    ) -> T:
        """Change something, recorded before it begins and again with what came of it."""
        self.record(deed, school, subject, audit.BEGUN)
        try:
            done = do()
        except KnownError as error:
            self.record(deed, school, subject, audit.outcome_of(error))
            raise
        self.record(deed, school, subject, outcome(done))
        return done
