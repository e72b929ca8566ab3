"""``chat.*`` and ``reactions.*``."""

from dataclasses import replace

from slack_workspace import messages
from slack_workspace.api.call import Call
from slack_workspace.errors import SlackError
from slack_workspace.live import Live
from slack_workspace.state import Json, PostedMessage


def post_message(live: Live, call: Call) -> Json:
    """Post a message to all members of a conversation; ``thread_not_found`` where it replies to none."""
    where = live.workspace.where_bot_is(call.need("channel"))
    what = messages.draft(call.args)
    if what.thread_ts and what.thread_ts not in where.messages:
        raise SlackError("thread_not_found")
    message = messages.post(live.workspace, where, live.workspace.spec.bot.user_id, what)
    return _posted(live, message)


def post_ephemeral(live: Live, call: Call) -> Json:
    """Post a message for the eyes of one person in a conversation."""
    where = live.workspace.where_bot_is(call.need("channel"))
    person = call.need("user")
    live.workspace.person(person)
    if person not in where.members:
        raise SlackError("user_not_in_channel")
    what = messages.draft(call.args)
    message = messages.post(live.workspace, where, live.workspace.spec.bot.user_id, what, only_for=person)
    return {"message_ts": message.ts}


def update(live: Live, call: Call) -> Json:
    """Edit a message of the app."""
    where = live.workspace.where_bot_is(call.need("channel"))
    old = messages.own_message(live.workspace, where, call.need("ts"), "cant_update_message")
    message = messages.edit(live.workspace, old, messages.draft(call.args, base=old))
    return _posted(live, message) | {"text": message.text}


def delete(live: Live, call: Call) -> Json:
    """Delete a message of the app."""
    where = live.workspace.where_bot_is(call.need("channel"))
    message = messages.own_message(live.workspace, where, call.need("ts"), "cant_delete_message")
    messages.delete(live.workspace, message)
    return {"channel": where.id, "ts": message.ts}


def get_permalink(live: Live, call: Call) -> Json:
    """Give the address of a message on the page."""
    where = live.workspace.conversation(call.need("channel"))
    ts = call.need("message_ts")
    if ts not in where.messages:
        raise SlackError("message_not_found")
    link = f"{live.workspace.url}/archives/{where.id}/p{ts.replace('.', '')}"
    return {"channel": where.id, "permalink": link}


def add_reaction(live: Live, call: Call) -> Json:
    """React to a message as the app."""
    message, reaction = _reaction(live, call)
    if reaction in message.reactions:
        raise SlackError("already_reacted")
    messages.store(live.workspace, replace(message, reactions=(*message.reactions, reaction)))
    return {}


def remove_reaction(live: Live, call: Call) -> Json:
    """Take a reaction of the app back."""
    message, reaction = _reaction(live, call)
    if reaction not in message.reactions:
        raise SlackError("no_reaction")
    left = tuple(found for found in message.reactions if found != reaction)
    messages.store(live.workspace, replace(message, reactions=left))
    return {}


def _reaction(live: Live, call: Call) -> tuple[PostedMessage, tuple[str, str]]:
    where = live.workspace.where_bot_is(call.need("channel"))
    message = where.messages.get(call.need("timestamp"))
    if message is None or message.only_for is not None:
        raise SlackError("message_not_found")
    return message, (call.need("name").strip(":"), live.workspace.spec.bot.user_id)


def _posted(live: Live, message: PostedMessage) -> Json:
    shown = messages.as_slack(live.workspace, message)
    return {"channel": message.conversation, "ts": message.ts, "message": shown}
