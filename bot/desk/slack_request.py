"""What the listeners of the service desk read from a request."""

from datetime import datetime
from typing import Any

from bot.desk.view import DeskView
from bot.slack.request import SlackRequest

Values = dict[str, Any]
"""The values of a form, by block and field."""


def desk_of(request: SlackRequest) -> DeskView:
    """Return the service desk as the user of a request sees it."""
    return DeskView(request.bot.services, request.voice, request.context.caller())


def chosen(values: Values, name: str) -> str:
    """Return the value chosen in a menu of a form."""
    return str(values[name][name]["selected_option"]["value"])


def typed(values: Values, name: str) -> str:
    """Return the text typed into a field of a form."""
    return str(values[name][name].get("value") or "")


def now_of(request: SlackRequest) -> datetime:
    """Return the moment by the clock of the services."""
    return request.bot.services.clock.now()
