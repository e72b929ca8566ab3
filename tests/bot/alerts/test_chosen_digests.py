"""Digests as their readers have chosen them: the hour, only where something is new, only what is late."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

import pytest

from bot.alerts import store
from bot.alerts.alert import Fact
from bot.alerts.monitor import _apply, _hours_due
from bot.alerts.morning import Chosen, Morning, digests
from bot.alerts.tables import DigestToldRow
from bot.alerts.told import Told
from bot.outbox import letters
from bot.people import preferences
from bot.people.permissions import Grant, Role
from bot.people.preferences import DigestChoice
from diagnostics.tally import Standing
from knowledge.texts import UK
from provisioning.store import schools
from tests.bot.alerts.alert_builders import MONDAY, at, fact, raised
from tests.bot.app_fixtures import CARYS, ELIS, HUW, Room, option, words
from tests.builders import GLAN, NOW

OFFICE = "U0OFFICE"
LATE = raised()
TO_COME = raised("extract-current", due=date(2026, 8, 28))
AS_USUAL = DigestChoice()


def morning(
    choice: DigestChoice = AS_USUAL,
    told: Mapping[str, Told] | None = None,
    now: datetime = MONDAY,
    hours: range | None = None,
    late: bool = True,
) -> Morning:
    """The digests at Glan, whose MIS administrator has made a choice."""
    alerts = [LATE, TO_COME] if late else [TO_COME]
    grants = [Grant(OFFICE, Role.MIS_ADMINISTRATOR, GLAN.number)]
    standings = {GLAN.number: Standing(GLAN.number, open=tuple(alert.key.kind for alert in alerts))}
    made = Chosen({OFFICE: choice}, hours)
    return digests(alerts, [], standings, {GLAN.number: GLAN}, grants, told or {}, now, made)


def lines(made: Morning) -> int:
    return sum(len(section.lines) for digest in made.digests for section in digest.sections)


def test_as_usual_it_tells_all() -> None:
    assert lines(morning()) == 2


def test_only_what_is_late() -> None:
    choice = DigestChoice(late_only=True)
    assert lines(morning(choice)) == 1
    assert morning(choice, late=False).digests == ()


def test_only_where_something_is_new_not_even_at_the_beginning_of_a_week() -> None:
    told, next_week = morning().told, at(31)
    assert len(morning(AS_USUAL, told, next_week).digests) == 1
    assert morning(DigestChoice(changed_only=True), told, next_week).digests == ()
    assert len(morning(DigestChoice(changed_only=True)).digests) == 1


@pytest.mark.parametrize(("hours", "count"), [(range(9), 0), (range(9, 12), 1), (range(12, 14), 0)])
def test_it_is_made_at_the_hour_that_was_chosen_and_at_no_other(hours: range, count: int) -> None:
    assert len(morning(DigestChoice(hour=11), hours=hours).digests) == count


def test_what_was_told_stays_known_until_the_chosen_hour() -> None:
    told = morning().told
    assert morning(DigestChoice(hour=11), told, hours=range(9)).told[OFFICE].keys == told[OFFICE].keys


def test_each_hour_comes_once_a_day() -> None:
    eight, eleven = (datetime(2026, 8, 24, hour, 5, tzinfo=UK) for hour in (8, 11))
    assert 8 in _hours_due(None, eight)
    assert list(_hours_due(eight, eleven)) == [9, 10, 11]
    assert list(_hours_due(eleven, eleven + timedelta(minutes=30))) == []


def evaluate(room: Room, now: datetime, *more: Fact) -> int:
    """An evaluation at a moment; how many digests Huw has been written by then."""
    found = [fact(due=date(2026, 8, 21)), *more]
    with room.services.database.reading() as session:
        among = schools.every(session)
    standings = {GLAN.number: Standing(GLAN.number, open=("mis-end-of-year",))}
    room.services.database.write(lambda session: _apply(session, among, found, standings, now))
    with room.services.database.reading() as session:
        assert store.had_digest(session, now.date())
        return len(letters.keyed(session, f"digest:{HUW}:"))


def test_a_user_who_chose_ten_gets_the_digest_at_ten_and_once(glan: Room) -> None:
    with glan.services.database.writing() as session:
        preferences.choose_digest(session, HUW, DigestChoice(hour=10))
    times = [datetime(2026, 8, 25, hour, 10, tzinfo=UK) for hour in (8, 9, 10, 11, 12)]
    assert [evaluate(glan, now) for now in times] == [0, 0, 1, 1, 1]


def known(room: Room) -> int:
    """How many matters count as told to Huw, so that no later digest has a line of them."""
    with room.services.database.reading() as session:
        row = session.get(DigestToldRow, HUW)
        return len(row.keys) if row else 0


def sends_digests(room: Room) -> None:
    with room.services.database.writing() as session:
        for row in letters.keyed(session, f"digest:{HUW}:"):
            row.sent_at = NOW


def test_a_user_who_chooses_a_later_hour_after_the_digest_is_told_tomorrow_of_what_came_between(
    glan: Room,
) -> None:
    tuesday, later = (datetime(2026, 8, 25, hour, 10, tzinfo=UK) for hour in (8, 10))
    assert evaluate(glan, tuesday) == 1
    sends_digests(glan)
    with glan.services.database.writing() as session:
        preferences.choose_digest(session, HUW, DigestChoice(hour=10))
    between = fact("extract-current", due=date(2026, 8, 24))
    assert evaluate(glan, later, between) == 1
    assert known(glan) == 1
    assert evaluate(glan, later + timedelta(days=1), between) == 2
    assert known(glan) == 2


def test_a_digest_that_waits_for_its_turn_counts_as_told_at_the_next_hour_of_its_day(glan: Room) -> None:
    """Slack takes about a message a second: the last of 8 o'clock are sent after the first of 9."""
    with glan.services.database.writing() as session:
        preferences.choose_digest(session, CARYS, DigestChoice(hour=9))
    eight, nine = (datetime(2026, 8, 25, hour, 10, tzinfo=UK) for hour in (8, 9))
    assert evaluate(glan, eight) == 1
    evaluate(glan, nine)
    assert known(glan) == 1
    sends_digests(glan)
    assert evaluate(glan, eight + timedelta(days=1)) == 1


def test_the_choice_is_made_in_a_form_and_shown_in_it_again(glan: Room) -> None:
    glan.run(CARYS, "preferences")
    glan.server.person(CARYS).submit(
        {
            name: {name: {"type": "static_select", "selected_option": option(value)}}
            for name, value in _CHOSEN.items()
        }
    )
    glan.later.settle()
    said = words(glan.modal(CARYS))
    assert "I send your digest at 09:00." in said
    assert "Only when something is new" in said
    assert "Only what is yours and late" in said
    with glan.services.database.reading() as session:
        assert preferences.digest_choice(session, CARYS) == DigestChoice(9, True, True)
        assert preferences.chosen_language(session, CARYS) is None


_CHOSEN = {"hour": "9", "when": "changed", "what": "late"}


def test_a_choice_of_language_leaves_that_of_digests_as_it_was(glan: Room) -> None:
    with glan.services.database.writing() as session:
        preferences.choose_digest(session, CARYS, DigestChoice(hour=9))
        preferences.choose_language(session, CARYS, "cy")
    with glan.services.database.reading() as session:
        assert preferences.digest_choice(session, CARYS) == DigestChoice(hour=9)
        assert preferences.chosen_language(session, CARYS) == "cy"


def test_a_user_without_a_role_is_refused(glan: Room) -> None:
    assert "I answer people who have a role" in words(glan.answer(ELIS, "preferences"))
