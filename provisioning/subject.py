"""Subject access: the data held about one person, in the store and in the current extracts."""

from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from typing import Any

from sqlalchemy.orm import Session

from provisioning import upn
from provisioning.clock import today
from provisioning.errors import ExtractProblem, KnownError
from provisioning.records.people import Learner, Record
from provisioning.records.rejections import Rejection
from provisioning.records.schools import School
from provisioning.runs.school_run import Provisioning
from provisioning.store import schools
from provisioning.store.subject import Fields, HeldRows, Subject, accounts_of, held_about


def subject_access(
    provisioning: Provisioning, typed: str, school: str | None
) -> tuple[Subject, list[HeldRows]]:
    """Return the data held about a person, by UPN, or by a staff code or username at `school`.

    Raises `KnownError` where the school is unknown, or missing for a staff code.
    """
    with provisioning.database.reading() as session:
        among = schools.every(session) if school is None else [schools.get(session, school)]
        subject = _subject(session, typed, school)
        rows = list(_in_extracts(provisioning, among, subject))
        former = {row.get("former_upn") for row in rows} - {None, *subject.identifiers}
        if former:
            subject = replace(subject, identifiers=(*subject.identifiers, *sorted(map(str, former))))
        held = held_about(session, subject)
    return subject, [*([HeldRows("extracts", tuple(rows))] if rows else []), *held]


def _subject(session: Session, typed: str, school: str | None) -> Subject:
    number = upn.normalise(typed)
    if upn.is_valid(number) or (school is None and "@" not in typed and upn.looks_like(typed)):
        return Subject((number,), None, by_upn=True)
    subject = Subject((typed.strip(),), school, by_upn=False)
    found = accounts_of(session, subject)
    if school is None and not found:
        raise KnownError("subject-school", identifier=typed.strip())
    same = {name for account in found for name in (account.username, account.staff_code) if name}
    return Subject(tuple(sorted({*subject.identifiers, *same})), school or found[0].school, by_upn=False)


def _in_extracts(provisioning: Provisioning, among: Sequence[School], subject: Subject) -> Iterable[Fields]:
    """Yield the person's rows in the current extracts; an unreadable extract is listed as such."""
    day = today(provisioning.clock)
    wanted = {identifier.casefold() for identifier in subject.identifiers}
    for school in among:
        try:
            extract = provisioning.extract_folder.read(school, day)
        except ExtractProblem as problem:
            if (provisioning.extract_folder.folder / school.number).exists():
                yield {"school": school.number, "problem": problem.said.key}
            continue
        for record in (*extract.records, *extract.rejections):
            former = record.former_upn if isinstance(record, Learner) else None
            if {record.identifier.casefold(), (former or "").casefold()} & wanted:
                yield {"school": school.number, "as_of": extract.as_of, **_plain(record)}


def _plain(record: Record | Rejection) -> dict[str, Any]:
    return {
        "kind": record.kind.value,
        **{field.name: getattr(record, field.name) for field in fields(record)},
    }
