"""What the listeners of the service desk share."""

from datetime import datetime
from typing import Any

from bot.desk.answers import Desk
from bot.outbox.sending import Sender
from bot.slack.request import Turn

Values = dict[str, Any]
"""What was filled into a form, by block and field."""


def desk_of(turn: Turn) -> Desk:
    """The desk as whoever asks sees it."""
    return Desk(turn.bot.services, turn.voice, turn.asker.caller())


def deliver(turn: Turn) -> None:
    """Let those who are told of it see it now, not at the next emptying of the outbox."""
    Sender(turn.bot.services, turn.client, turn.bot.people).deliver()


def as_number(written: str) -> int:
    """A case's number; what is none is that of no case."""
    return int(written) if written.isdecimal() else 0


def chosen(values: Values, name: str) -> str:
    """What was chosen in a menu of a form."""
    return str(values[name][name]["selected_option"]["value"])


def typed(values: Values, name: str) -> str:
    """What was typed into a field of a form."""
    return str(values[name][name].get("value") or "")


def now_of(turn: Turn) -> datetime:
    """The moment by the clock in use."""
    return turn.bot.services.clock.now()
