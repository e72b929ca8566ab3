"""Clients of several schools side by side, and a school whose client runs again after a release."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from provisioning.records.runs import RunStatus
from provisioning.runs.batches import Batch, follow_up, provision_batch
from provisioning.runs.dependencies import Provisioning
from provisioning.store import follow_ups
from provisioning.store.runs import Run
from tests.builders import BRYN, GLAN, NANT, NOW, SCHOOLS, Schools, learner
from tests.portal_builders import CLIENT, PortalSchools, seen
from tests.provisioning.portal.client_builders import LEFT, SEREN, counts

pytestmark = pytest.mark.both_databases

WAITS_FOR_THE_OTHERS = '''
"""A client that ends only once the clients of all schools are at work: one after another, none would end."""
import pathlib, sys, time

portal, school, schools = pathlib.Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
(portal / f"begun-{school}").touch()
give_up = time.monotonic() + 30
while len(list(portal.glob("begun-*"))) < schools:
    if time.monotonic() > give_up:
        sys.exit("the others have not begun")
    time.sleep(0.01)
'''


LOOKS_TOO_EARLY = (
    '''
"""Glan's client looks at the portal at once, and ends after Nant's run has; the second time it is in time."""
import pathlib, sys, time

portal, school, glan = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
if school == glan and not (portal / "looked").exists():
    (portal / "looked").touch()
    give_up = time.monotonic() + 30
    while not (portal / "nant-has-run").exists():
        if time.monotonic() > give_up:
            sys.exit("Nant has not run")
        time.sleep(0.01)
    sys.exit(0)
'''
    + CLIENT
)


@pytest.fixture
def portals(provisioning: Schools, tmp_path: Path) -> PortalSchools:
    """An export for each school, empty so far."""
    made = PortalSchools(provisioning, tmp_path / "portal", "{school}.csv")
    for number, school in enumerate(SCHOOLS, start=1):
        made.extracts(school, learner(number))
        made.lists(seen(learner(number), school), school=school)
    return made


def at_once(portal: PortalSchools, clients: int) -> Provisioning:
    """The services with so many clients side by side."""
    return replace(portal.at(), clients_at_once=clients)


def run(portal: PortalSchools, clients: int, *schools: str) -> Batch:
    """The runs of schools, all of them if none is named."""
    numbers = schools or tuple(school.number for school in SCHOOLS)
    return provision_batch(at_once(portal, clients), numbers, started_by="schedule", slot=NOW)


def to_run_again(portals: PortalSchools) -> list[str]:
    """The schools that are to be run again."""
    with portals.database.reading() as session:
        return list(follow_ups.open_by_school(session))


def test_the_clients_of_three_schools_work_side_by_side(portals: PortalSchools) -> None:
    (portals.portal / "waiting.py").write_text(WAITS_FOR_THE_OTHERS, encoding="utf-8")
    portals.with_client(
        sys.executable, str(portals.portal / "waiting.py"), str(portals.portal), "{school}", "3"
    )
    batch = run(portals, 3)
    assert [(done.school, done.error) for done in batch.runs] == [
        (school.number, None) for school in (NANT, BRYN, GLAN)
    ]
    assert {done.status for done in batch.runs} == {RunStatus.SUCCEEDED}


def test_one_at_a_time_runs_the_schools_for_the_youngest_first(portals: PortalSchools) -> None:
    run(portals, 1)
    assert portals.client_ran_for == [NANT.number, BRYN.number, GLAN.number]


def test_a_school_that_waits_runs_again_once_the_export_shows_the_release(portals: PortalSchools) -> None:
    """Glan's client ran too early; once Nant's has let Seren go, Glan's has to run a second time."""
    portals.extracts(GLAN, SEREN, learner(3))
    portals.lists(seen(SEREN, NANT), school=NANT)
    portals.extracts(NANT, replace(SEREN, leaving_date=LEFT))
    portals.reads()
    (early,) = run(portals, 2, GLAN.number).runs
    assert (early.error, counts(early)) == (None, {"blocked": 1})
    portals.will_list(seen(SEREN, NANT, active=False), by=NANT)
    batch = run(portals, 2, NANT.number)
    assert [(done.school, counts(done)) for done in batch.runs] == [(NANT.number, {"release": 1})]
    assert to_run_again(portals) == [GLAN.number]
    portals.will_list(seen(learner(3)), seen(SEREN), by=GLAN)
    again = follow_up(at_once(portals, 2), started_by="schedule")
    assert [(done.school, counts(done)) for done in again.runs] == [(GLAN.number, {"match": 1})]
    assert to_run_again(portals) == []


@pytest.mark.parametrize("nant_has_run", [False, True])
def test_a_release_that_the_export_shows_between_runs_calls_the_school_that_waits(
    portals: PortalSchools, nant_has_run: bool
) -> None:
    """Nant's client is run on its own server, whether or not it has ever been run from here."""
    portals.extracts(GLAN, SEREN, learner(3))
    portals.lists(seen(SEREN, NANT), school=NANT)
    portals.extracts(NANT, SEREN)
    portals.reads()
    if nant_has_run:
        run(portals, 2, NANT.number)
    assert counts(run(portals, 2, GLAN.number).runs[0]) == {"blocked": 1}
    portals.lists(seen(SEREN, NANT, active=False), school=NANT, at=NOW)
    portals.reads()
    assert to_run_again(portals) == [GLAN.number]
    portals.will_list(seen(learner(3)), seen(SEREN), by=GLAN)
    again = follow_up(at_once(portals, 2), started_by="schedule")
    assert [(done.school, counts(done)) for done in again.runs] == [(GLAN.number, {"match": 1})]
    portals.reads()
    assert to_run_again(portals) == []


def test_two_schools_that_release_at_once_call_a_school_once(portals: PortalSchools) -> None:
    """Neither Nant nor Bryn has ever been run from here; a portal without releases calls no school."""
    portals.extracts(GLAN, SEREN, learner(2))
    portals.lists(seen(SEREN, NANT), school=NANT)
    portals.lists(seen(learner(2), BRYN), school=BRYN)
    portals.reads()
    assert to_run_again(portals) == []
    assert counts(run(portals, 2, GLAN.number).runs[0]) == {"blocked": 2}
    portals.lists(seen(SEREN, NANT, active=False), school=NANT, at=NOW)
    portals.lists(seen(learner(2), BRYN, active=False), school=BRYN, at=NOW)
    portals.reads()
    with portals.database.reading() as session:
        assert {school: len(noted) for school, noted in follow_ups.open_by_school(session).items()} == {
            GLAN.number: 1
        }


def test_a_learner_who_is_let_go_while_the_next_schools_client_is_at_work_is_not_left_behind(
    portals: PortalSchools,
) -> None:
    """Glan's client found Seren active at Nant; when its run ends, she is not, and still has no place."""
    portals.extracts(GLAN, SEREN, learner(3))
    portals.lists(seen(SEREN, NANT), school=NANT)
    portals.extracts(NANT, replace(SEREN, leaving_date=LEFT))
    portals.reads()
    portals.will_list(seen(SEREN, NANT, active=False), by=NANT)
    portals.will_list(seen(learner(3)), seen(SEREN), by=GLAN)
    (portals.portal / "early.py").write_text(LOOKS_TOO_EARLY, encoding="utf-8")
    portals.with_client(
        sys.executable, str(portals.portal / "early.py"), str(portals.portal), "{school}", GLAN.number
    )

    def note(done: Run) -> None:
        if done.school == NANT.number:
            (portals.portal / "nant-has-run").touch()

    batch = provision_batch(
        at_once(portals, 2), [NANT.number, GLAN.number], started_by="schedule", slot=NOW, done=note
    )
    assert [(done.school, counts(done)) for done in batch.runs] == [
        (NANT.number, {"release": 1}),
        (GLAN.number, {}),
        (GLAN.number, {"match": 1}),
    ]
    with portals.database.reading() as session:
        assert follow_ups.open_by_school(session) == {}


@pytest.mark.parametrize("fault", ["the client fails", "no extract can be read"])
def test_a_school_whose_second_run_brings_nothing_is_not_run_for_ever(
    portals: PortalSchools, fault: str
) -> None:
    """Nant has let Seren go; what is wrong at Glan is for a person to mend, not for another run."""
    portals.extracts(GLAN, SEREN, learner(3))
    portals.lists(seen(SEREN, NANT), school=NANT)
    portals.extracts(NANT, replace(SEREN, leaving_date=LEFT))
    portals.reads()
    run(portals, 2, GLAN.number)
    portals.will_list(seen(SEREN, NANT, active=False), by=NANT)
    run(portals, 2, NANT.number)
    if fault == "the client fails":
        portals.with_client(sys.executable, "-c", "raise SystemExit(7)")
    else:
        (portals.folder / GLAN.number / "learners.csv").write_text("")
    again = follow_up(at_once(portals, 2), started_by="schedule")
    assert [done.school for done in again.runs] == [GLAN.number]
    assert to_run_again(portals) == []


def test_clients_that_have_not_begun_do_not_begin_once_the_process_is_asked_to_stop(
    portals: PortalSchools,
) -> None:
    class Stop(Exception):
        """The process is asked to stop."""

    def stop(_run: object) -> None:
        raise Stop

    with pytest.raises(Stop):
        provision_batch(
            at_once(portals, 1), [school.number for school in SCHOOLS], started_by="schedule", done=stop
        )
    assert len(portals.client_ran_for) == 1
