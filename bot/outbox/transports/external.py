"""What goes to a service outside Slack, and what e-mail and webhook have in common."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

EXTERNAL = "outside"
"""The address of letters to the external service; no Slack id looks like it."""
EVENTS = "events"
"""The address of events for the webhook of other systems."""


class Route(StrEnum):
    """A way for letters: trouble on one holds up none on the other."""

    SLACK = "slack"
    OUTSIDE = EXTERNAL
    EVENTS = EVENTS


@dataclass(frozen=True)
class ExternalMessage:
    """A message in both its forms: `subject` and `body` for an e-mail, `type` and `data` for a webhook.

    `id` does not change between attempts, so that a receiver can drop a second copy.
    """

    id: str
    at: datetime
    subject: str
    body: str
    type: str
    data: Mapping[str, Any]


class NotTaken(Exception):
    """A message that was not taken, with a reason that names no person; `for_good`: it is not tried again."""

    def __init__(self, why: str, *, for_good: bool) -> None:
        super().__init__(why)
        self.for_good = for_good


class ExternalService(Protocol):
    """A service outside Slack that takes messages."""

    def take(self, message: ExternalMessage) -> None:
        """Send it a message; raises `NotTaken`."""
        ...
