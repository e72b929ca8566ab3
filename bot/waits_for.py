"""What waits for users who are away, as the digests of users who cover for them tell it."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.people.permissions import Act
from bot.services import Services
from knowledge.texts import Text


@dataclass(frozen=True)
class WaitsFor:
    """What waits for `user` at the school with the number `school`; by `key` it is told once.

    A user who covers is told of it where they may `act` at the school.
    """

    user: str
    school: str
    said: Text
    key: str
    act: Act


WaitsForUsers = Callable[[Services, Session, Collection[str]], Sequence[WaitsFor]]
"""Finds what of a feature's waits for any of some users."""
