"""The groups of a list at which the reader can act: first in the list, and told to the reader."""

from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

from bot.people.permissions import Act
from bot.people.reader import Turn
from bot.slack.context import Context
from bot.slack.voice import Voice
from diagnostics.verdict import Next
from diagnostics.walk import run_on_cause
from provisioning.clock import today
from provisioning.records.schools import School


class Group(Protocol):
    """A group of people by cause, and who acts next."""

    @property
    def cause(self) -> str:
        """The cause."""

    @property
    def next(self) -> Next:
        """Who acts next."""


G = TypeVar("G", bound=Group)


def started_by_reader(
    context: Context, own: School, causes: Iterable[tuple[str, Sequence[School]]]
) -> frozenset[str]:
    """Return those of `causes` found at `own` for which the caller may start the run that mends them.

    Each cause is given with the previous schools that it waits for: the caller must have the right at all.
    """
    day, caller = today(context.services.clock), context.caller()

    def starts(cause: str, previous: Sequence[School]) -> bool:
        runs = [run_on_cause(cause, own, school, day) for school in previous or (None,)]
        return all(school is not None and caller.may(Act.RUN, school) for school in runs)

    return frozenset(cause for cause, previous in causes if starts(cause, previous))


def own_moves_first(groups: Iterable[G], starts: frozenset[str], voice: Voice) -> list[G]:
    """Return `groups`: first those at which the reader can act now, last those at which no person has to.

    The order is else kept. `starts` are the causes for which the reader may start a run.
    """

    def place(group: G) -> int:
        if group.next.who == "nobody":
            return 2
        return 0 if _is_own(group, starts, voice) else 1

    return sorted(groups, key=place)


def _is_own(group: Group, starts: frozenset[str], voice: Voice) -> bool:
    turn = voice.reader.turn(group.next.who, starts=group.cause in starts) if voice.reader else Turn.THEIRS
    return turn is not Turn.THEIRS
