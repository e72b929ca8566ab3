"""What people do in conversations and around them: write, give a command, open Home, read.

Each act sends the app what Slack would send and carries out the app's answer.
"""

import html
import re

from slack_workspace import payloads
from slack_workspace.errors import SlackError
from slack_workspace.live import ActOutcome, Live, place
from slack_workspace.messages import MessageDraft, draft, post
from slack_workspace.responses import answer
from slack_workspace.socket import DeliveryError
from slack_workspace.state import SLACKBOT, Conversation, PostedMessage, Workspace, WorkspaceNote
from slack_workspace.users import as_user


def say(live: Live, person: str, channel: str, text: str) -> PostedMessage:
    """Write a message; the app hears of it where it is a member, and of its name as app_mention."""
    workspace, where = live.workspace, place(live, person, channel)
    if not text.strip():
        raise SlackError("no_text")
    message = post(workspace, where, person, MessageDraft(_as_typed(workspace, text)))
    if workspace.spec.bot.user_id in where.members:
        live.tell_app(payloads.message_event(workspace, message))
        if not where.direct and f"<@{workspace.spec.bot.user_id}>" in message.text:
            live.tell_app(payloads.message_event(workspace, message, "app_mention"))
    return message


def mail(live: Live, channel: str, text: str) -> PostedMessage:
    """Let an e-mail arrive in a channel: Slackbot posts it, and no person of the workspace is its author."""
    where = live.workspace.conversation(channel)
    message = post(live.workspace, where, SLACKBOT, draft({"text": html.escape(text.strip(), quote=False)}))
    if live.workspace.spec.bot.user_id in where.members:
        live.tell_app(payloads.message_event(live.workspace, message))
    return message


async def run_command(live: Live, person: str, channel: str, command: str, text: str) -> ActOutcome:
    """Give a slash command; an answer in its ack is shown, and a failure as Slack words it."""
    workspace, where = live.workspace, place(live, person, channel)
    if not workspace.installed or command not in {known.name for known in workspace.spec.commands}:
        _slackbot(live, person, where, f"`{html.escape(command, quote=False)}` is not a valid command.")
        return ActOutcome(error="unknown_command")
    url = live.responses.url(person, where.id)
    escaped = html.escape(text.strip(), quote=False)
    payload = payloads.slash_command(workspace, person, where, command, escaped, url)
    try:
        said = await live.ask_app("slash_commands", payload)
        if said.get("text") or said.get("blocks") or said.get("attachments"):
            answer(workspace, person, where.id, said, said.get("response_type") == "in_channel")
    except DeliveryError as error:
        _slackbot(live, person, where, f'{command} failed with the error "{error.why}"')
        return ActOutcome(error=error.why)
    except SlackError as error:
        _slackbot(live, person, where, f'{command} failed with the error "{error.code}"')
        return ActOutcome(error=error.code)
    return ActOutcome()


def open_home(live: Live, person: str, tab: str = "home") -> None:
    """Open the app's Home (or, with ``tab="messages"``, its direct messages)."""
    live.workspace.person(person)
    view = live.views.homes.get(person)
    shown = live.views.as_slack(view) if view and tab == "home" else None
    live.tell_app(payloads.home_opened(live.workspace, person, tab, shown))


def choose_language(live: Live, person: str, locale: str) -> None:
    """Change the language a person set in Slack; the app hears of it as user_change."""
    live.workspace.set_locale(person, locale)
    changed = as_user(live.workspace, person, locale=True)
    inner = {"type": "user_change", "user": changed, "event_ts": payloads.action_ts()}
    live.tell_app(payloads.event(live.workspace, inner))


def mark_read(live: Live, person: str, channel: str) -> None:
    """Remember that a person has seen everything in a conversation."""
    where = place(live, person, channel)
    newest = max(where.messages, default="")
    if newest > live.workspace.read.get((person, where.id), ""):
        live.workspace.read[person, where.id] = newest
        live.workspace.tell(WorkspaceNote("read", {"person": person, "channel": where.id}))


def _slackbot(live: Live, person: str, where: Conversation, text: str) -> None:
    post(live.workspace, where, SLACKBOT, draft({"text": text}), only_for=person)


def _as_typed(workspace: Workspace, text: str) -> str:
    """Turn what was typed into what Slack stores: escaped, and known names as ids."""
    names = {person.name: person.id for person in workspace.spec.people}
    names[workspace.spec.bot.name] = workspace.spec.bot.user_id
    stored = html.escape(text.strip(), quote=False)
    # the longest name first, so that @ann is not found in @anna
    for name in sorted(names, key=len, reverse=True):
        stored = re.sub(rf"(?<![\w<])@{re.escape(name)}\b", f"<@{names[name]}>", stored, flags=re.IGNORECASE)
    for where in workspace.conversations.values():
        if not where.direct:
            stored = re.sub(rf"(?<![\w<])#{re.escape(where.name)}\b", f"<#{where.id}|{where.name}>", stored)
    return stored
