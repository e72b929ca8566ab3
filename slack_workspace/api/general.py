"""``api.test``, ``auth.test``, ``apps.connections.open``, ``bots.info`` and ``team.info``."""

from slack_workspace.api.call import Call
from slack_workspace.errors import SlackError
from slack_workspace.live import Live
from slack_workspace.state import Json


def api_test(live: Live, call: Call) -> Json:
    """Say back what was sent."""
    if call.text("error"):
        raise SlackError(call.text("error"))
    return {"args": {name: value for name, value in call.args.items() if name != "token"}}


def auth_test(live: Live, call: Call) -> Json:
    """Say who the token belongs to."""
    spec = live.workspace.spec
    return {
        "url": f"{live.workspace.url}/",
        "team": spec.team_name,
        "user": spec.bot.name.lower(),
        "team_id": spec.team_id,
        "user_id": spec.bot.user_id,
        "bot_id": spec.bot.bot_id,
        "is_enterprise_install": False,
    }


def connections_open(live: Live, call: Call) -> Json:
    """Give the address of a new Socket Mode connection."""
    address = live.workspace.url.replace("http://", "ws://")
    return {"url": f"{address}/link/?ticket={live.socket.ticket()}&app_id={live.workspace.spec.bot.app_id}"}


def bots_info(live: Live, call: Call) -> Json:
    """Describe the app's bot."""
    bot = live.workspace.spec.bot
    if call.text("bot") not in ("", bot.bot_id):
        raise SlackError("bot_not_found")
    shown = {"id": bot.bot_id, "app_id": bot.app_id, "user_id": bot.user_id, "name": bot.name}
    return {"bot": shown | {"deleted": False, "updated": 0, "icons": {}}}


def team_info(live: Live, call: Call) -> Json:
    """Describe the workspace."""
    spec = live.workspace.spec
    return {"team": {"id": spec.team_id, "name": spec.team_name, "domain": spec.team_domain, "icon": {}}}
