"""``files.getUploadURLExternal`` and ``files.completeUploadExternal``, the two ends of an upload."""

from slack_workspace import files, messages
from slack_workspace.api.call import Call
from slack_workspace.errors import SlackError
from slack_workspace.live import Live
from slack_workspace.state import Json


def get_upload_url(live: Live, call: Call) -> Json:
    """Give an address for the bytes of a file."""
    length = call.need("length")
    if not length.isdigit():
        raise SlackError("invalid_arguments", ["[ERROR] must provide an integer [json-pointer:/length]"])
    file = files.expect(live.workspace, call.need("filename"), int(length), call.text("alt_txt"))
    return {"upload_url": f"{live.workspace.url}/upload/{file.key}", "file_id": file.id}


def complete_upload(live: Live, call: Call) -> Json:
    """Share uploaded files in a conversation, or keep them to the app if none is named."""
    wanted = call.json("files")
    if not isinstance(wanted, list) or not wanted:
        raise SlackError("invalid_arguments", ["[ERROR] missing required field: files"])
    shared = [
        files.complete(live.workspace, str(item.get("id")), str(item.get("title") or "")) for item in wanted
    ]
    channel = call.text("channel_id") or call.text("channels")
    if channel:
        where = live.workspace.where_bot_is(channel)
        what = messages.MessageDraft(call.text("initial_comment"), thread_ts=call.text("thread_ts") or None)
        ids = tuple(file.id for file in shared)
        messages.post(live.workspace, where, live.workspace.spec.bot.user_id, what, files=ids)
    return {"files": [files.as_slack(live.workspace, file) for file in shared]}
