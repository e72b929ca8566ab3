"""The page's state: the whole workspace as a person sees it."""

from dataclasses import asdict

from slack_workspace.live import Live
from slack_workspace.messages import as_page
from slack_workspace.spec import Control, Suggestion, WorkspaceSpec
from slack_workspace.state import Conversation, Json, Workspace
from slack_workspace.troubles import Trouble


def snapshot(live: Live, person: str) -> Json:
    """Show everything that a person may see, ready for the page to draw."""
    workspace, spec = live.workspace, live.workspace.spec
    workspace.person(person)
    mine = [where for where in workspace.conversations.values() if person in where.members]
    home = live.views.homes.get(person)
    return {
        "me": person,
        "team": {"id": spec.team_id, "name": spec.team_name},
        "title": asdict(spec.title),
        "intro": asdict(spec.intro),
        "people": people(workspace),
        "groups": {group.id: group.handle for group in workspace.groups.values()},
        "bot": {"id": spec.bot.user_id, "name": spec.bot.name, "about": asdict(spec.bot.about)},
        "channels": [_channel(where) for where in mine],
        "messages": {where.id: _messages(workspace, where, person) for where in mine},
        "commands": [asdict(command) for command in spec.commands if workspace.installed],
        "shortcuts": [asdict(shortcut) for shortcut in spec.shortcuts if workspace.installed],
        "suggestions": [_suggestion(suggestion, spec) for suggestion in spec.suggestions],
        "controls": [_control(control) for control in spec.controls],
        "troubles": {"known": list(Trouble), "on": sorted(workspace.troubles.chosen)},
        "unread": unread(workspace),
        "home": live.views.as_slack(home) if home else None,
        "modals": [live.views.as_slack(view) for view in live.views.stacks.get(person, [])],
        **clock(workspace),
    }


def clock(workspace: Workspace) -> Json:
    """Tell the time in the workspace, and by which time zone it shows times."""
    now = workspace.spec.clock()
    return {"now": now.timestamp(), "zone": getattr(now.tzinfo, "key", "Europe/London")}


def people(workspace: Workspace) -> list[Json]:
    """List the people whom a visitor can act as."""
    return [asdict(person) for person in workspace.people.values()]


def unread(workspace: Workspace) -> Json:
    """Count the unread messages of all people."""
    return {
        person: {where: asdict(new) for where, new in workspace.unread(person).items()}
        for person in workspace.people
    }


def _channel(where: Conversation) -> Json:
    return {
        "id": where.id,
        "name": where.name,
        "topic": where.topic,
        "direct": where.direct,
        "archived": where.archived,
        "members": list(where.members),
    }


def _messages(workspace: Workspace, where: Conversation, person: str) -> list[Json]:
    seen = [message for message in where.messages.values() if message.only_for in (None, person)]
    return [as_page(workspace, message) for message in sorted(seen, key=lambda message: message.ts)]


def _control(control: Control) -> Json:
    return {"id": control.id, "label": asdict(control.label), "header": control.header}


def _suggestion(suggestion: Suggestion, spec: WorkspaceSpec) -> Json:
    """Show a suggestion, with the name of its channel: the reader may not be a member there."""
    names = (channel.name for channel in spec.channels if channel.id == suggestion.channel)
    return {**asdict(suggestion), "channel_name": next(names, None)}
