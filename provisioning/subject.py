"""Subject access: the data held about one person, in the store and in the current extracts."""

import re
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
from provisioning.rules import is_on_roll, may_be_on_roll
from provisioning.runs.dependencies import Provisioning
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
        subject = subject_of(session, typed, school)
        rows = [] if subject.slack_user else list(_in_extracts(provisioning, among, subject))
        former = {row.get("former_upn") for row in rows} - {None, *subject.identifiers}
        if former:
            subject = replace(subject, identifiers=(*subject.identifiers, *sorted(map(str, former))))
        held = held_about(session, subject)
    return subject, [*([HeldRows("extracts", tuple(rows))] if rows else []), *held]


_SLACK_USER = re.compile(
    r"(?:<?@(?P<id>[UW][A-Z0-9]{2,31})>?)|(?P<bare>[UW](?![0-9]{6,})(?=[A-Z]*[0-9])[A-Z0-9]{3,31})"
)
"""A Slack user id; one of digits alone, which might be a UPN, is written as a mention: @U2147483697."""


def subject_of(session: Session, typed: str, school: str | None) -> Subject:
    """Return the person that `typed` means; without a `school`, a Slack user id is known by its shape.

    Raises `KnownError` for a staff code without its school.
    """
    number = upn.normalise(typed)
    slack = _SLACK_USER.fullmatch(number) if school is None and not upn.is_valid(number) else None
    if slack is not None:
        return Subject((slack["id"] or slack["bare"],), None, by_upn=False, slack_user=True)
    if upn.is_valid(number) or (school is None and "@" not in typed and upn.looks_like(typed)):
        return Subject((number,), None, by_upn=True)
    subject = Subject((typed.strip(),), school, by_upn=False)
    found = accounts_of(session, subject)
    if school is None and not found:
        raise KnownError("subject-school", identifier=typed.strip())
    same = {name for account in found for name in (account.username, account.staff_code) if name}
    return Subject(tuple(sorted({*subject.identifiers, *same})), school or found[0].school, by_upn=False)


def on_roll_at(provisioning: Provisioning, subject: Subject) -> list[str]:
    """Return the schools in whose current extracts the person is, or may be, on roll; unreadable ones too.

    Of a school whose extract can't be read that is so where it has an account of the person, or had them in
    its last run.
    """
    day, wanted = today(provisioning.clock), _folded(subject)
    lead = provisioning.extract_folder.lead
    found: list[str] = []
    with provisioning.database.reading() as session:
        among = schools.every(session) if subject.school is None else [schools.get(session, subject.school)]
        here = {str(account.school) for account in accounts_of(session, subject)}
        here |= {
            str(row["school"])
            for place in held_about(session, subject)
            for row in place.rows
            if place.place == "covered_records"
        }
    for school in among:
        try:
            extract = provisioning.extract_folder.read(school, day)
        except ExtractProblem:
            if school.number in here and (provisioning.extract_folder.folder / school.number).exists():
                found.append(school.number)
            continue
        is_here = any(
            _is_theirs(record, wanted) and is_on_roll(record, day, lead) for record in extract.records
        )
        if is_here or any(
            _is_theirs(row, wanted) and may_be_on_roll(row, day, lead) for row in extract.rejections
        ):
            found.append(school.number)
    return found


def _folded(subject: Subject) -> set[str]:
    return {identifier.casefold() for identifier in subject.identifiers}


def _is_theirs(record: Record | Rejection, wanted: set[str]) -> bool:
    former = record.former_upn if isinstance(record, Learner) else None
    return bool({record.identifier.casefold(), (former or "").casefold()} & wanted)


def _in_extracts(provisioning: Provisioning, among: Sequence[School], subject: Subject) -> Iterable[Fields]:
    """Yield the person's rows in the current extracts; an unreadable extract is listed as such."""
    day = today(provisioning.clock)
    wanted = _folded(subject)
    for school in among:
        try:
            extract = provisioning.extract_folder.read(school, day)
        except ExtractProblem as problem:
            if (provisioning.extract_folder.folder / school.number).exists():
                yield {"school": school.number, "problem": problem.said.key}
            continue
        for record in (*extract.records, *extract.rejections):
            if _is_theirs(record, wanted):
                yield {"school": school.number, "as_of": extract.as_of, **_plain(record)}


def _plain(record: Record | Rejection) -> dict[str, Any]:
    return {
        "kind": record.kind.value,
        **{field.name: getattr(record, field.name) for field in fields(record)},
    }
