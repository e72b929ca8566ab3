"""``conversations.*``."""

from typing import Final

from slack_workspace.api.call import Call
from slack_workspace.api.paging import page_of
from slack_workspace.errors import SlackError
from slack_workspace.live import Live
from slack_workspace.messages import as_slack
from slack_workspace.new_ids import dm_id
from slack_workspace.state import Conversation, Json, PostedMessage

TYPES: Final = {"im": "im", "channel": "public_channel", "group": "private_channel"}
"""The types that conversations.list is asked for, by kind of conversation."""


def open_dm(live: Live, call: Call) -> Json:
    """Give the direct messages with one person."""
    if call.text("channel"):
        where = live.workspace.conversation(call.need("channel"))
        return {"channel": _as_channel(live, where), "no_op": True, "already_open": True}
    people = [person.strip() for person in call.need("users").split(",")]
    if len(people) > 1:
        raise SlackError("not_enabled", ["group messages are not part of the trial workspace"])
    live.workspace.person(people[0])
    return {"channel": {"id": dm_id(people[0])}, "no_op": True, "already_open": True}


def info(live: Live, call: Call) -> Json:
    """Describe one conversation."""
    shown = _as_channel(live, live.workspace.conversation(call.need("channel")))
    if not call.flag("include_num_members"):
        shown.pop("num_members", None)
    return {"channel": shown}


def list_all(live: Live, call: Call) -> Json:
    """List the conversations of the types asked for; ``public_channel`` if none is named."""
    types = (call.text("types") or "public_channel").split(",")
    found = [
        _as_channel(live, where)
        for where in live.workspace.conversations.values()
        if TYPES[where.kind] in types and not (where.archived and call.flag("exclude_archived"))
    ]
    page, cursor = page_of(found, call, default=100)
    return {"channels": page, "response_metadata": {"next_cursor": cursor}}


def members(live: Live, call: Call) -> Json:
    """List who is in a conversation."""
    page, cursor = page_of(live.workspace.conversation(call.need("channel")).members, call, default=100)
    return {"members": page, "response_metadata": {"next_cursor": cursor}}


def history(live: Live, call: Call) -> Json:
    """List a conversation's messages, the newest first; what is ephemeral is not history."""
    where = live.workspace.conversation(call.need("channel"))
    if live.workspace.spec.bot.user_id not in where.members:
        raise SlackError("not_in_channel")
    oldest, latest, inclusive = call.text("oldest"), call.text("latest"), call.flag("inclusive")
    found = [
        message
        for message in reversed(_lasting(where))
        if message.thread_ts in (None, message.ts)
        and (not oldest or message.ts > oldest or (inclusive and message.ts == oldest))
        and (not latest or message.ts < latest or (inclusive and message.ts == latest))
    ]
    page, cursor = page_of(found, call, default=100)
    shown = [as_slack(live.workspace, message) for message in page]
    return {"messages": shown, "has_more": bool(cursor), "response_metadata": {"next_cursor": cursor}}


def replies(live: Live, call: Call) -> Json:
    """List a thread: the message that began it, then the replies in order."""
    where, ts = live.workspace.conversation(call.need("channel")), call.need("ts")
    found = [message for message in _lasting(where) if ts in (message.ts, message.thread_ts)]
    if not found:
        raise SlackError("thread_not_found")
    page, cursor = page_of(found, call, default=1_000)
    shown = [as_slack(live.workspace, message) for message in page]
    return {"messages": shown, "has_more": bool(cursor), "response_metadata": {"next_cursor": cursor}}


def _lasting(where: Conversation) -> list[PostedMessage]:
    return sorted((m for m in where.messages.values() if m.only_for is None), key=lambda m: m.ts)


def _as_channel(live: Live, where: Conversation) -> Json:
    member = live.workspace.spec.bot.user_id in where.members
    shown: Json = {
        "id": where.id,
        "created": 0,
        "is_im": where.direct,
        "is_archived": where.archived,
        "is_channel": not where.direct,
        "is_group": False,
        "is_mpim": False,
        "is_private": where.private,
    }
    if where.direct:
        return shown | {"user": where.members[0], "is_user_deleted": False}
    return shown | {
        "name": where.name,
        "name_normalized": where.name,
        "is_general": False,
        "is_shared": False,
        "is_member": member,
        "creator": live.workspace.spec.people[0].id,
        "topic": {"value": where.topic, "creator": "", "last_set": 0},
        "purpose": {"value": where.topic, "creator": "", "last_set": 0},
        "num_members": len(where.members),
    }
