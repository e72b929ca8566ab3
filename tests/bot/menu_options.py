"""The options of a menu that asks the bot for them."""

from tests.bot.app_fixtures import Room


def suggested(room: Room, user: str, action: str, block: str, typed: str = "") -> dict[str, str]:
    """What the bot offers in a menu when a user opens it, or types into it: words and their values."""
    payload = {
        "type": "block_suggestion",
        "user": {"id": user, "team_id": "T0TRIAL"},
        "team": {"id": "T0TRIAL"},
        "api_app_id": room.live.workspace.spec.bot.app_id,
        "action_id": action,
        "block_id": block,
        "value": typed,
    }
    options = room.deliver("interactive", payload)["options"]
    return {choice["text"]["text"]: choice["value"] for choice in options}
