"""The context of a request (its user, rights and language), and the answer before it is shown."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeVar, cast

from bot.people import audit, permissions, workspaces
from bot.people.audit import AuditRecord
from bot.people.permissions import Act, Caller
from bot.people.slack_user import SlackUser
from bot.services import Services
from bot.slack import refusals
from bot.slack.blocks import Screen
from bot.slack.contributors import Features
from bot.slack.modals import View
from bot.slack.uploads import Document
from bot.slack.voice import Voice
from bot.stages.known_stages import stages_of
from diagnostics.school_stages import SchoolStages
from provisioning.clock import today
from provisioning.errors import KnownError
from provisioning.records.schools import School
from provisioning.store import freezes, schools
from provisioning.store.freezes import Freeze, Freezes

T = TypeVar("T")


@dataclass(frozen=True)
class LookedUp:
    """What the audit says of one of several people that an answer is about."""

    school: str
    subject: str | None
    outcome: str


@dataclass(frozen=True)
class Between:
    """A screen to show while longer work goes on, which ends with the screen that `then` returns."""

    screen: Screen
    then: Callable[[], Screen]


@dataclass(frozen=True)
class Answer:
    """The screen to show now; `then` is longer work, whose screen replaces it.

    `then` may begin long after the request, so it checks rights by `Context.afresh()`. `document` makes a
    file that is sent to the user alone. With `modal`, a typed command is answered in a modal. The other
    fields are for the audit; `each` where the answer is about several people.
    """

    screen: Screen
    then: Callable[[], Screen | Between] | None = None
    document: Callable[[], Document] | None = None
    modal: bool = False
    outcome: str = audit.OK
    school: str | None = None
    subject: str | None = None
    each: Sequence[LookedUp] = ()


@dataclass(frozen=True)
class AskInModal:
    """A question back: `view` is the modal that asks for what the command did not say."""

    view: View


_READ_ONCE = ("_caller", "_every_school")


@dataclass(frozen=True)
class Context:
    """The user of a request, and the voice in which they are answered; an `outsider` has no roles.

    The user's grants, the schools and their stages are read when first needed, and kept for the request;
    `asked_by` has the grants where they were read with it. `features` is what features add to screens of
    others.
    """

    services: Services
    user: SlackUser
    voice: Voice
    outsider: bool = False
    features: Features = field(default_factory=Features)
    asked_by: Caller | None = None

    def caller(self) -> Caller:
        """Return the user with the grants in force today."""
        return self._caller

    def every_school(self) -> list[School]:
        """Return all schools that the user's workspace serves, independent of their roles."""
        return list(self._every_school)

    def schools(self, act: Act) -> list[School]:
        """Return the schools at which the user may do `act`."""
        return self._caller.schools(act, self._every_school)

    def known(self) -> list[School]:
        """Return the schools over which the user has any role."""
        return [school for school in self._every_school if self._caller.knows(school)]

    def stages_of(self, numbers: Sequence[str]) -> Sequence[SchoolStages]:
        """Return the stages of each of the schools `numbers`, in order, found once for the request."""
        known: dict[str, SchoolStages] = self.once(SchoolStages, dict)
        wanted = [number for number in numbers if number not in known]
        if wanted:
            known.update(zip(wanted, stages_of(self.services.provisioning, wanted), strict=True))
        return [known[number] for number in numbers]

    def afresh(self) -> "Context":
        """Return a copy that reads the grants anew, for work after the request or a change of grants."""
        return replace(self, asked_by=None)

    def in_voice(self, voice: Voice) -> "Context":
        """Return a copy that answers in `voice`, with what this one has read."""
        told = replace(self, voice=voice)
        told.__dict__.update({read: self.__dict__[read] for read in _READ_ONCE if read in self.__dict__})
        told.__dict__["_found"] = self._found
        return told

    def once(self, what: Hashable, find: Callable[[], T]) -> T:
        """Return what `find` returns, called once for the request; `what` tells it from other findings."""
        if what not in self._found:
            self._found[what] = find()
        return cast(T, self._found[what])

    @cached_property
    def _found(self) -> dict[Hashable, Any]:
        return {}

    @cached_property
    def _caller(self) -> Caller:
        if self.outsider:
            return Caller(self.user, ())
        if self.asked_by is not None:
            return self.asked_by
        with self.services.database.reading() as session:
            return permissions.caller(session, self.user, today(self.services.clock))

    @cached_property
    def _every_school(self) -> Sequence[School]:
        with self.services.database.reading() as session:
            return workspaces.within(session, self.user, schools.every(session))

    def frozen(self, among: Iterable[School]) -> dict[str, Freeze]:
        """Return the freezes of those of the schools `among` that are frozen now, by number."""
        return self.once(Freezes, self._read_freezes).frozen(among, self.services.clock.now())

    def _read_freezes(self) -> Freezes:
        with self.services.database.reading() as session:
            return freezes.since(session, today(self.services.clock))

    def help(self) -> Screen:
        """Return the help: the verbs that the user may use, and which roles may use the others."""
        return refusals.help_(self.services.verbs, self.caller().acts, self.voice)

    def refused(self, act: Act, number: str) -> Screen:
        """Return the refusal of `act` at the school `number`; it does not tell whether that school exists."""
        return refusals.refusal_at(self.caller(), act, number, self.known(), self.voice)

    def school(self, act: Act, number: str) -> School | None:
        """Return the school `number`; None where `act` is not allowed there, or no such school exists."""
        return next((school for school in self.schools(act) if school.number == number), None)

    def refuse(self, action: str, act: Act, number: str, subject: str | None = None) -> Screen:
        """Record that `action` was refused, and return the refusal."""
        self.record(action, number, subject, audit.REFUSED)
        return self.refused(act, number)

    def refusal(self, action: str, act: Act, school: School | None) -> Screen | None:
        """Return the refusal of `act` on something of `school`, and record it; None where it is allowed."""
        refused = refusals.refusal_of(self.caller(), act, school, self.voice)
        if refused is not None:
            self.record(action, school.number if school else None, outcome=audit.REFUSED)
        return refused

    def record(
        self, action: str, school: str | None = None, subject: str | None = None, outcome: str = audit.OK
    ) -> None:
        """Add an audit record of the user's `action`, before anything is shown."""
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
        """Carry out the change `do`, with an audit record before it and another with its outcome."""
        self.record(action, school, subject, audit.BEGUN)
        try:
            done = do()
        except KnownError as error:
            self.record(action, school, subject, audit.outcome_of(error))
            raise
        self.record(action, school, subject, outcome(done))
        return done
