"""Runs of schools whose accounts live in the User Management Portal.

The school's own Provisioning Client changes the accounts; the portal's next export shows what it did. Such a
run starts the client and reads the export: it changes no account and writes no journal.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from knowledge.texts import Text, text
from provisioning.clock import today
from provisioning.errors import ExtractProblem, KnownError
from provisioning.manual.handmade import BY_PORTAL, MADE_BY_HAND, ReviewDecision
from provisioning.planning.safeguards import EXTRACT_SHRUNK, Allowance
from provisioning.portal.client import Client, ClientEnded, ClientProblem
from provisioning.portal.client_log import People
from provisioning.portal.export import ExportProblem, ExportReading, PortalExport
from provisioning.portal.export_rows import SeenAccount, UnreadRow, unknown_words
from provisioning.portal.mirror import Mirrored, mirror
from provisioning.portal.waiting import Begun, begin, blocked_at, carried_out
from provisioning.records.extracts import Extract
from provisioning.records.runs import RunStatus, used_up
from provisioning.runs.dependencies import Provisioning, read_extract
from provisioning.runs.school_run import NOTHING, fail
from provisioning.store import (
    accounts,
    applied_files,
    coverage,
    decisions,
    follow_ups,
    portal,
    reviews,
    run_interruptions,
    run_lifecycle,
    runs,
    schools,
)
from provisioning.store.portal import StoredReading, StoredUnread
from provisioning.store.runs import Run

log = logging.getLogger(__name__)
_LINES = 20
"""So many lines that could not be read are named by a run."""


class _ReadExtract(NamedTuple):
    """A school's extract when the client began, or why it could not be read."""

    extract: Extract | None
    problem: Text | None


@dataclass(frozen=True)
class ClientAndExport:
    """The client that provisions, and the export that shows the resulting accounts."""

    client: Client
    export: PortalExport

    def run(self, provisioning: Provisioning, run: int, school: str) -> Run:
        """Run the client, read the export, and finish the run with the changes that it shows."""
        read = _read_extract(provisioning, school)
        self._look(provisioning, school)  # so that later differences are this run's
        people = _people(provisioning, school, read)
        begun = provisioning.database.write(
            lambda session: begin(provisioning, session, school, read.extract)
        )
        try:
            ended = self.client.run(school, lambda pid: self._watch(provisioning, run, pid), people)
        except ClientProblem as problem:
            return fail(provisioning, run, problem.said)
        provisioning.database.write(lambda session: portal.keep_log(session, school, run, ended.lines))
        failure = _failure(ended, self.client)
        try:
            return provisioning.database.write(
                lambda session: self._finish(provisioning, session, run, school, read, begun, failure)
            )
        except ExportProblem as problem:
            return fail(provisioning, run, failure or _unseen(provisioning, school, problem))

    def refresh(self, provisioning: Provisioning) -> int:
        """Read the export where it has been written since; return how many schools could not be read."""
        with provisioning.database.reading() as session:
            numbers = [school.number for school in schools.every(session)]
            known = portal.readings(session)
        looked_at = {number: {reading.stamp, reading.refused} - {None} for number, reading in known.items()}
        unread = 0
        for number in numbers:
            if self.export.stamp(number) in looked_at.get(number, ()):
                continue
            unread += not self._look(provisioning, number)
            if not self.export.by_school:
                break
        return unread

    def _look(self, provisioning: Provisioning, school: str) -> bool:
        """Mirror the export if it has been written since; return whether it could be read, and log if not."""
        try:
            provisioning.database.write(lambda session: self._mirror(provisioning, session, school))
        except ExportProblem as problem:
            said = provisioning.knowledge.catalogue.say(problem.said, "en")
            log.warning("the export for school %s was not read: %s", school, said)
            return False
        return True

    def _watch(self, provisioning: Provisioning, run: int, pid: int) -> None:
        with provisioning.database.writing() as session:
            run_interruptions.watch(session, run, pid, self.client.limit)

    def _finish(
        self,
        provisioning: Provisioning,
        session: Session,
        run: int,
        school: str,
        read: _ReadExtract,
        begun: Begun,
        failure: Text | None,
    ) -> Run:
        mirrored = self._mirror(provisioning, session, school)
        counts = NOTHING | mirrored.counts(school)
        if failure is None and mirrored.kept:
            lacking = school if school in mirrored.kept else min(mirrored.kept)
            lost, total = mirrored.kept[lacking]
            beyond = _beyond(_allowed(provisioning, session).get(lacking))
            shrunk = ExportProblem("export-shrunk", school=lacking, lost=lost, total=total, beyond=beyond)
            failure = _unseen(provisioning, school, shrunk)
        unread = portal.unread(session, school)
        counts["rejected"] = len({row.line for row in unread})
        if failure is None and read.extract is not None:
            blocked = blocked_at(provisioning, session, read.extract)
            counts["blocked"] = len(blocked)
            waited = carried_out(session, school, begun)
            follow_ups.wait(session, {school: (waited, frozenset(blocked.values()))})
            coverage.cover(session, [(read.extract, coverage.covered(session, school))])
            applied_files.remember(session, [read.extract])
            # Refusals bind our own runs, not the portal's client.
            decisions.reconsider(session, school)
        else:
            # For whom it waits is not known anew; this run was what the follow-ups asked for.
            waited = replace(follow_ups.of(session, [school])[school], follow_ups=begun.waited.follow_ups)
            follow_ups.wait(session, {school: (waited, waited.for_schools)})
        end = run_lifecycle.End(
            RunStatus.FAILED if failure else RunStatus.SUCCEEDED,
            counts,
            extract=read.extract.fingerprint if read.extract else None,
            error=failure or _remark(read, unread, self.export.file(school).name),
        )
        return run_lifecycle.finish(session, run, end, provisioning.clock.now())

    def _mirror(self, provisioning: Provisioning, session: Session, school: str) -> Mirrored:
        """Update the mirrored accounts from the export, if it has been written since the last reading."""
        portal.take(session)
        known = portal.readings(session)
        if known.get(school, StoredReading()).stamp == self.export.stamp(school) is not None:
            return Mirrored((), {})
        reading = self.export.read(school)
        if known.get(school, StoredReading()).whole and not reading.whole:
            raise ExportProblem("export-no-end", file=self.export.file(school).name)
        numbers: set[str] = {school.number for school in schools.every(session)}
        rows: list[SeenAccount | UnreadRow] = [*reading.seen, *reading.unread]
        mirrored = mirror(
            reading,
            portal.held(
                session,
                reading.school,
                [row.username for row in rows],
                [row.upn for row in rows if row.upn],
            ),
            numbers,
            read={number: before.as_of for number, before in known.items() if before.as_of},
            relaxed=_allowed(provisioning, session),
            limit=provisioning.limits.export_shrunk,
        )
        if not mirrored.kept:
            portal.write(session, mirrored.changes)
            for number, lost in mirrored.let_pass.items():
                decisions.use(session, number, EXTRACT_SHRUNK, lost)
            newest = runs.newest_id(session)
            if newest is not None:  # before the first run no school waits
                follow_ups.put(session, dict.fromkeys(mirrored.released_from, newest))
            portal.note_unread(session, reading.school, mirrored.unread)
            _note_reviews(session, mirrored, reading.as_of)
        portal.mark(session, _read_now(reading, mirrored, known, {reading.school or ""} & numbers or numbers))
        return mirrored


def _read_now(
    reading: ExportReading, mirrored: Mirrored, known: Mapping[str, StoredReading], numbers: set[str]
) -> dict[str, StoredReading]:
    if not mirrored.kept:
        return dict.fromkeys(numbers, StoredReading(reading.stamp, reading.as_of, whole=reading.whole))
    return {number: replace(known.get(number, StoredReading()), refused=reading.stamp) for number in numbers}


def _note_reviews(session: Session, mirrored: Mirrored, as_of: datetime) -> None:
    """Record a review of each account made by hand that the portal shows kept for longer than before."""
    for before, after in mirrored.changes:
        if before is None or after is None or after.kind not in MADE_BY_HAND or not after.active:
            continue
        if before.expires_on and after.expires_on and after.expires_on > before.expires_on:
            account = replace(after, id=before.id)
            reviews.record(
                session,
                account,
                ReviewDecision.IN_PORTAL,
                {},
                by=BY_PORTAL,
                at=as_of,
                until=after.expires_on,
            )


def _people(provisioning: Provisioning, school: str, read: _ReadExtract) -> People:
    """Return the people whom the log of a school's client may mention."""
    with provisioning.database.reading() as session:
        return People.of(read.extract, accounts.listed(session, school))


def _remark(read: _ReadExtract, unread: Sequence[StoredUnread], file: str) -> Text | None:
    """Return what a run that succeeded could not read of the export and the extract.

    None where it read everything.
    """
    rows = _unread_rows(unread, file) if unread else None
    record_unread = text("run.record-unread", problem=read.problem) if read.problem else None
    if rows and record_unread:
        return text("run.two-remarks", first=rows, second=record_unread)
    return rows or record_unread


def _unread_rows(unread: Sequence[StoredUnread], file: str) -> Text:
    numbers = list(dict.fromkeys(row.line for row in unread))
    lines = ", ".join(map(str, numbers[:_LINES]))
    return text(
        "run.export-unread",
        file=file,
        count=len(numbers),
        lines=lines + (", …" if len(numbers) > _LINES else ""),
        first=unread[0].problem,
        words=unknown_words(row.problem for row in unread),
    )


def _allowed(provisioning: Provisioning, session: Session) -> dict[str, Allowance]:
    """Return how many accounts schools may lose: `EXTRACT_SHRUNK`, where relaxed, counts for exports too."""
    return decisions.allowances(session, today(provisioning.clock), EXTRACT_SHRUNK)


def _beyond(allowed: Allowance | None) -> Text | None:
    """Return that a relaxation does not reach so far; None where there is none, or none with a limit."""
    return None if allowed is None or allowed.up_to is None else used_up(allowed.up_to, allowed.used)


def _read_extract(provisioning: Provisioning, school: str) -> _ReadExtract:
    try:
        extract = read_extract(provisioning, school, today(provisioning.clock))
        with provisioning.database.reading() as session:
            applied_files.require_whole(session, extract)
        return _ReadExtract(extract, None)
    except ExtractProblem as problem:
        return _ReadExtract(None, problem.said)


def _failure(ended: ClientEnded, client: Client) -> Text | None:
    """Return why a client failed, with the end of its log; None where it succeeded."""
    if ended.timed_out:
        minutes = client.limit.total_seconds() / 60
        return text("error.client-timed-out", minutes=f"{minutes:g}", log=ended.log.splitlines())
    if not ended.succeeded:
        return text("error.client-failed", status=ended.status, log=ended.log.splitlines())
    return None


def _unseen(provisioning: Provisioning, school: str, problem: KnownError) -> Text:
    """Return the error of a run whose client succeeded but whose export can't be used."""
    with provisioning.database.reading() as session:
        as_of = portal.as_of(session, school)
    return text("error.export-not-seen", problem=problem.said, as_of=as_of)
