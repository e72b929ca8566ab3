"""Which texts of a case a user may read: their own, and those that are about their schools alone."""

from collections.abc import Collection, Iterator, Sequence

from sqlalchemy.orm import Session

from bot.desk import access
from bot.desk.case import CaseEvent, Enquiry, EventKind
from bot.desk.meaning import KnownPerson, MayMean, may_mean
from bot.desk.triage import READ_ALL, Extracts
from bot.people.permissions import Act, Caller
from bot.questions.plain_words import upns
from bot.services import Services
from provisioning.clock import today
from provisioning.records.schools import School
from provisioning.store import accounts, coverage, schools

_ABOUT = frozenset({EventKind.OPENED, EventKind.JOINED, EventKind.FILLED_IN, EventKind.TEXT_SHOWN})
"""The events that add a text to a case, or say whom it is about."""


def is_shown(events: Sequence[CaseEvent]) -> bool:
    """Return whether the Service Desk has said that all texts of a case are about its school."""
    about = [event.kind for event in events if event.kind in _ABOUT]
    return about[-1:] == [EventKind.TEXT_SHOWN]


def readable(
    services: Services,
    session: Session,
    caller: Caller,
    events: Sequence[CaseEvent],
    enquiries: Sequence[Enquiry],
) -> list[Enquiry]:
    """Return those of the `enquiries` of a case, which has `events`, whose texts `caller` may read.

    The caller works on the case. What the Service Desk has not spoken of is read by its rule, `may_mean`.
    """
    if access.works_everywhere(caller):
        return list(enquiries)
    every = schools.every(session)
    at = {school.number for school in caller.schools(Act.DESK, every)}

    def may(enquiry: Enquiry) -> bool:
        if not enquiry.text or caller.user in (enquiry.by, enquiry.writer) or is_shown(events):
            return True
        return _is_read_at(at, services, session, every, enquiry.text)

    return [each for each in enquiries if access.works_on_all_of(session, caller, each) and may(each)]


def _is_read_at(
    at: Collection[str], services: Services, session: Session, every: Sequence[School], text: str
) -> bool:
    """Return whether users who work at the schools `at` may read `text`, by the records as they are now."""
    numbers, named = [school.number for school in every], upns(text)
    held = {number: coverage.covering(session, number, numbers) for number in named}
    for account in accounts.with_upns(session, named):
        held[str(account.upn)].add(account.school)

    def meaning(people: Sequence[KnownPerson] | None) -> MayMean:
        holders = {number: frozenset(schools) for number, schools in held.items()}
        return may_mean(text, services.finder, every, holders, people)

    first = meaning(None)
    if len(every) > READ_ALL or not all(schools.intersection(at) for schools in first.known):
        return first.is_read_at(at)  # no person who is looked up by name could change that
    extracts = Extracts(services.provisioning, today(services.clock))
    people = [person for school in every for person in _people(session, extracts, school)]
    for person in people:
        if person.identifier in held:
            held[person.identifier].add(person.school)
    return meaning(people).is_read_at(at)


def _people(session: Session, extracts: Extracts, school: School) -> Iterator[KnownPerson]:
    """Yield all people of a school: of its extract, rejected rows included, and of its accounts."""
    extract = extracts.of(school)
    for record in (*extract.records, *extract.rejections) if extract else ():
        yield KnownPerson(school.number, record.identifier, record.surname, record.forename)
    for account in accounts.listed(session, school.number):
        identifier = account.upn or account.staff_code or account.username
        yield KnownPerson(school.number, identifier, account.surname, account.forename)
