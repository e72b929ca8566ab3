"""``views.*``."""

from slack_workspace.api.call import Call
from slack_workspace.live import Live
from slack_workspace.state import Json
from slack_workspace.views import View


def open_view(live: Live, call: Call) -> Json:
    """Open a modal in front of the person who acted."""
    return _shown(live, live.views.open(_trigger(call), call.json("view")))


def push(live: Live, call: Call) -> Json:
    """Lay a modal over the open one."""
    return _shown(live, live.views.push(_trigger(call), call.json("view")))


def update(live: Live, call: Call) -> Json:
    """Change an open view."""
    ids = (call.text("view_id") or None, call.text("external_id") or None, call.text("hash") or None)
    return _shown(live, live.views.update(*ids, call.json("view")))


def publish(live: Live, call: Call) -> Json:
    """Set a person's App Home."""
    view = live.views.publish(call.need("user_id"), call.text("hash") or None, call.json("view"))
    return _shown(live, view)


def _trigger(call: Call) -> str:
    return call.text("trigger_id") or call.need("interactivity_pointer")


def _shown(live: Live, view: View) -> Json:
    return {"view": live.views.as_slack(view)}
