"""Troubles of Slack and of the network on the way to it: which of an app's calls meets which.

All of it is pure: `slack_workspace.spoiling` carries out what is decided here.
"""

import random
from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final


class Trouble(StrEnum):
    """What a call of the app meets instead of Slack's whole answer in good time."""

    RATE = "rate"
    """HTTP 429 with `Retry-After`; the call is not carried out."""
    DOWN = "down"
    """A 5xx of a gateway before Slack."""
    HTML = "html"
    """A web filter's page with HTTP 200."""
    CUT = "cut"
    """JSON that ends in the middle, whole by its headers."""
    SHORT = "short"
    """Fewer bytes than the headers say, then the end of the connection."""
    DROP = "drop"
    """The end of the connection without a byte of an answer."""
    REVOKED = "revoked"
    """`token_revoked`; the call is not carried out."""
    SLOW = "slow"
    """Slack's whole answer, late."""
    WARNING = "warning"
    """A `disconnect` frame that announces the end of a connection, now and every half minute."""
    REFRESH = "refresh"
    """A `disconnect` frame after which a connection gets no more envelopes, now and every half minute."""


REFUSED: Final = frozenset({Trouble.RATE, Trouble.REVOKED})
"""Troubles by which Slack itself refuses a call, so that it is never carried out."""

REASONS: Final = {Trouble.WARNING: "warning", Trouble.REFRESH: "refresh_requested"}
"""Troubles of connections and not of calls, and Slack's reason in the `disconnect` frame."""


@dataclass(frozen=True)
class Fate:
    """What happens to one call: whether it is `carried_out`, and the `trouble` that its answer meets.

    `status` is that of `DOWN`; `code` is Slack's of `REVOKED`; `seconds` are those of `Retry-After`, or the
    delay of `SLOW`.
    """

    trouble: Trouble | None = None
    carried_out: bool = True
    status: int = 503
    code: str = "token_revoked"
    seconds: float = 1.0


UNTROUBLED: Final = Fate()


@dataclass(frozen=True)
class Troubles:
    """The troubles that are on: a `share` of all calls meets one of those `chosen`.

    `seed` chooses among the possible courses; `seconds` are those of each fate. `SLOW` alone meets each call;
    `RATE` alone refuses only what is faster than Slack allows, which `slack_workspace.pacing` measures.
    """

    chosen: frozenset[Trouble] = field(default_factory=frozenset)
    share: float = 0.3
    seed: int = 0
    seconds: float = 1.0

    def fate(self, method: str, count: int) -> Fate:
        """Return what happens to the call of `method` that is number `count` of that method."""
        of_calls = self.chosen - REASONS.keys()
        if of_calls <= {Trouble.RATE}:
            return UNTROUBLED
        if of_calls == {Trouble.SLOW}:
            return Fate(Trouble.SLOW, seconds=self.seconds)
        chance = random.Random(f"{self.seed}:{method}:{count}")  # noqa: S311 - for trials, alike each time
        if chance.random() >= self.share:
            return UNTROUBLED
        trouble = chance.choice(sorted(of_calls))
        carried_out = trouble is Trouble.SLOW or (trouble not in REFUSED and chance.random() < 0.5)
        return Fate(trouble, carried_out, chance.choice((500, 502, 503, 504)), seconds=self.seconds)

    @property
    def reasons(self) -> tuple[str, ...]:
        """The reasons of the `disconnect` frames that the app's connections are sent."""
        return tuple(reason for trouble, reason in REASONS.items() if trouble in self.chosen)


def read(words: Collection[str]) -> frozenset[Trouble]:
    """Return the troubles that `words` name; another word raises `ValueError` with those there are."""
    known = {str(trouble) for trouble in Trouble}
    if strange := sorted(set(words) - known):
        raise ValueError(f"{', '.join(strange)}: not one of {', '.join(sorted(known))}")
    return frozenset(Trouble(word) for word in words)
