"""What the facts of a school go by the day for: it is looked at anew on that day, and on no day before.

Each round's facts are held against those of a process that looks at all schools. It is Monday 7 September.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from knowledge.loading import Knowledge
from knowledge.models import Edition
from provisioning.records.schools import School
from provisioning.store import dates, schools
from tests.bot.alerts.round_builders import ALL, ALYS, Rounds, first_round
from tests.builders import BRYN, GLAN, NANT, NOW, Schools, learner

pytestmark = pytest.mark.integration

WEDNESDAY, THURSDAY = date(2026, 9, 9), date(2026, 9, 10)
TO_COME = learner(105, surname="Owen", forename="Gwen", year_group="5", admission_date=date(2020, 9, 1))


def at(day: date) -> datetime:
    """Eight in the morning, summer time."""
    return datetime(day.year, day.month, day.day, 7, 0, tzinfo=UTC)


@pytest.fixture
def rounds(provisioning: Schools) -> Rounds:
    """The three schools, after the first round."""
    return first_round(provisioning)


def test_a_day_on_which_nothing_changes(rounds: Rounds) -> None:
    assert rounds.looked_at(at(date(2026, 9, 8))) == set()


@pytest.mark.parametrize(
    "row",
    [
        replace(TO_COME, leaving_date=THURSDAY),
        replace(TO_COME, admission_date=THURSDAY + timedelta(days=14)),
        replace(TO_COME, upn="", leaving_date=THURSDAY),
        replace(TO_COME, admission_date=date(2026, 9, 20), leaving_date=THURSDAY),
    ],
    ids=["leaves", "is to have an account", "leaves, by a rejected row", "leaves before the admission date"],
)
def test_the_day_that_a_row_names(rounds: Rounds, row: object) -> None:
    rounds.schools.extracts(BRYN, row)
    assert rounds.looked_at() == {BRYN.number}
    assert rounds.looked_at(at(WEDNESDAY)) == set()
    assert rounds.looked_at(at(THURSDAY)) == {BRYN.number}
    assert rounds.looked_at(at(THURSDAY)) == set()


def test_the_day_that_a_row_at_the_previous_school_names(rounds: Rounds) -> None:
    """Glan waits for Nant: the cause is another once Alys has left."""
    rounds.schools.extracts(NANT, replace(ALYS, leaving_date=THURSDAY))
    assert rounds.looked_at() == {NANT.number, GLAN.number}
    assert rounds.looked_at(at(WEDNESDAY)) == set()
    assert rounds.looked_at(at(THURSDAY)) == {NANT.number, GLAN.number}


def test_the_day_on_which_an_extract_is_too_old(rounds: Rounds) -> None:
    """In September that is the eighth day after it was written."""
    rounds.schools.extracts(BRYN, TO_COME, at=at(date(2026, 9, 2)))
    assert rounds.looked_at() == {BRYN.number}
    assert rounds.looked_at(at(WEDNESDAY)) == set()
    assert rounds.looked_at(at(THURSDAY)) == {BRYN.number}


def test_an_extract_that_cannot_be_read_is_looked_at_every_day(rounds: Rounds) -> None:
    (rounds.schools.folder / BRYN.number / "learners.csv").unlink()
    rounds.looked_at()
    assert rounds.looked_at(at(date(2026, 9, 8))) == {BRYN.number}
    assert rounds.looked_at(at(WEDNESDAY)) == {BRYN.number}


def test_the_day_on_which_a_school_closes(rounds: Rounds) -> None:
    """Its accounts are free from then on, wherever their learners are."""
    closing = School("6809904", NANT.name, "680", "primary", "6", "school", "", closed_on=THURSDAY)
    with rounds.schools.database.writing() as session:
        schools.put(session, [closing])
    rounds.looked_at()
    assert rounds.looked_at(at(WEDNESDAY)) == {closing.number}  # it has no extract that could be read
    assert rounds.looked_at(at(THURSDAY)) == ALL


def test_a_key_date_of_an_authority(rounds: Rounds) -> None:
    """Bryn's is another authority than that of Nant and Glan."""
    with rounds.schools.database.writing() as session:
        dates.put(session, "681", 2026, "class_updates_on", [THURSDAY], by="Alys", at=NOW)
    rounds.looked_at()
    assert rounds.looked_at(at(WEDNESDAY)) == set()
    assert rounds.looked_at(at(THURSDAY)) == {BRYN.number}


def test_an_edition_of_the_guide(rounds: Rounds, knowledge: Knowledge) -> None:
    name, entry = next(iter(knowledge.entries.items()))
    new = entry.editions[-1].model_copy(update={"in_force_from": THURSDAY})
    assert isinstance(new, Edition)
    later = entry.model_copy(update={"editions": (*entry.editions, new)})
    guide = replace(knowledge, entries={**knowledge.entries, name: later})

    def services(day: date) -> object:
        return replace(rounds.schools.at(at(day)), knowledge=guide)

    rounds.looked_at(provisioning=services(WEDNESDAY))
    assert rounds.looked_at(provisioning=services(THURSDAY)) == ALL


def test_the_end_of_the_season(rounds: Rounds) -> None:
    """Alerts are raised until four weeks after rollover week, which ended on 30 August.

    The stages are those of the day before; the facts are no longer in season.
    """
    rounds.looked_at(at(date(2026, 9, 26)))
    assert rounds.looked_at(at(date(2026, 9, 27)), with_alerts=frozenset(ALL)) == set()
    assert rounds.looked_at(at(date(2026, 9, 28)), with_alerts=frozenset(ALL)) == set()


def test_at_least_once_a_week(rounds: Rounds) -> None:
    rounds.looked_at(at(date(2026, 10, 5)), with_alerts=frozenset(ALL))
    quiet = [rounds.looked_at(at(date(2026, 10, day)), with_alerts=frozenset(ALL)) for day in range(6, 12)]
    assert quiet == [set()] * 6
    assert rounds.looked_at(at(date(2026, 10, 12)), with_alerts=frozenset(ALL)) == ALL


def test_a_clock_that_is_set_back(rounds: Rounds) -> None:
    rounds.looked_at(at(date(2026, 9, 8)))
    assert rounds.looked_at(at(date(2026, 9, 6))) == ALL


def test_the_day_begins_at_midnight_in_the_uk(rounds: Rounds) -> None:
    rounds.schools.extracts(BRYN, replace(TO_COME, leaving_date=date(2026, 9, 8)))
    rounds.looked_at()
    assert rounds.looked_at(datetime(2026, 9, 7, 22, 59, tzinfo=UTC)) == set()
    assert rounds.looked_at(datetime(2026, 9, 7, 23, 1, tzinfo=UTC)) == {BRYN.number}
