"""What the listeners of the service desk share."""

from datetime import datetime
from typing import Any

from bot.desk.answers import DeskView
from bot.outbox.sending import Sender
from bot.slack.request import SlackRequest

Values = dict[str, Any]
"""What was filled into a form, by block and field."""


def desk_of(request: SlackRequest) -> DeskView:
    """The desk as whoever asks sees it."""
    return DeskView(request.bot.services, request.voice, request.context.caller())


def deliver(request: SlackRequest) -> None:
    """Let those who are told of it see it now, not at the next emptying of the outbox."""
    Sender(request.bot.services, request.client, request.bot.people).deliver()


def as_number(written: str) -> int:
    """A case's number; what is none is that of no case."""
    return int(written) if written.isdecimal() else 0


def chosen(values: Values, name: str) -> str:
    """What was chosen in a menu of a form."""
    return str(values[name][name]["selected_option"]["value"])


def typed(values: Values, name: str) -> str:
    """What was typed into a field of a form."""
    return str(values[name][name].get("value") or "")


def now_of(request: SlackRequest) -> datetime:
    """The moment by the clock in use."""
    return request.bot.services.clock.now()
