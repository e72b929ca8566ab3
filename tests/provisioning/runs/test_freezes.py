"""A freeze: from a day to a day no run changes anything at a school, or at an authority's schools."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from provisioning.clock import uk_date
from provisioning.errors import KnownError
from provisioning.records.extracts import Extract
from provisioning.records.runs import RunStatus
from provisioning.records.schools import School
from provisioning.runs.batches import provision_batch
from provisioning.runs.school_run import dry_run, provision
from provisioning.runs.some_people import provision_some
from provisioning.sources.extract_folder import ExtractFolder
from provisioning.store import freezes, runs
from provisioning.store.freezes import MOST_DAYS, Freeze, Freezes
from provisioning.store.runs import Run
from tests.builders import GLAN, NANT, NOW, Schools, learner
from tests.provisioning.runs.decision_builders import approves

DAY = timedelta(days=1)
TODAY = uk_date(NOW)
SEREN = learner(1)


def freeze(place: str = GLAN.number, first: int = 0, last: int = 2, reason: str = "server move") -> Freeze:
    """A freeze from so many days after today to so many."""
    return Freeze(place, TODAY + first * DAY, TODAY + last * DAY, reason, "U0HUW", NOW)


def frozen(provisioning: Schools, wanted: Freeze | None = None) -> Freeze:
    return provisioning.database.write(lambda session: freezes.begin(session, wanted or freeze()))


def refused(do: Callable[[], object]) -> str:
    with pytest.raises(KnownError) as error:
        do()
    return error.value.name


# When and where it holds


@pytest.mark.parametrize(
    ("moment", "holds"),
    [
        (datetime.fromisoformat("2026-09-06T23:59+01:00"), False),
        (datetime.fromisoformat("2026-09-07T00:00+01:00"), True),
        (datetime.fromisoformat("2026-09-09T23:59+01:00"), True),
        (datetime.fromisoformat("2026-09-10T00:00+01:00"), False),
    ],
)
def test_it_holds_on_its_first_and_last_day_by_the_uks_clock(moment: datetime, holds: bool) -> None:
    first = datetime.fromisoformat("2026-09-07T00:00+01:00").date()
    assert replace(freeze(), begins_on=first, ends_on=first + 2 * DAY).holds_at(moment) is holds


@pytest.mark.parametrize(
    ("place", "school", "holds"),
    [
        (GLAN.number, GLAN, True),
        (GLAN.number, NANT, False),
        (NANT.local_authority, NANT, True),
    ],
)
def test_it_is_of_a_school_or_of_all_of_an_authority(place: str, school: School, holds: bool) -> None:
    assert (Freezes((freeze(place),)).of(school, NOW) is not None) is holds


def test_of_several_the_one_counts_that_ends_last() -> None:
    """Both have to be ended where runs are to begin before."""
    longer, shorter = replace(freeze(GLAN.local_authority, last=5), id=2), replace(freeze(), id=1)
    assert Freezes((longer, shorter)).of(GLAN, NOW) == replace(longer, to_end=(2, 1))


@pytest.mark.parametrize(
    ("what", "others", "last"),
    [
        ("the next begins on the day after", [freeze(first=3, last=9)], 9),
        ("that of the authority begins before this one ends", [freeze("680", 1, 5)], 5),
        ("three, one after the other", [freeze(first=6, last=8), freeze("680", 3, 5)], 8),
        ("a day is free between", [freeze(first=4, last=9)], 2),
        ("another school's follows", [freeze(NANT.number, 3, 9)], 2),
        ("the next was ended before it began", [replace(freeze(first=3, last=9), ended_at=NOW)], 2),
    ],
)
def test_where_others_follow_at_once_until_is_the_last_day_of_all(
    what: str, others: list[Freeze], last: int
) -> None:
    """A reader who is told a day plans for the day after it."""
    found = Freezes((freeze(), *others)).of(GLAN, NOW)
    assert found is not None, what
    assert found.ends_on == TODAY + last * DAY, what


def test_one_that_was_ended_holds_no_more() -> None:
    ended = replace(freeze(), ended_at=NOW)
    assert not ended.holds_at(NOW)
    assert ended.holds_at(NOW - timedelta(minutes=1))
    assert ended.is_over(NOW)


# What may be set


@pytest.mark.parametrize(
    ("wanted", "error"),
    [
        (freeze(first=-1), "freeze-from"),
        (freeze(first=400, last=401), "freeze-from"),
        (freeze(first=2, last=1), "freeze-to"),
        (freeze(last=MOST_DAYS), "freeze-to"),
        (freeze(reason=""), "freeze-no-reason"),
        (freeze(reason="&" * 151), "freeze-reason-long"),
    ],
    ids=["from yesterday", "too far ahead", "backwards", "32 days", "no reason", "more than an answer holds"],
)
def test_days_that_cannot_be_are_refused(provisioning: Schools, wanted: Freeze, error: str) -> None:
    assert refused(lambda: frozen(provisioning, wanted)) == error


def test_31_days_are_the_longest(provisioning: Schools) -> None:
    assert frozen(provisioning, freeze(last=MOST_DAYS - 1)).id > 0


def test_two_of_one_place_do_not_overlap(provisioning: Schools) -> None:
    first = frozen(provisioning)
    assert refused(lambda: frozen(provisioning, freeze(first=2, last=4))) == "freeze-overlaps"
    frozen(provisioning, freeze(first=3, last=4))
    frozen(provisioning, freeze(GLAN.local_authority))
    provisioning.database.write(lambda session: freezes.end(session, first.id, "U0HUW", NOW))
    frozen(provisioning)


def test_it_is_ended_once(provisioning: Schools) -> None:
    id_ = frozen(provisioning).id

    def end() -> Freeze:
        return provisioning.database.write(lambda session: freezes.end(session, id_, "U0HUW", NOW))

    assert end().id == id_
    assert refused(end) == "freeze-over"
    unknown = lambda session: freezes.end(session, 99, "U0HUW", NOW)  # noqa: E731
    assert refused(lambda: provisioning.database.write(unknown)) == "freeze-unknown"


# What it stops


def test_no_run_changes_anything_until_it_is_over(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, SEREN)
    frozen(provisioning)
    assert refused(lambda: provisioning.runs(GLAN)) == "school-frozen"
    assert refused(lambda: provisioning.runs(GLAN, at=NOW + 2 * DAY)) == "school-frozen"
    assert provisioning.runs(GLAN, at=NOW + 3 * DAY).counts["create"] == 1


def test_no_run_of_one_person_either(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, SEREN)
    frozen(provisioning)

    def one() -> object:
        return provision_some(provisioning.at(), GLAN.number, 1, lambda found: [SEREN.key], started_by="test")

    assert refused(one) == "school-frozen"


def test_an_unchanged_school_is_not_run_either(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, SEREN)
    provisioning.runs(GLAN)
    frozen(provisioning)
    assert refused(lambda: provisioning.runs(GLAN)) == "school-frozen"


@pytest.fixture
def frozen_meanwhile(provisioning: Schools, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run reads the extract of Glan, and as it has read it, Glan is frozen by another process."""
    read = ExtractFolder.read

    def read_and_freeze(folder: ExtractFolder, school: School, today: date) -> Extract:
        found = read(folder, school, today)
        if school == GLAN and today == TODAY:
            frozen(provisioning)
        return found

    monkeypatch.setattr(ExtractFolder, "read", read_and_freeze)


@pytest.mark.usefixtures("frozen_meanwhile")
@pytest.mark.parametrize("on_schedule", [False, True])
def test_a_freeze_that_begins_while_a_run_is_under_way_refuses_it(
    provisioning: Schools, on_schedule: bool
) -> None:
    provisioning.extracts(GLAN, SEREN)
    at = replace(provisioning.at(), on_schedule=on_schedule)
    assert refused(lambda: provision(at, GLAN.number, started_by="test")) == "school-frozen"
    assert provisioning.statuses() == []
    assert provisioning.runs(GLAN, at=NOW + 3 * DAY).counts["create"] == 1


@pytest.mark.usefixtures("frozen_meanwhile")
def test_of_a_batch_under_way_it_refuses_its_school_alone(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, SEREN)
    provisioning.extracts(NANT, learner(2))
    batch = provision_batch(provisioning.at(), [GLAN.number, NANT.number], started_by="test")
    assert [(run.school, run.counts["create"]) for run in batch.runs] == [(NANT.number, 1)]
    assert [(school, problem.name) for school, problem in batch.refused] == [(GLAN.number, "school-frozen")]


def test_an_approval_is_refused_and_the_run_waits_on(
    provisioning: Schools, held: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    school = next(each for each in (GLAN, NANT) if each.number == held.school)
    kept = frozen(provisioning, freeze(school.number, last=20))
    assert refused(lambda: approves(provisioning, held)) == "school-frozen"
    assert provisioning.statuses()[-1] == (held.school, "held")
    provisioning.database.write(lambda session: freezes.end(session, kept.id, "U0HUW", NOW))
    read = ExtractFolder.read

    def read_and_freeze(folder: ExtractFolder, place: School, today: date) -> Extract:
        frozen(provisioning, freeze(school.number, last=20))
        return read(folder, place, today)

    monkeypatch.setattr(ExtractFolder, "read", read_and_freeze)
    assert refused(lambda: approves(provisioning, held)) == "school-frozen"
    with provisioning.database.reading() as session:
        assert runs.get(session, held.known_id) == held


def test_a_dry_run_is_allowed(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, SEREN)
    frozen(provisioning)
    run, proposal = dry_run(provisioning.at(), GLAN.number)
    assert run.status is RunStatus.SUCCEEDED
    assert proposal is not None
    assert len(proposal.free) == 1


def test_of_a_batch_the_others_run(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, SEREN)
    provisioning.extracts(NANT, learner(2))
    frozen(provisioning)
    batch = provision_batch(provisioning.at(), [GLAN.number, NANT.number], started_by="test")
    assert [run.school for run in batch.runs] == [NANT.number]
    assert [(school, problem.name) for school, problem in batch.refused] == [(GLAN.number, "school-frozen")]


def test_the_refusal_says_until_when_why_and_by_whom(provisioning: Schools) -> None:
    frozen(provisioning)
    with pytest.raises(KnownError) as error:
        provision(provisioning.at(), GLAN.number, started_by="test")
    said = provisioning.knowledge.catalogue.say(error.value.said, "en")
    assert f"frozen until {TODAY + 2 * DAY:%-d %B}" in said
    assert "server move" in said
    assert "U0HUW" in said
