"""A look at the records of a request: whether the schools' data shows them put right, and the accounts."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from bot.requests.request import AskedRecord, Request, Wanted
from diagnostics.missing import Missed, Missing, missing_at
from diagnostics.verdict import Outcome
from provisioning import upn
from provisioning.runs.dependencies import Provisioning
from provisioning.store import accounts

_LEAVING_DATE = "previous-school-leaving-date"
"""The step about the previous school's record."""


class Look(NamedTuple):
    """The identifiers of records that are not put right in the data of the schools, `written` then."""

    unsettled: tuple[str, ...]
    written: datetime | date | None = None


def look(provisioning: Provisioning, request: Request) -> Look:
    """Return what the current data of the schools shows of the records that a request waits for."""
    by_school: dict[str, Missing] = {found.school.number: found for found in of_askers(provisioning, request)}
    unsettled = [
        record for record in request.waits_for if not _is_right(record, by_school[record.school], request)
    ]
    read = [_written(record, by_school[record.school], request) for record in unsettled]
    return Look(tuple(record.identifier for record in unsettled), next(filter(None, read), None))


def shows(provisioning: Provisioning, request: Request, identifier: str) -> str:
    """Return what the record of a learner with `identifier` shows at the school that `request` asks.

    It is as `Diagnosis.previous_shows` has it; blank where it can't be read, or the learner has an account.
    """
    found = [missed_by(each).get(identifier) for each in of_askers(provisioning, request)]
    return next((person.diagnosis.previous_shows for person in found if person is not None), "")


def of_askers(provisioning: Provisioning, request: Request) -> list[Missing]:
    """Return the missing people of the schools that wait for the records of a request."""
    return missing_at(provisioning, list(dict.fromkeys(record.school for record in request.waits_for)))


def missed_by(found: Missing) -> Mapping[str, Missed]:
    """Return the people of `found` by identifier, those with rejected rows of no class among them."""
    groups = (*found.groups, *found.unplaced)
    return {person.identifier: person for group in groups for person in group.people}


def is_settled(session: Session, request: Request) -> bool:
    """Return whether the accounts show that what a request asked for has been done and carried out.

    Of leaving dates: each account that it waits for is active at another school or at none; of rows: each is
    active at the school. A request for a run has no records, so it is settled by the run.
    """
    records = request.waits_for
    if request.wanted is Wanted.LEAVING_DATES:
        found = accounts.with_upns(session, [record.identifier for record in records])
        released = {account.upn for account in found} - {
            account.upn for account in found if account.active and account.school == request.school
        }
        return all(record.identifier in released for record in records)
    return arrived(session, request.school, records) >= {record.identifier for record in records}


def arrived(session: Session, school: str, records: Iterable[AskedRecord]) -> set[str]:
    """Return the identifiers of those `records` whose accounts are active at `school`."""
    asked = [record.identifier for record in records]
    codes = [identifier for identifier in asked if not upn.looks_like(identifier)]
    found = [account for account in accounts.with_upns(session, asked) if account.school == school]
    there = {account.upn for account in found if account.active and account.upn}
    return there | {
        code for code in codes if any(account.active for account in accounts.with_code(session, school, code))
    }


def _is_right(record: AskedRecord, found: Missing, request: Request) -> bool:
    """Return whether a record is put right: no person is missing because of it, by data that can be read."""
    if found.problem is not None:
        return False
    person = missed_by(found).get(record.identifier)
    if person is None:
        return True
    unread = any(
        step.step == _LEAVING_DATE and step.outcome is Outcome.UNKNOWN for step in person.diagnosis.steps
    )
    if request.wanted is Wanted.LEAVING_DATES and unread:
        return False
    return request.cause not in person.diagnosis.causes


def _written(record: AskedRecord, found: Missing, request: Request) -> datetime | date | None:
    """Return when the data was written by which a record is not put right; None where it can't be read."""
    person = missed_by(found).get(record.identifier)
    if request.wanted is Wanted.ROWS or person is None:
        return found.extract.written_at if found.extract else None
    return next((step.as_of for step in person.diagnosis.steps if step.step == _LEAVING_DATE), None)
