"""``users.*`` and ``usergroups.*``."""

from slack_workspace.api.call import Call
from slack_workspace.api.paging import page_of
from slack_workspace.errors import SlackError
from slack_workspace.live import Live
from slack_workspace.state import SLACKBOT, Json
from slack_workspace.users import as_user


def info(live: Live, call: Call) -> Json:
    """Describe one person."""
    return {"user": as_user(live.workspace, call.need("user"), call.flag("include_locale"))}


def list_all(live: Live, call: Call) -> Json:
    """List all users, all at once where no ``limit`` is named."""
    every = [*live.workspace.people, live.workspace.spec.bot.user_id, SLACKBOT]
    ids, cursor = page_of(every, call, default=len(every))
    members = [as_user(live.workspace, id_, call.flag("include_locale")) for id_ in ids]
    now = int(live.workspace.spec.clock().timestamp())
    return {"members": members, "cache_ts": now, "response_metadata": {"next_cursor": cursor}}


def lookup_by_email(live: Live, call: Call) -> Json:
    """Find a person by e-mail address, whatever the case."""
    wanted = call.need("email").lower()
    for person in live.workspace.people.values():
        if person.email.lower() == wanted:
            return {"user": as_user(live.workspace, person.id)}
    raise SlackError("users_not_found")


def usergroups(live: Live, call: Call) -> Json:
    """List the user groups."""
    return {
        "usergroups": [
            {
                "id": group.id,
                "team_id": live.workspace.spec.team_id,
                "is_usergroup": True,
                "name": group.name,
                "handle": group.handle,
                "date_delete": 0,
                "user_count": len(group.members),
            }
            for group in live.workspace.groups.values()
        ]
    }


def usergroup_users(live: Live, call: Call) -> Json:
    """List the people of a user group, but for those who have left; ``no_such_subteam`` otherwise."""
    group = live.workspace.groups.get(call.need("usergroup"))
    if group is None:
        raise SlackError("no_such_subteam")
    return {"users": [user for user in group.members if user not in live.workspace.deactivated]}
