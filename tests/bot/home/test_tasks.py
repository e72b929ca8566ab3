"""What waits for a user: in which order it stands, how it is counted, and how urgent it is said to be."""

from datetime import UTC, date, datetime

import pytest

from bot.home.actions import HomeAction
from bot.home.mine_screens import at_home, listed, urgency
from bot.slack.blocks import button
from bot.slack.tasks import Stand, Task, TaskSum, in_order, sum_of
from bot.slack.voice import Voice
from knowledge.loading import Knowledge
from knowledge.texts import Text
from tests.bot.app_fixtures import words
from tests.builders import GLAN

TODAY = date(2026, 9, 7)


def task(stand: Stand, due: date | None = None, since: int = 1) -> Task:
    opens = button(HomeAction.SCHOOL, "Open", f"{stand} {due}")
    said = Text("identity.waits", {"count": since})
    return Task(stand, said, GLAN, datetime(2026, 9, since, 8, tzinfo=UTC), opens, due)


LATE = task(Stand.YOURS, date(2026, 9, 1))
LATER = task(Stand.YOURS, date(2026, 9, 5))
TO_COME = task(Stand.YOURS, date(2026, 9, 9))
WITHOUT_A_DAY = task(Stand.YOURS, since=3)
TAKEN = task(Stand.TAKEN, date(2026, 8, 20))
OTHERS = task(Stand.OTHERS, date(2026, 8, 10))
WATCHED = task(Stand.WATCHED)


@pytest.fixture
def voice(everything: Knowledge) -> Voice:
    return Voice(everything.catalogue, "en")


def test_what_the_user_can_do_now_comes_first_and_the_longest_overdue_before_the_others() -> None:
    mixed = [WATCHED, OTHERS, TO_COME, TAKEN, WITHOUT_A_DAY, LATER, LATE]
    assert in_order(mixed, TODAY) == [LATE, LATER, WITHOUT_A_DAY, TO_COME, TAKEN, OTHERS, WATCHED]


def test_what_others_have_to_do_is_not_counted() -> None:
    assert sum_of([LATE, TO_COME, TAKEN, OTHERS, WATCHED], TODAY) == TaskSum(waiting=3, late=2)


@pytest.mark.parametrize(
    ("waiting", "said"),
    [
        ([], "Nothing waits for you."),
        ([TO_COME], "One thing waits for you."),
        ([LATE], "One thing waits for you, and it is late."),
        ([LATE, TO_COME, WITHOUT_A_DAY], "3 things wait for you, 1 is late."),
        ([LATE, LATER, TO_COME], "3 things wait for you, 2 are late."),
        ([LATE, LATER, LATE], "3 things wait for you, and all are late."),
        ([LATE, LATER], "2 things wait for you, and both are late."),
    ],
)
def test_the_sum_in_words(waiting: list[Task], said: str, voice: Voice) -> None:
    assert listed(waiting, [], voice, TODAY).text == said
    assert words(at_home(waiting, voice, TODAY)).startswith(f"*{said}*")


@pytest.mark.parametrize(
    ("due", "said"),
    [
        (date(2026, 9, 1), "6 days late"),
        (date(2026, 9, 6), "1 day late"),
        (TODAY, "Due today"),
        (date(2026, 9, 9), "Due by 9 September 2026"),
        (None, "Since 1 September 2026"),
    ],
)
def test_how_urgent_it_is_in_words(due: date | None, said: str, voice: Voice) -> None:
    assert voice.plain(urgency(task(Stand.YOURS, due), TODAY)) == said
