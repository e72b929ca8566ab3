"""What a transport is, and what can come of an attempt to send a letter."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from bot.outbox.letters import Claimed, Letter

_LONGEST = 600.0


@dataclass(frozen=True)
class Sent:
    """The letter was taken; `channel` and `ts` are those of its Slack message.

    `then` is carried out after this has been noted in the store. `perhaps_twice` is whether the message says
    that an earlier copy may be there.
    """

    channel: str | None = None
    ts: str | None = None
    then: Callable[[], None] | None = None
    perhaps_twice: bool = False


@dataclass(frozen=True)
class Postponed:
    """The letter is to be tried again after `by`.

    `doubtful`: it may have been taken. `closed`: the transport takes no letters now, so this pass ends.
    `tell`: the code of Slack's that the operators are told of, for only a person can end this wait.
    """

    by: timedelta
    doubtful: bool = False
    closed: bool = False
    tell: str | None = None


@dataclass(frozen=True)
class GivenUp:
    """The letter is not tried again; `why` is `SETTLED` or the transport's reason."""

    why: str


@dataclass(frozen=True)
class NotMade:
    """The letter could not be made, for a reason that lies in it or in the program."""


Outcome = Sent | Postponed | GivenUp | NotMade


class Transport(Protocol):
    """A way by which letters leave."""

    def carries(self, letter: Letter) -> bool:
        """Return whether a letter's address is one of this transport's."""
        ...

    def send(self, claimed: Claimed) -> Outcome:
        """Try to send a letter."""
        ...


def backoff(attempts: int) -> timedelta:
    """Return the wait after a number of attempts: twice as long after each, up to ten minutes."""
    return timedelta(seconds=min(2.0 ** (attempts + 1), _LONGEST))
