"""How fast Slack lets an app post: one message a second in each conversation."""

from dataclasses import dataclass, field
from typing import Final

from slack_workspace.state import Timing

PACED: Final = frozenset({"chat.postMessage"})
"""The methods that Slack counts by conversation."""
SECONDS: Final = 1.0


@dataclass
class Pace:
    """When the app has last posted in each conversation, by the monotonic clock."""

    timing: Timing
    last: dict[str, float] = field(default_factory=dict)

    def wait(self, conversation: str) -> float:
        """Return the seconds until the app may post in ``conversation``; 0 where it may, which is noted."""
        now = self.timing.monotonic()
        left = self.last.get(conversation, now - SECONDS) + SECONDS - now
        if left > 0:
            return left
        self.last[conversation] = now
        return 0.0
