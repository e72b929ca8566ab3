"""A request from Slack: its user, their language, and where the answer is shown.

The work is done in Bolt's lazy functions, which only log errors: `answering` shows them to the user.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from bot.commands import Command, Unknown
from bot.people import audit
from bot.people.asker import asker
from bot.people.leavers import Leavers
from bot.people.presence import is_from_elsewhere
from bot.people.profiles import Profiles
from bot.people.slack_user import SlackUser
from bot.people.user_groups import UserGroups
from bot.services import Services
from bot.slack import modals, notices
from bot.slack.background import BackgroundWork
from bot.slack.blocks import Screen
from bot.slack.buttons import Action
from bot.slack.context import Answer, AskInModal, Between, Context
from bot.slack.contributors import Features
from bot.slack.dispatch import dispatch
from bot.slack.payloads import Unreadable
from bot.slack.replies import (
    InModal,
    Reply,
    aside_of,
    reply_to,
    waiting_modal_name,
)
from bot.slack.told_errors import answering_errors
from bot.slack.uploads import Document, send_to_user
from bot.slack.voice import Voice
from bot.slack_errors import SLACK_TROUBLE, code_of, reason_of
from provisioning.clock import today
from provisioning.errors import KnownError

log = logging.getLogger(__name__)
Lazy = Callable[..., None]
_TOO_LATE = ("expired_trigger_id", "exchanged_trigger_id")


@dataclass(frozen=True)
class Bot:
    """What all listeners share; `deliver` empties the outbox."""

    services: Services
    profiles: Profiles
    work: BackgroundWork
    groups: UserGroups
    leavers: Leavers
    features: Features
    deliver: Callable[[], object]

    def is_outsider(self, client: WebClient, user: str, body: Mapping[str, Any]) -> bool:
        """Return whether the `user` of a request is no person of this workspace (see `presence`)."""
        presence = self.profiles.presence
        return is_from_elsewhere(body, presence.team(client, user)) or self.profiles.is_outsider(client, user)

    def is_outsider_at_once(self, user: str, body: Mapping[str, Any]) -> bool:
        """Return whether that is known without a call to Slack."""
        presence = self.profiles.presence
        return is_from_elsewhere(body, presence.team_at_once(user)) or self.profiles.is_outsider_at_once(user)

    def voice_at_once(self, user: str) -> Voice:
        """Return the voice for `user` without a call to Slack, for acknowledgements.

        Where the database does not tell the language, it is that of the installation.
        """
        try:
            language = self.profiles.language_at_once(user)
        except Exception as error:  # of whichever database
            log.warning("the language of a user is not known: %s", type(error).__name__)
            language = self.services.settings.lang
        return Voice(self.services.catalogue, language)


@dataclass(frozen=True)
class SlackRequest:
    """A request from Slack in its context, and the reply to it."""

    bot: Bot
    context: Context
    client: WebClient
    body: dict[str, Any]
    reply: Reply

    @property
    def aside(self) -> Reply:
        """A reply that does not replace the message of the pressed button, which others may need."""
        return aside_of(self.body, self.client) or self.reply

    @property
    def action(self) -> dict[str, Any]:
        """The used button or menu."""
        action: dict[str, Any] = self.body["actions"][0]
        return action

    @property
    def value(self) -> str:
        """The value of the pressed button."""
        return str(self.action["value"])

    @property
    def chosen(self) -> str:
        """The value of the chosen option of a menu, or that of a pressed button."""
        chosen = self.action.get("selected_option")
        return str(chosen["value"]) if chosen else self.value

    @property
    def voice(self) -> Voice:
        """The voice in which the user is answered."""
        return self.context.voice

    def in_voice(self, voice: Voice) -> "SlackRequest":
        """Return a copy that is answered in `voice`."""
        return replace(self, context=replace(self.context, voice=voice))

    def afresh(self) -> "SlackRequest":
        """Return a copy for later work, which reads the user's grants anew."""
        return replace(self, context=self.context.afresh())

    def parse(self, line: str) -> Command | Unknown:
        """Return the command of a line that was typed, or that a button carries."""
        return self.bot.services.verbs.parse(line)

    def ask(self, line: str | Command, done: Callable[[], None] = lambda: None) -> None:
        """Answer a command or command line, or open the modal that asks for what it did not say."""
        match dispatch(self.context, self.parse(line) if isinstance(line, str) else line):
            case AskInModal(view):
                self._open(view)
            case Answer() as found:
                self.give(found, done)

    def _open(self, view: modals.View) -> None:
        """Open a modal, or replace the view of the open modal."""
        shown = self.body.get("view", {})
        try:
            if shown.get("type") == "modal":
                self.client.views_update(view_id=shown["id"], view=view)
            else:
                self.client.views_open(trigger_id=self._trigger, view=view)
        except SLACK_TROUBLE as error:
            if code_of(error) not in _TOO_LATE:
                raise
            raise KnownError("too-late") from None

    @property
    def _trigger(self) -> str:
        """What Slack has sent to open a modal with; a payload without it raises `Unreadable`."""
        if not self.body["trigger_id"]:
            raise Unreadable
        return str(self.body["trigger_id"])

    def give(self, found: Answer, done: Callable[[], None] = lambda: None) -> None:
        """Show the answer `found`, and later the result of its work; then call `done`."""
        (self.aside if found.modal else self.reply).show(found.screen, self.voice)
        then = self._uploading(found.document) if found.document else found.then
        if then is None:
            return

        def work() -> None:
            shown = then()
            if isinstance(shown, Between):
                self.reply.show(shown.screen, self.voice)
                shown = shown.then()
            self.reply.show(shown, self.voice)
            done()

        self.bot.work.begin(lambda: answering_errors(self, work))

    def _uploading(self, make: Callable[[], Document]) -> Callable[[], Screen]:
        """Return work that makes a file, sends it to the user, and says so."""

        def then() -> Screen:
            try:
                send_to_user(self.client, self.context.user, make())
            except SLACK_TROUBLE as error:
                log.warning("a file was not taken: %s", reason_of(error))
                return notices.sentence("file.not-sent", self.voice, why=reason_of(error))
            return notices.sentence("file.sent", self.voice)

        return then


def acknowledge(ack: Ack) -> None:
    """Acknowledge a request at once; the work follows in a lazy function."""
    ack()


def acknowledge_with_waiting(bot: Bot) -> Callable[..., None]:
    """Return a listener that acknowledges a sent form by replacing it with a waiting modal."""

    def acknowledge(ack: Ack, body: dict[str, Any]) -> None:
        voice = bot.voice_at_once(body["user"]["id"])
        ack(response_action="update", view=modals.waiting(voice, waiting_modal_name(body)))

    return acknowledge


def as_number(written: str) -> int:
    """Return the id of a row as a button carries it; 0, which no row has, for anything else."""
    return int(written) if written.isdecimal() else 0


def deliver(slack_request: SlackRequest) -> None:
    """Send a request's letters now, not at the next emptying of the outbox."""
    slack_request.bot.deliver()


def answering(
    bot: Bot,
    handle: Callable[[SlackRequest], None],
    reply: Callable[[dict[str, Any], WebClient], Reply] | None = None,
) -> Lazy:
    """Return a lazy listener that hands the request to `handle`, and shows its errors to the user.

    `reply` makes the reply to a request that is not answered in the usual place.
    """

    def lazy(body: dict[str, Any], client: WebClient, respond: Respond) -> None:
        user = _user_of(body)
        if user is None:
            return  # such an event is of no user
        try:
            shown = reply(body, client) if reply else reply_to(body, client, respond, bot.features.manners)
        except Unreadable:  # it does not say where; what it lacks is told in a modal of its own
            shown = InModal(client, trigger_id=body.get("trigger_id"))
        # Until the user has been looked up, who then may turn out to be an outsider, no role counts.
        voice = Voice(bot.services.catalogue, bot.services.settings.lang)
        context = Context(bot.services, user, voice, outsider=True, features=bot.features)
        unknown = SlackRequest(bot, context, client, body, shown)
        try:
            known = _looked_up(unknown)
        except Exception as error:  # told like any other, in the language that is known without Slack
            failed = error

            def fail() -> None:
                raise failed

            answering_errors(unknown.in_voice(bot.voice_at_once(user)), fail)
            return
        answering_errors(known, lambda: _handle(known, handle))

    return lazy


def _looked_up(slack_request: SlackRequest) -> SlackRequest:
    """Return a request with what is known of its user: language, grants, whether they are an outsider."""
    bot, client, user = slack_request.bot, slack_request.client, slack_request.context.user
    # First, for what Slack says is noted, and then read.
    outsider = bot.is_outsider(client, user, slack_request.body)
    with bot.services.database.asking() as session:
        found = asker(session, user, today(bot.services.clock), bot.groups.moment())
    language = found.language or bot.profiles.language_in_slack(client, user)
    if found.groups_due and not outsider:
        bot.groups.refresh(client, user)
    context = replace(
        slack_request.context,
        voice=Voice(bot.services.catalogue, language),
        outsider=outsider,
        asked_by=None if found.groups_due else found.caller,
    )
    return replace(slack_request, context=context)


def _handle(slack_request: SlackRequest, handle: Callable[[SlackRequest], None]) -> None:
    """Hand a request to `handle`; an outsider's is refused, and their roles end where Slack says so."""
    bot, user = slack_request.bot, slack_request.context.user
    if not slack_request.context.outsider:
        handle(slack_request)
        return
    if bot.profiles.is_outsider(slack_request.client, user):
        bot.leavers.end_roles(user)
    _refuse_outsider(slack_request)


def _user_of(body: Mapping[str, Any]) -> SlackUser | None:
    """Return the user of a request: who has typed or pressed, or the writer of an event; None for neither."""
    found = body.get("user_id") or body.get("user") or (body.get("event") or {}).get("user")
    id_ = found.get("id") if isinstance(found, Mapping) else found
    return SlackUser(id_) if id_ else None


def _refuse_outsider(slack_request: SlackRequest) -> None:
    """Refuse a request of a user who is no person of this workspace, whatever it asks; Home too."""
    context, body = slack_request.context, slack_request.body
    context.record(audit.OUTSIDER, outcome=audit.REFUSED)
    refused = notices.sentence("refusal.no-grant", context.voice)
    if body.get("event", {}).get("type") == "app_home_opened":
        view = {"type": "home", "blocks": refused.blocks}
        slack_request.client.views_publish(user_id=context.user, view=view)
    else:
        slack_request.reply.show(refused, context.voice)


def listen(app: App, bot: Bot, handlers: Mapping[Action, Callable[[SlackRequest], None]]) -> None:
    """Register the handler of each button or menu; the manner of its id says where the answer is shown."""
    for action, handle in handlers.items():
        app.action(action.value)(ack=acknowledge, lazy=[answering(bot, handle)])
