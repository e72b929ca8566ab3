"""One turn of a conversation: who asks, in which language, and where the answer goes.

Work runs in Bolt's lazy functions, whose errors reach nobody by themselves: `safely` answers them.
"""

import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.commands import Command, Unknown
from bot.people.profiles import Profiles
from bot.people.user_groups import Leavers, UserGroups
from bot.services import Services
from bot.slack import modals, notices
from bot.slack.background import BackgroundWork
from bot.slack.blocks import Screen
from bot.slack.buttons import Action
from bot.slack.context import Answer, AskInModal, Context
from bot.slack.contributors import Features
from bot.slack.dispatch import dispatch
from bot.slack.replies import Reply, aside_of, reply_to, waiting_for
from bot.slack.uploads import Document, hand_over
from bot.slack.voice import Voice
from provisioning.errors import KnownError

log = logging.getLogger(__name__)
Lazy = Callable[..., None]
_TOO_LATE = ("expired_trigger_id", "exchanged_trigger_id")


@dataclass(frozen=True)
class Bot:
    """What the listeners share; `deliver` empties the outbox."""

    services: Services
    people: Profiles
    work: BackgroundWork
    groups: UserGroups
    leavers: Leavers
    features: Features
    deliver: Callable[[], object]

    def voice_at_once(self, user: str) -> Voice:
        """The voice in which a user is answered, without a question to Slack: for acknowledgements."""
        return Voice(self.services.catalogue, self.people.language_at_once(user))


@dataclass(frozen=True)
class SlackRequest:
    """A request from somebody, and how to answer it."""

    bot: Bot
    context: Context
    client: WebClient
    body: dict[str, Any]
    reply: Reply

    @property
    def aside(self) -> Reply:
        """Beside what is shown: for what must not take the place of a message that others need."""
        return aside_of(self.body, self.client) or self.reply

    @property
    def action(self) -> dict[str, Any]:
        """The button or menu that was used."""
        action: dict[str, Any] = self.body["actions"][0]
        return action

    @property
    def value(self) -> str:
        """What the button carries."""
        return str(self.action["value"])

    @property
    def voice(self) -> Voice:
        """The voice in which the user is answered."""
        return self.context.voice

    def afresh(self) -> "SlackRequest":
        """The same turn for later work, which reads the user's grants anew."""
        return replace(self, context=self.context.afresh())

    def parse(self, line: str) -> Command | Unknown:
        """The command of a line that was typed, or that a button carries."""
        return self.bot.services.verbs.parse(line)

    def ask(self, line: str | Command, done: Callable[[], None] = lambda: None) -> None:
        """Answer a command or command line, or open the modal that asks for what it left out."""
        match dispatch(self.context, self.parse(line) if isinstance(line, str) else line):
            case AskInModal(view):
                self._open(view)
            case Answer() as found:
                self.give(found, done)

    def _open(self, view: modals.View) -> None:
        """Open a modal, or turn the one that is open into it."""
        shown = self.body.get("view", {})
        try:
            if shown.get("type") == "modal":
                self.client.views_update(view_id=shown["id"], view=view)
            else:
                self.client.views_open(trigger_id=self.body["trigger_id"], view=view)
        except SlackApiError as error:
            if error.response["error"] not in _TOO_LATE:
                raise
            raise KnownError("too-late") from None

    def give(self, found: Answer, done: Callable[[], None] = lambda: None) -> None:
        """Show an answer, and later what its work came to; `done` follows that."""
        (self.aside if found.modal else self.reply).show(found.screen, self.voice)
        then = self._handing_over(found.document) if found.document else found.then
        if then is None:
            return

        def work() -> None:
            self.reply.show(then(), self.voice)
            done()

        self.bot.work.begin(lambda: answering_errors(self, work))

    def _handing_over(self, make: Callable[[], Document]) -> Callable[[], Screen]:
        """Make a file, hand it to whoever asked, and say so."""

        def then() -> Screen:
            try:
                hand_over(self.client, self.context.user, make())
            except SlackApiError as error:
                log.warning("a file was not taken: %s", error.response["error"])
                return notices.sentence("board.not-sent", self.voice, why=error.response["error"])
            return notices.sentence("board.sent", self.voice)

        return then


def acknowledge(ack: Ack) -> None:
    """Tell Slack at once that a request has come; the work follows in a lazy function."""
    ack()


def waits(bot: Bot) -> Callable[..., None]:
    """Acknowledge a modal that was sent by turning it into one that waits for the answer."""

    def acknowledge(ack: Ack, body: dict[str, Any]) -> None:
        voice = bot.voice_at_once(body["user"]["id"])
        ack(response_action="update", view=modals.waiting(voice, waiting_for(body)))

    return acknowledge


def as_number(written: str) -> int:
    """The number of a row as a button carries it; 0, which no row has, for what is none."""
    return int(written) if written.isdecimal() else 0


def deliver(slack_request: SlackRequest) -> None:
    """Send the letters that a request has brought now, not at the next emptying of the outbox."""
    slack_request.bot.deliver()


def safely(bot: Bot, handle: Callable[[SlackRequest], None]) -> Lazy:
    """A lazy listener that hands a turn to `handle` and answers whatever goes wrong."""

    def lazy(body: dict[str, Any], client: WebClient, respond: Respond) -> None:
        user = str(body.get("user_id") or body.get("user", {}).get("id") or body["event"]["user"])
        voice = Voice(bot.services.catalogue, bot.people.language(client, user))
        context = Context(
            bot.services, user, voice, outsider=bot.people.is_outsider(client, user), features=bot.features
        )
        slack_request = SlackRequest(
            bot, context, client, body, reply_to(body, client, respond, bot.features.manners)
        )

        def work() -> None:
            if context.outsider:
                bot.leavers.end_roles(user)
            bot.groups.refresh(client)
            handle(slack_request)

        answering_errors(slack_request, work)

    return lazy


def listen(app: App, bot: Bot, handlers: Mapping[Action, Callable[[SlackRequest], None]]) -> None:
    """Have each button or menu acknowledged and handed to its handler; its manner says where to answer."""
    for action, handle in handlers.items():
        app.action(action.value)(ack=acknowledge, lazy=[safely(bot, handle)])


def answering_errors(slack_request: SlackRequest, do: Callable[[], None]) -> None:
    """Do something; a known error is told as it is, another one by a reference that the log has too."""
    try:
        do()
    except KnownError as error:
        slack_request.reply.show(notices.problem(error, slack_request.voice), slack_request.voice)
    except Exception:
        reference = secrets.token_hex(4)
        log.exception("reference %s", reference)
        problem = KnownError("unexpected", reference=reference)
        slack_request.reply.show(notices.problem(problem, slack_request.voice), slack_request.voice)
