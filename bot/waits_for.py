"""What waits for users who are away, as the digests of who covers for them tell it."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.people.permissions import Act
from bot.services import Services
from knowledge.texts import Text


@dataclass(frozen=True)
class WaitsFor:
    """What waits for `user` at the school with the number `school`; by `key` it is told once.

    Who covers for the user is told of it where they may `act` there.
    """

    user: str
    school: str
    said: Text
    key: str
    act: Act


WaitsForUsers = Callable[[Services, Session, Collection[str]], Sequence[WaitsFor]]
"""A feature's things that wait for any of some users."""
