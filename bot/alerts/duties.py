"""Whose move an alert or a coming fact is: the user's own, a colleague's who has it, another role's. Pure."""

from collections.abc import Callable, Iterable
from enum import StrEnum

from bot.alerts.alert import Alert, Fact
from bot.people.permissions import Role
from bot.people.reader import Reader, Turn


class Whose(StrEnum):
    """Whose move it is."""

    MINE = "mine"
    TAKEN = "taken"
    PUT_OFF = "put-off"
    OTHERS = "others"


def reader_of(matter: Alert | Fact, roles: Callable[[str], Iterable[Role]]) -> Reader:
    """Return the reader that a user is of `matter`; `roles` returns what they are at a school, by number."""
    there = frozenset[Role]().union(*(roles(number) for number in matter.previous))
    return Reader(frozenset(roles(matter.key.school)), there)


def can_start(matter: Alert | Fact, reader: Reader) -> bool:
    """Return whether `reader` may start the run that puts `matter` right, and no freeze hinders it."""
    return not matter.frozen and reader.starts(matter.text, matter.who)


def whose(matter: Alert | Fact, user: str, reader: Reader) -> Whose:
    """Return whose move `matter` is to `user`, who is `reader` of it.

    It is the user's if the user has taken it or was handed it. An alert that no user has taken is theirs if
    their role acts next, or may start the run that puts it right.
    """
    if isinstance(matter, Alert):
        if matter.holder is not None:
            return Whose.MINE if matter.holder == user else Whose.TAKEN
        if matter.snoozed_until is not None:
            return Whose.PUT_OFF
    turn = reader.turn(matter.who, starts=can_start(matter, reader))
    return Whose.OTHERS if turn is Turn.THEIRS else Whose.MINE
