"""Clients of several schools side by side, by the clock, and still no learner is left waiting at the end.

`make test` tries eight schools whose client takes 0.3 seconds, `make campaign` forty with two seconds. The
last primaries run beside the first secondaries, which their Year 6 goes to: these run again where they were
too early.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from knowledge.loading import Knowledge
from provisioning.portal.export_rows import SeenAccount
from provisioning.records.runs import RunStatus
from provisioning.records.schools import School
from provisioning.runs.batches import Batch, provision_batch
from provisioning.store import follow_ups
from provisioning.store import schools as school_store
from provisioning.store.database import Database
from tests.builders import GLAN, NANT, NOW, Schools, learner, upn
from tests.portal_builders import HEADER, PortalSchools, cells, seen
from tests.provisioning.portal.client_builders import LEFT

SCHOOLS = int(os.environ.get("PORTAL_SCHOOLS", "8"))
LONG = SCHOOLS >= 40
SECONDS = 2.0 if LONG else 0.3
TIMES_FASTER = 3.5 if LONG else 1.4
"""A batch of eight takes 8 turns one after another, and 2 or 3 side by side."""
AT_ONCE = 4
pytestmark = [pytest.mark.slow, *([pytest.mark.both_databases] if LONG else [])]

Row = tuple[SeenAccount, str | None]
"""A row of the export, and the UPN that another school has to release before."""

CLIENT = '''
"""A client that takes its time; it can't take over a learner whom the previous school has not let go."""
import csv, json, os, pathlib, sys, time

portal, school, seconds = pathlib.Path(sys.argv[1]), sys.argv[2], float(sys.argv[3])
plan = json.loads((portal / f"plan-{school}.json").read_text())
rows = [row for row, upn in plan["rows"] if upn is None or (portal / f"released-{upn}").exists()]
time.sleep(seconds)
with (portal / f"new-{school}").open("w", newline="") as file:
    csv.writer(file).writerows([plan["header"], *rows])
os.utime(portal / f"new-{school}", (plan["at"], plan["at"]))
(portal / f"new-{school}").rename(portal / f"{school}.csv")
for upn in plan["releases"]:
    (portal / f"released-{upn}").touch()
'''


@dataclass(frozen=True)
class Summer:
    """An authority with three primaries to a secondary, and where each primary's Year 6 goes to."""

    authority: str
    primaries: tuple[School, ...]
    secondaries: tuple[School, ...]

    @property
    def numbers(self) -> list[str]:
        return [school.number for school in (*self.primaries, *self.secondaries)]

    def moves_to(self, primary: int) -> int:
        """The last primary's leavers go to the first secondary, which begins beside it."""
        return (len(self.primaries) - 1 - primary) % len(self.secondaries)


def summer(authority: str) -> Summer:
    secondaries = SCHOOLS // 4
    return Summer(
        authority,
        tuple(replace(NANT, number=f"{authority}{2000 + place}") for place in range(SCHOOLS - secondaries)),
        tuple(replace(GLAN, number=f"{authority}{4000 + place}") for place in range(secondaries)),
    )


def portal(folder: Path, database: Database, knowledge: Knowledge, of: Summer) -> PortalSchools:
    """The schools after the summer, whose portal still has everybody where they were."""
    behind = Schools(database, folder / "extracts", knowledge)
    with database.writing() as session:
        school_store.put(session, [*of.primaries, *of.secondaries])
    made = PortalSchools(behind, folder / "portal", "{school}.csv")
    (made.portal / "slow.py").write_text(CLIENT, encoding="utf-8")
    made.with_client(
        sys.executable, "-S", str(made.portal / "slow.py"), str(made.portal), "{school}", str(SECONDS)
    )
    leavers = [
        learner(
            place,
            upn=upn(place, issued_by=f"{of.authority}2000"),
            year_group="6",
            admission_date=date(2019, 9, 1),
        )
        for place, _ in enumerate(of.primaries)
    ]
    for place, school in enumerate(of.primaries):
        leaver = leavers[place]
        stays = learner(place, upn=upn(place, issued_by=f"{of.authority}2999"), year_group="3")
        made.extracts(school, replace(leaver, leaving_date=LEFT), stays)
        made.lists(seen(leaver, school), seen(stays, school), school=school)
        rows: list[Row] = [(seen(leaver, school, active=False), None), (seen(stays, school), None)]
        plan(made, school, rows, releases=[leaver.upn])
    for place, school in enumerate(of.secondaries):
        stays = learner(place, upn=upn(place, issued_by=f"{of.authority}4999"), year_group="9")
        joins = [
            replace(leaver, year_group="7", admission_date=date(2026, 9, 1))
            for primary, leaver in enumerate(leavers)
            if of.moves_to(primary) == place
        ]
        made.extracts(school, stays, *joins)
        made.lists(seen(stays, school), school=school)
        rows = [(seen(stays, school), None), *((seen(person, school), person.upn) for person in joins)]
        plan(made, school, rows, releases=[])
    made.reads()
    return made


def plan(made: PortalSchools, school: School, rows: Sequence[Row], releases: Sequence[str]) -> None:
    """What the client of a school will make of the portal: rows, those of some only once they are free."""
    told = {
        "header": HEADER,
        "rows": [(cells(row), after) for row, after in rows],
        "releases": releases,
        "at": NOW.timestamp(),
    }
    (made.portal / f"plan-{school.number}.json").write_text(json.dumps(told), encoding="utf-8")


def run(made: PortalSchools, of: Summer, clients: int) -> tuple[Batch, float]:
    services = replace(made.at(), clients_at_once=clients)
    began = time.monotonic()
    batch = provision_batch(services, of.numbers, started_by="schedule", slot=NOW)
    return batch, time.monotonic() - began


def directory(made: PortalSchools, of: Summer) -> list[tuple[str, str, str]]:
    """Who is where in an authority; UPNs without check letter and authority."""
    return sorted(
        (account.identifier[4:], account.school[3:], account.status)
        for account in made.accounts()
        if account.school.startswith(of.authority)
    )


def test_four_clients_at_once_are_faster_than_one_and_leave_nobody_waiting(
    tmp_path: Path, database: Database, knowledge: Knowledge, record_property: Callable[[str, object], None]
) -> None:
    found, seconds = [], []
    for clients, authority in ((1, "680"), (AT_ONCE, "681")):
        of, folder = summer(authority), tmp_path / authority
        folder.mkdir()
        made = portal(folder, database, knowledge, of)
        batch, took = run(made, of, clients)
        assert {done.status for done in batch.runs} == {RunStatus.SUCCEEDED}
        last = {done.school: done.counts["blocked"] for done in batch.runs}
        assert last == dict.fromkeys(of.numbers, 0)
        again = len(batch.runs) - SCHOOLS
        assert clients > 1 or not again
        with made.database.reading() as session:
            assert follow_ups.open_by_school(session) == {}
        found.append(directory(made, of))
        seconds.append(took)
        figures = f"{SCHOOLS} schools, {clients} clients at once: {took:.1f} s, {again} schools ran again"
        record_property("figures", figures)
    assert found[0] == found[1]
    assert len(found[0]) == 2 * len(of.primaries) + len(of.secondaries)
    assert seconds[0] / seconds[1] >= TIMES_FASTER
