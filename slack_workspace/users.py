"""People and bots as Slack shows them."""

from slack_workspace.state import SLACKBOT, Json, Workspace


def as_user(workspace: Workspace, id_: str, locale: bool = False) -> Json:
    """Show a person, or the app's bot user, as Slack does; ``user_not_found`` otherwise."""
    bot = workspace.spec.bot
    if id_ in (bot.user_id, SLACKBOT):
        name = bot.name if id_ == bot.user_id else "Slackbot"
        profile: Json = {"real_name": name, "display_name": name}
        if id_ == bot.user_id:
            profile |= {"bot_id": bot.bot_id, "api_app_id": bot.app_id}
        return _user(workspace, id_, name.lower(), name, profile) | {"is_bot": id_ == bot.user_id}
    person = workspace.person(id_)
    title = person.title.cy if person.locale.startswith("cy") else person.title.en
    profile = {"real_name": person.real_name, "display_name": person.name, "title": title}
    manifest = workspace.spec.manifest
    shows_email = manifest is None or "users:read.email" in manifest.scopes
    profile |= {"email": person.email} if person.email and shows_email else {}
    user = _user(workspace, id_, person.name, person.real_name, profile)
    user["deleted"], user["is_restricted"] = id_ in workspace.deactivated, id_ in workspace.guests
    user |= workspace.traits.get(id_, {})
    return user | ({"locale": person.locale} if locale else {})


def _user(workspace: Workspace, id_: str, name: str, real_name: str, profile: Json) -> Json:
    offset = workspace.spec.clock().utcoffset()
    return {
        "id": id_,
        "team_id": workspace.spec.team_id,
        "name": name,
        "real_name": real_name,
        "deleted": False,
        "profile": {"team": workspace.spec.team_id, **profile},
        "is_admin": False,
        "is_owner": False,
        "is_bot": False,
        "is_app_user": False,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "tz": "Europe/London",
        "tz_label": "Europe/London",
        "tz_offset": int(offset.total_seconds()) if offset else 0,
        "updated": 0,
    }
