"""The groups of a list at which the reader can act: first in the list, and told to the reader."""

from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

from bot.people.permissions import Act
from bot.people.reader import Turn
from bot.slack.context import Context
from bot.slack.findings import turn_of
from bot.slack.voice import Voice
from diagnostics.verdict import Next
from knowledge.texts import Text
from provisioning.records.schools import School


class Group(Protocol):
    """A group of people by cause, who acts next, and the runs that mend it."""

    @property
    def cause(self) -> str:
        """The cause."""

    @property
    def headline(self) -> Text:
        """The sentence that states the cause."""

    @property
    def next(self) -> Next:
        """Who acts next."""

    @property
    def runs(self) -> Sequence[Sequence[School]]:
        """The schools to be run one after another, for each way in which it is mended; empty for none."""


G = TypeVar("G", bound=Group)


def may_start(runs: Sequence[School], context: Context) -> bool:
    """Return whether the caller may start the `runs` that mend a cause, of which there is any.

    While the first of them is frozen, no caller may; a later one follows by itself once it can.
    """
    return bool(runs) and context.caller().may(Act.RUN, runs[0]) and not context.frozen(runs[:1])


def started_by_reader(context: Context, groups: Iterable[Group]) -> frozenset[str]:
    """Return the causes of those `groups` for whose every person the caller may start a run that mends it."""
    return frozenset(
        group.cause for group in groups if group.runs and all(may_start(runs, context) for runs in group.runs)
    )


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
    return turn_of(group.next.who, voice, starts=group.cause in starts) is not Turn.THEIRS
