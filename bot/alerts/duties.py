"""Whose move an alert or a coming fact is: the user's own, a colleague's who has it, another role's. Pure."""

from enum import StrEnum

from bot.alerts.alert import Alert, Fact
from bot.people.reader import Reader, Turn


class Whose(StrEnum):
    """Whose move it is."""

    MINE = "mine"
    TAKEN = "taken"
    PUT_OFF = "put-off"
    OTHERS = "others"


def whose(matter: Alert | Fact, user: str, reader: Reader) -> Whose:
    """Return whose move `matter` is to `user`, who is `reader` at its school.

    It is the user's if the user has taken it or was handed it. An alert that no user has taken is theirs if
    their role acts next, or may start the run that puts it right.
    """
    if isinstance(matter, Alert):
        holder = matter.acknowledged_by or matter.handed_to
        if holder is not None:
            return Whose.MINE if holder == user else Whose.TAKEN
        if matter.snoozed_until is not None:
            return Whose.PUT_OFF
    turn = reader.turn(matter.who, starts=reader.starts(matter.text, matter.who))
    return Whose.OTHERS if turn is Turn.THEIRS else Whose.MINE
