"""Messages: what may be posted, and posting, editing and deleting it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from bot.slack import limits
from slack_workspace.blocks import check_message
from slack_workspace.errors import SlackError
from slack_workspace.files import as_slack as file_as_slack
from slack_workspace.new_ids import with_ids
from slack_workspace.reading import read_json
from slack_workspace.state import Conversation, Json, PostedMessage, Workspace, WorkspaceNote


@dataclass(frozen=True)
class MessageDraft:
    """What an app wants to say, checked."""

    text: str
    blocks: tuple[Json, ...] = ()
    attachments: tuple[Json, ...] = ()
    thread_ts: str | None = None
    metadata: Json | None = None


def draft(args: Mapping[str, Any], base: PostedMessage | None = None) -> MessageDraft:
    """Read and check a message of an app; what ``base`` has stays where nothing is said about it.

    Raises ``no_text``, ``msg_too_long``, ``invalid_blocks``, ``invalid_blocks_format``,
    ``invalid_metadata_format``.
    """
    text = args.get("text")
    blocks = _list(args.get("blocks"), "invalid_blocks_format")
    attachments = _list(args.get("attachments"), "invalid_attachments_format")
    _check_text(text)
    _check_blocks(blocks, attachments)
    if base is not None and text is None:  # a new text takes the old blocks away
        blocks = list(base.blocks) if blocks is None else blocks
        attachments = list(base.attachments) if attachments is None else attachments
    if not (text or blocks or attachments):
        raise SlackError("no_text")
    return MessageDraft(
        text=text or "",
        blocks=with_ids(blocks or []),
        attachments=tuple(_attached(attachment) for attachment in attachments or []),
        thread_ts=args.get("thread_ts") or None,
        metadata=_metadata(args.get("metadata")),
    )


def post(
    workspace: Workspace,
    where: Conversation,
    author: str,
    what: MessageDraft,
    only_for: str | None = None,
    files: tuple[str, ...] = (),
) -> PostedMessage:
    """Put a message into a conversation and tell the pages; ``only_for`` makes it ephemeral.

    A person's message has the id that Slack's own clients give, a ``client_msg_id``.
    """
    message = PostedMessage(
        ts=workspace.ts(),
        conversation=where.id,
        author=author,
        text=what.text,
        blocks=what.blocks,
        attachments=what.attachments,
        thread_ts=what.thread_ts,
        client_msg_id=str(uuid4()) if author in workspace.people else None,
        only_for=only_for,
        metadata=what.metadata,
        files=files,
        language=_language(workspace, where, author, what, only_for),
    )
    return store(workspace, message)


def edit(workspace: Workspace, old: PostedMessage, what: MessageDraft) -> PostedMessage:
    """Replace the text and blocks of a message; Slack marks it as edited only where it has no blocks."""
    return store(
        workspace,
        replace(
            old,
            text=what.text,
            blocks=what.blocks,
            attachments=what.attachments,
            metadata=what.metadata or old.metadata,
            edited_ts=None if what.blocks else workspace.ts(),
        ),
    )


def store(workspace: Workspace, message: PostedMessage) -> PostedMessage:
    """Keep a message, new or changed, and tell the pages."""
    workspace.conversations[message.conversation].messages[message.ts] = message
    shown = {"channel": message.conversation, "message": as_page(workspace, message)}
    workspace.tell(WorkspaceNote("message", shown, _audience(workspace, message)))
    return message


def delete(workspace: Workspace, message: PostedMessage) -> None:
    """Take a message away."""
    del workspace.conversations[message.conversation].messages[message.ts]
    gone = {"channel": message.conversation, "ts": message.ts}
    workspace.tell(WorkspaceNote("gone", gone, _audience(workspace, message)))


def own_message(workspace: Workspace, where: Conversation, ts: str, refusal: str) -> PostedMessage:
    """Find a message that the app may change: its own and not an ephemeral one; else ``refusal``."""
    message = where.messages.get(ts)
    if message is None or message.only_for is not None:
        raise SlackError("message_not_found")
    if message.author != workspace.spec.bot.user_id:
        raise SlackError(refusal)
    return message


def as_slack(workspace: Workspace, message: PostedMessage) -> Json:
    """Show a message as the Web API and payloads do."""
    bot = workspace.spec.bot
    shown: Json = {"type": "message", "user": message.author, "text": message.text, "ts": message.ts}
    shown |= {"team": workspace.spec.team_id}
    if message.author == bot.user_id:
        shown |= {
            "bot_id": bot.bot_id,
            "app_id": bot.app_id,
            "bot_profile": {"id": bot.bot_id, "app_id": bot.app_id, "name": bot.name, "deleted": False},
        }
    if message.client_msg_id:
        shown["client_msg_id"] = message.client_msg_id
    if message.blocks:
        shown["blocks"] = list(message.blocks)
    if message.attachments:
        shown["attachments"] = [
            {"id": number, **attachment} for number, attachment in enumerate(message.attachments, start=1)
        ]
    if message.thread_ts:
        shown["thread_ts"] = message.thread_ts
    if message.edited_ts:
        shown["edited"] = {"user": message.author, "ts": message.edited_ts}
    if message.metadata:
        shown["metadata"] = message.metadata
    if message.files:
        shown["files"] = [file_as_slack(workspace, workspace.files[file]) for file in message.files]
    if message.reactions:
        shown["reactions"] = _reactions(message.reactions)
    return shown


def as_page(workspace: Workspace, message: PostedMessage) -> Json:
    """Show a message for the page: ``as_slack``, its language, and whether only one person sees it."""
    known = {"language": message.language} if message.language else {}
    return as_slack(workspace, message) | {"ephemeral": message.only_for is not None} | known


def _language(
    workspace: Workspace, where: Conversation, author: str, what: MessageDraft, only_for: str | None
) -> str | None:
    """Return the language of a new message as far as it is known: ``en``, ``cy`` or None.

    An app may name it in the metadata (``language`` in ``event_payload``). Otherwise an app writes to one
    person in the language of that person's Slack, and a person writes in their own.
    """
    facts = (what.metadata or {}).get("event_payload")
    named = facts.get("language") if isinstance(facts, dict) else None
    if named in ("en", "cy"):
        return str(named)
    reader = where.members[0] if where.direct else only_for
    person = workspace.people.get(author) or workspace.people.get(reader or "")
    return person.locale[:2] if person else None


def _audience(workspace: Workspace, message: PostedMessage) -> tuple[str, ...]:
    if message.only_for is not None:
        return (message.only_for,)
    return tuple(workspace.conversations[message.conversation].members)


def _check_text(text: Any) -> None:
    if text is not None and not isinstance(text, str):
        raise SlackError("invalid_arguments", ["[ERROR] must provide a string [json-pointer:/text]"])
    if len(text or "") > limits.MESSAGE_TEXT:
        raise SlackError("msg_too_long")


def _check_blocks(blocks: list[Json] | None, attachments: list[Json] | None) -> None:
    check_message(blocks or [])
    for attachment in attachments or []:
        check_message(attachment.get("blocks") or [])


def _metadata(value: Any) -> Json | None:
    """Read the metadata of a message, an object or in a form its JSON."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        try:
            value = read_json(value)
        except ValueError:
            raise SlackError("invalid_metadata_format") from None
    if not isinstance(value, dict) or not isinstance(value.get("event_type"), str):
        raise SlackError("invalid_metadata_format")
    if not isinstance(value.get("event_payload"), dict):
        raise SlackError("invalid_metadata_format")
    return value


def _attached(attachment: Json) -> Json:
    return {**attachment, "blocks": list(with_ids(attachment.get("blocks") or []))}


def _reactions(reactions: Iterable[tuple[str, str]]) -> list[Json]:
    """Return who has reacted with each emoji, in the order in which they came."""
    users: dict[str, list[str]] = {}
    for name, user in reactions:
        users.setdefault(name, []).append(user)
    return [{"name": name, "users": by, "count": len(by)} for name, by in users.items()]


def _list(value: Any, refusal: str) -> list[Json] | None:
    if isinstance(value, str) and value:
        try:
            value = read_json(value)
        except ValueError:
            raise SlackError(refusal) from None
    if value is None or value == "":
        return None
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise SlackError(refusal)
    return value
