"""The schools whose records know a person: where a question that names no school is to be asked."""

from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum

from sqlalchemy.orm import Session

from diagnostics.school_reader import SchoolReader, upns_of
from diagnostics.sought_person import SoughtPerson, sought_person
from diagnostics.walk import only_kind
from knowledge.ids import Question
from provisioning.records.accounts import Account
from provisioning.records.people import Kind, Learner
from provisioning.records.schools import School
from provisioning.rules import is_leaver
from provisioning.runs.dependencies import Provisioning
from provisioning.store import accounts, coverage

MOST = 60
"""Schools whose records are searched at once: of more, those with an account or an applied row of a UPN."""
Known = tuple[School, ...] | None
"""The schools that may be meant; None where there are too many to search the records of all."""


class _Sign(IntEnum):
    """How a school's records show a person; the lower, the likelier is it the school that is meant."""

    ON_ROLL = 0
    ACCOUNT = 1
    FORMER = 2


def schools_knowing(
    provisioning: Provisioning, question: Question, typed: Sequence[str], among: Sequence[School]
) -> list[Known]:
    """Return, for each identifier `typed`, those of the schools `among` that may be meant by it.

    They are those in whose current extract the person has a row without a past leaving date, read or
    rejected; else those with an active account; else those that had the person once.
    """
    with provisioning.database.reading() as session:
        schools = SchoolReader(provisioning, session, of_one_person=True)
        kind = only_kind(question, provisioning.knowledge)
        return [_knowing(schools, identifier, kind, among) for identifier in typed]


def _knowing(schools: SchoolReader, typed: str, kind: Kind | None, among: Sequence[School]) -> Known:
    if len(among) <= MOST:
        return _searched(schools, typed, kind, among)
    person = sought_person(typed, kind, None)
    if person.kind is not Kind.LEARNER:
        return None
    upn, session = person.identifier, schools.session
    holding: set[str] = {account.school for account in accounts.with_upns(session, [upn])}
    holding |= coverage.covering(session, upn, [school.number for school in among])
    return _searched(schools, typed, kind, [school for school in among if school.number in holding]) or None


def _searched(
    schools: SchoolReader, typed: str, kind: Kind | None, among: Sequence[School]
) -> tuple[School, ...]:
    schools.read_ahead(school.number for school in among)
    people = {school: sought_person(typed, kind, schools.records(school.number).extract) for school in among}
    held = _held(schools.session, people)
    signs = {school: _sign(school, person, held, schools) for school, person in people.items()}
    found = {school: sign for school, sign in signs.items() if sign is not None}
    return tuple(school for school, sign in found.items() if sign is min(found.values()))


def _held(session: Session, people: Mapping[School, SoughtPerson]) -> list[Account]:
    """Return the accounts of the people sought, each at any of their schools."""
    upns = {number for person in people.values() if person.kind is Kind.LEARNER for number in _upns(person)}
    codes: dict[str, list[str]] = {}
    for school, person in people.items():
        if person.kind is Kind.STAFF:
            codes.setdefault(person.identifier, []).append(school.number)
    found = accounts.with_upns(session, sorted(upns)) if upns else []
    for code, numbers in codes.items():
        found += accounts.with_code(session, numbers, code)
    return found


def _upns(person: SoughtPerson) -> Sequence[str]:
    return upns_of([person.record]) if isinstance(person.record, Learner) else [person.identifier]


def _sign(
    school: School, person: SoughtPerson, held: Iterable[Account], schools: SchoolReader
) -> _Sign | None:
    """Return how the records of `school`, and the accounts `held` there, show `person`; None where not."""
    here = [account for account in held if account.school == school.number]
    is_open = not school.is_closed(schools.today)
    has_row = bool(person.rejections) or (
        person.record is not None and not is_leaver(person.record, schools.today)
    )
    if is_open and has_row:
        return _Sign.ON_ROLL
    if is_open and any(account.active for account in here):
        return _Sign.ACCOUNT
    return _Sign.FORMER if person.record or person.rejections or here else None
