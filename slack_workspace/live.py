"""A workspace in use, and what a person can find in it."""

from dataclasses import dataclass, field

from slack_workspace.errors import SlackError
from slack_workspace.responses import Responses
from slack_workspace.socket import DeliveryError, SocketMode, Undelivered
from slack_workspace.state import Conversation, Json, PostedMessage, Workspace, WorkspaceNote
from slack_workspace.troubles import Troubles
from slack_workspace.views import Views


@dataclass(frozen=True)
class ActOutcome:
    """What a person sees of an act: nothing, an error code, or faults beside the fields of a modal.

    ``faults`` are the client's own, by InputFault; ``errors`` are the app's sentences. Both by block id.
    """

    error: str | None = None
    faults: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Live:
    """A workspace in use: its state, its app's connections, its views and its response addresses."""

    workspace: Workspace
    socket: SocketMode
    views: Views
    responses: Responses

    def tell_app(self, payload: Json) -> None:
        """Send the app an event, if it is installed and its manifest has subscribed to it."""
        manifest = self.workspace.spec.manifest
        if self.workspace.installed and (
            manifest is None or manifest.hears(self._subscription(payload["event"]))
        ):
            self.socket.send_event(payload)

    async def ask_app(self, kind: str, payload: Json, *, answerable: bool = True) -> Json:
        """Send the app a command or an interaction and return its answer; raises DeliveryError."""
        if not self.workspace.installed:
            raise DeliveryError(Undelivered.NOT_CONNECTED)
        return await self.socket.deliver(kind, payload, answerable)

    def trouble(self, troubles: Troubles) -> None:
        """Let calls and connections meet `troubles` from now on, in place of those before; tell the pages."""
        self.workspace.troubles = troubles
        self.socket.unsettle(troubles.reasons)
        self.workspace.tell(WorkspaceNote("troubles", {"troubles": sorted(troubles.chosen)}))

    def _subscription(self, event: Json) -> str:
        """Return the name by which apps subscribe to `event`: a message's says in which conversations."""
        if event["type"] != "message":
            return str(event["type"])
        return f"message.{self.workspace.conversation(event['channel']).family}"


def place(live: Live, person: str, id_: str) -> Conversation:
    """Find a conversation that a person is in; else ``channel_not_found``."""
    live.workspace.person(person)
    where = live.workspace.conversation(id_)
    if person not in where.members:
        raise SlackError("channel_not_found")
    return where


def message_for(live: Live, person: str, channel: str, ts: str) -> PostedMessage:
    """Find a message that a person can see; else ``message_not_found``."""
    message = place(live, person, channel).messages.get(ts)
    if message is None or message.only_for not in (None, person):
        raise SlackError("message_not_found")
    return message
