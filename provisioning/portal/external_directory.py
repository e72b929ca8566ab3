"""How a school is run whose accounts live in the User Management Portal.

The school's own Provisioning Client does the work; what it has done is seen in the portal's next export.
We start the one and read the other: no account is changed by us, and nothing stands in the journal.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from sqlalchemy.orm import Session

from knowledge.texts import Text, text
from provisioning.clock import today
from provisioning.errors import ExtractProblem, KnownError
from provisioning.portal.client import Client, ClientProblem, Ended
from provisioning.portal.export import Export, ExportProblem, Reading
from provisioning.portal.mirror import Mirrored, mirror
from provisioning.records import Extract, Learner, RunStatus
from provisioning.rules import is_on_roll
from provisioning.runs.school_run import NOTHING, Provisioning, fail, read
from provisioning.store import accounts, decisions, portal, run_lifecycle, runs, schools
from provisioning.store.portal import Read
from provisioning.store.runs import Run

log = logging.getLogger(__name__)


class _Record(NamedTuple):
    """A school's extract as it was when the client began, or why it could not be read here."""

    extract: Extract | None
    problem: Text | None


@dataclass(frozen=True)
class ClientAndExport:
    """A client that provisions, and an export that shows what has become of the accounts."""

    client: Client
    export: Export

    def run(self, house: Provisioning, run: int, school: str) -> Run:
        """Start the client, wait for it, read the export again, and finish the run by what that shows."""
        record = _record(house, school)
        self._look(house, school)  # so that what is counted afterwards is what this run has done
        try:
            ended = self.client.run(school, lambda pid: self._watch(house, run, pid))
        except ClientProblem as problem:
            return fail(house, run, problem.said)
        failure = _failure(ended, self.client)
        try:
            return house.database.write(
                lambda session: self._finish(house, session, run, school, record, failure)
            )
        except ExportProblem as problem:
            return fail(house, run, failure or _unseen(house, school, problem))

    def refresh(self, house: Provisioning) -> int:
        """Read the export wherever it has been written since; says of how many schools it can't be read."""
        with house.database.reading() as session:
            numbers = [school.number for school in schools.every(session)]
            known = portal.readings(session)
        looked_at = {number: {read.stamp, read.refused} - {None} for number, read in known.items()}
        unread = 0
        for number in numbers:
            if self.export.stamp(number) in looked_at.get(number, ()):
                continue
            unread += not self._look(house, number)
            if not self.export.by_school:
                break
        return unread

    def _look(self, house: Provisioning, school: str) -> bool:
        """Read the export if it has been written since; where it can't be, the last good reading stays."""
        try:
            house.database.write(lambda session: self._mirror(house, session, school))
        except ExportProblem as problem:
            said = house.knowledge.catalogue.say(problem.said, "en")
            log.warning("the export for school %s was not read: %s", school, said)
            return False
        return True

    def _watch(self, house: Provisioning, run: int, pid: int) -> None:
        with house.database.writing() as session:
            run_lifecycle.watch(session, run, pid, self.client.limit)

    def _finish(
        self,
        house: Provisioning,
        session: Session,
        run: int,
        school: str,
        record: _Record,
        failure: Text | None,
    ) -> Run:
        mirrored = self._mirror(house, session, school)
        counts = NOTHING | mirrored.counts(school)
        if failure is None and school in mirrored.kept:
            lost, total = mirrored.kept[school]
            shrunk = ExportProblem("export-shrunk", school=school, lost=lost, total=total)
            failure = _unseen(house, school, shrunk)
        if failure is None and record.extract is not None:
            counts["blocked"] = _blocked(house, session, record.extract)
            runs.cover(session, [(record.extract, runs.covered(session, school))])
            # What a person refused was refused to us; another's client does not ask.
            decisions.reconsider(session, school)
        end = run_lifecycle.End(
            RunStatus.FAILED if failure else RunStatus.SUCCEEDED,
            counts,
            extract=record.extract.fingerprint if record.extract else None,
            error=failure or (text("run.record-unread", problem=record.problem) if record.problem else None),
        )
        return run_lifecycle.finish(session, run, end, house.clock.now())

    def _mirror(self, house: Provisioning, session: Session, school: str) -> Mirrored:
        """Make the held accounts agree with the export, if it has been written since they last did."""
        portal.take(session)
        known = portal.readings(session)
        if known.get(school, Read()).stamp == self.export.stamp(school) is not None:
            return Mirrored((), {})
        reading = self.export.read(school)
        numbers = {one.number for one in schools.every(session)}
        mirrored = mirror(
            reading,
            portal.held(
                session,
                reading.school,
                [row.username for row in reading.seen],
                [row.upn for row in reading.seen if row.upn],
            ),
            numbers,
            read={number: read.as_of for number, read in known.items() if read.as_of},
            relaxed=_relaxed(house, session),
        )
        portal.write(session, mirrored.changes)
        portal.mark(session, _read_now(reading, mirrored, known, {reading.school or ""} & numbers or numbers))
        return mirrored


def _read_now(
    reading: Reading, mirrored: Mirrored, known: Mapping[str, Read], numbers: set[str]
) -> dict[str, Read]:
    fresh = Read(reading.stamp, reading.as_of)
    return {
        number: replace(known.get(number, Read()), refused=reading.stamp)
        if number in mirrored.kept
        else fresh
        for number in numbers
    }


def _relaxed(house: Provisioning, session: Session) -> set[str]:
    """The schools whose export may shrink: a person has said so, as for extracts."""
    found = decisions.relaxations(session, today(house.clock))
    return {one.school for one in found if one.safeguard == "extract-shrunk"}


def _record(house: Provisioning, school: str) -> _Record:
    try:
        return _Record(read(house, school, today(house.clock)), None)
    except ExtractProblem as problem:
        return _Record(None, problem.said)


def _blocked(house: Provisioning, session: Session, extract: Extract) -> int:
    """How many learners on roll have their account active at another school still."""
    day = today(house.clock)
    upns = {one.upn for one in extract.records if isinstance(one, Learner) and is_on_roll(one, day)}
    found = accounts.for_planning(session, extract.school, upns)
    return sum(one.active and one.school != extract.school and one.upn in upns for one in found)


def _failure(ended: Ended, client: Client) -> Text | None:
    """Why a client that has ended did not succeed, with the end of its log."""
    if ended.timed_out:
        minutes = client.limit.total_seconds() / 60
        return text("error.client-timed-out", minutes=f"{minutes:g}", log=ended.log)
    if not ended.succeeded:
        return text("error.client-failed", status=ended.status, log=ended.log)
    return None


def _unseen(house: Provisioning, school: str, problem: KnownError) -> Text:
    """The client has run, but nobody can see what it did."""
    with house.database.reading() as session:
        as_of = portal.as_of(session, school)
    return text("error.export-not-seen", problem=problem.said, as_of=as_of)
