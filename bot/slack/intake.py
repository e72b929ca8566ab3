"""The way of a payload from Slack to the app, on whichever line it comes."""

import logging
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass

from slack_bolt import App, BoltContext, BoltRequest, BoltResponse

from bot.slack import payloads
from bot.slack.after_ack import holding_back
from bot.slack.seen_events import SeenEvents

log = logging.getLogger(__name__)
Headers = Mapping[str, str | Sequence[str]]


def _nothing() -> None:
    """Begin no work."""


@dataclass(frozen=True)
class Taken:
    """The acknowledgement of a payload; `begin` begins the work, and is called once that is out."""

    response: BoltResponse
    begin: Callable[[], None] = _nothing


class _Request(BoltRequest):
    """A request of which the work gets a shallow copy.

    Bolt copies all of it, its client included, before the acknowledgement, which takes longer than the rest
    of the way. Nothing of it is changed once the listener has acknowledged.
    """

    def to_copyable(self) -> "_Request":
        """Return a copy with a context of its own."""
        copied = copy(self)
        copied.context = BoltContext(self.context)
        return copied

    def __deepcopy__(self, _memo: object) -> "_Request":
        """Return the request itself: Bolt asks this of what `to_copyable` has returned."""
        return self


class Intake:
    """Hands payloads of Slack's to an app, each event once."""

    def __init__(self, app: App) -> None:
        self._app, self._seen = app, SeenEvents()

    def take(self, payload: object, headers: Headers | None = None) -> Taken:
        """Hand over a `payload`, and return its acknowledgement.

        A payload that can't be read is refused; where it says nothing to answer to, it is only acknowledged.
        So is an event that was handled already, which Slack sends again where an acknowledgement was lost.
        """
        body = payloads.read(payload)
        if body is None:
            log.warning("a request was refused: it is none of Slack's, and says nothing to answer to")
            return Taken(BoltResponse(status=200))
        event = body.get("event_id") if "event" in body else None
        if event is not None and self._seen.again(event):
            log.info("an event that was handled already has come again")
            return Taken(BoltResponse(status=200))
        # In this mode Bolt takes the payload as it was read; signatures are checked before (`http_line`).
        request = _Request(mode="socket_mode", body=body, headers=dict(headers or {}))
        with holding_back() as begin:
            response = self._app.dispatch(request)
        if response.status != 200 and event is not None:
            self._seen.forget(event)
        return Taken(response, begin)
