"""Somebody who asks, and what an answer is before it is shown."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TypeVar

from bot.people import audit, permissions
from bot.people.audit import AuditRecord
from bot.people.permissions import Act, Caller
from bot.services import Services
from bot.slack import refusals
from bot.slack.blocks import Screen
from bot.slack.contributors import Features
from bot.slack.modals import View
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

    `then` may begin long after the request: what it decides by roles it asks of `Asker.afresh()`.
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
class AskInModal:
    """A question back: `view` is the modal that asks for what the command left out."""

    view: View


@dataclass(frozen=True)
class Context:
    """Somebody who asks, and the voice in which they are answered; who is away has no roles.

    Their grants and the schools are read once, when first needed, and hold for the whole request.
    `features` is what features add to screens that are not their own.
    """

    services: Services
    user: str
    voice: Voice
    outsider: bool = False
    features: Features = field(default_factory=Features)

    def caller(self) -> Caller:
        """The grants in force today."""
        return self._caller

    def every_school(self) -> list[School]:
        """All schools, whatever the caller's roles."""
        return list(self._every_school)

    def schools(self, act: Act) -> list[School]:
        """The schools at which this may be done."""
        return self._caller.schools(act, self._every_school)

    def known(self) -> list[School]:
        """The schools over which there is any role."""
        return [school for school in self._every_school if self._caller.knows(school)]

    def afresh(self) -> "Context":
        """The same user with nothing read yet: for work after the request, or after a change of grants."""
        return replace(self)

    @cached_property
    def _caller(self) -> Caller:
        if self.outsider:
            return Caller(self.user, ())
        with self.services.database.reading() as session:
            return permissions.caller(session, self.user, today(self.services.clock))

    @cached_property
    def _every_school(self) -> Sequence[School]:
        with self.services.database.reading() as session:
            return schools.every(session)

    def help(self) -> Screen:
        """The verbs that the caller may use, and of the others who may."""
        return refusals.help_(self.services.verbs, self.caller().acts, self.voice)

    def refused(self, act: Act, number: str) -> Screen:
        """Why there is no answer: the same sentence whether or not the school or the person exists."""
        return refusals.refusal_at(self.caller(), act, number, self.known(), self.voice)

    def school(self, act: Act, number: str) -> School | None:
        """The school with a number; None where this may not be done there, or there is none."""
        return next((school for school in self.schools(act) if school.number == number), None)

    def refuse(self, action: str, act: Act, number: str, subject: str | None = None) -> Screen:
        """Record that a action was refused, and say why."""
        self.record(action, number, subject, audit.REFUSED)
        return self.refused(act, number)

    def refusal(self, action: str, act: Act, school: School | None) -> Screen | None:
        """Why this may not be done to a thing of a school's, recorded; None where it may."""
        refused = refusals.refusal_of(self.caller(), act, school, self.voice)
        if refused is not None:
            self.record(action, school.number if school else None, outcome=audit.REFUSED)
        return refused

    def record(
        self, action: str, school: str | None = None, subject: str | None = None, outcome: str = audit.OK
    ) -> None:
        """Record in the audit what this person has looked up or changed, before they are shown anything."""
        now = self.services.clock.now()
        audit.keep(
            self.services.database,
            AuditRecord(now, self.user, "slack", action, school or None, subject, outcome),
        )

    def change(
        self,
        action: str,
        school: str | None,
        do: Callable[[], T],
        outcome: Callable[[T], str] = lambda _done: audit.OK,
        subject: str | None = None,
    ) -> T:
        """Change something, recorded before it begins and again with what came of it."""
        self.record(action, school, subject, audit.BEGUN)
        try:
            done = do()
        except KnownError as error:
            self.record(action, school, subject, audit.outcome_of(error))
            raise
        self.record(action, school, subject, outcome(done))
        return done
