"""What is a user's own: what waits for them, what they wait for; its order and its sum. Pure.

Each feature tells its own in its `contributions.py`; App Home and `/hwb mine` show them together.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.people.permissions import Act
from bot.slack.blocks import Block
from knowledge.texts import Text
from provisioning.records.schools import School


class Stand(StrEnum):
    """Whether the user can do something about it now, has it already, or waits for others."""

    YOURS = "yours"
    TAKEN = "taken"
    OTHERS = "others"
    WATCHED = "watched"


@dataclass(frozen=True)
class Task:
    """Something that waits for a user, or that they wait for.

    `said` is what it is, in a sentence or a few words; `opens` is the button that opens it. `due` is the day
    by which it is to be done, if there is one, and `since` the moment since which it waits. `at_home` is
    whether Home lists it under the sum, and no section of its feature does. `act` is what a user who is to do
    it for them must be allowed to do at the school.
    """

    stand: Stand
    said: Text
    school: School | None
    since: datetime
    opens: Block
    due: date | None = None
    at_home: bool = True
    act: Act = Act.DIAGNOSE

    @property
    def waits(self) -> bool:
        """Whether it waits for the user."""
        return self.stand in (Stand.YOURS, Stand.TAKEN)

    def is_late(self, today: date) -> bool:
        """Return whether its day is past."""
        return self.due is not None and self.due < today


@dataclass(frozen=True)
class TaskSum:
    """How many tasks wait for a user, and how many of them are late."""

    waiting: int
    late: int


def sum_of(tasks: Iterable[Task], today: date) -> TaskSum:
    """Return the sum of `tasks` on the day `today`."""
    waiting = [task for task in tasks if task.waits]
    return TaskSum(len(waiting), sum(task.is_late(today) for task in waiting))


def in_order(tasks: Iterable[Task], today: date) -> Sequence[Task]:
    """Return `tasks` sorted: what the user can do now first, the longest overdue first, then by the day."""

    def place(task: Task) -> tuple[int, date, datetime]:
        return list(Stand).index(task.stand), task.due or today, task.since

    return sorted(tasks, key=place)
