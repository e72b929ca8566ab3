"""The person that a question is about, found in a school's extract by what was typed. Pure."""

from collections.abc import Iterable
from typing import NamedTuple

from provisioning import upn
from provisioning.look_alikes import look_alike
from provisioning.records.accounts import Account
from provisioning.records.extracts import Extract
from provisioning.records.people import Key, Kind, Learner, Record, StaffMember, key_of
from provisioning.records.rejections import Rejection

_SIMILAR = 2
"""The greatest edit distance of a similar UPN: wrong, missing or swapped characters."""
_SHOWN = 3
"""The greatest number of similar identifiers that are suggested."""


class SoughtPerson(NamedTuple):
    """The person asked about: kind, the identifier in the records, the record or rejected rows."""

    kind: Kind
    identifier: str
    record: Record | None
    rejections: tuple[Rejection, ...] = ()


def sought_person(typed: str, kind: Kind | None, extract: Extract | None) -> SoughtPerson:
    """Return the person meant by `typed`: a UPN, present or former, or a staff code in any case.

    `kind` is None where the question can be about either, and `extract` where it can't be read.
    """
    number, code = upn.normalise(typed), typed.strip()
    if extract is not None and kind is not Kind.STAFF:
        learner = _learner(number, extract)
        if learner is not None:
            return SoughtPerson(Kind.LEARNER, learner.upn, learner)
    if extract is not None and kind is not Kind.LEARNER:
        member = _staff_member(code, extract)
        if member is not None:
            return SoughtPerson(Kind.STAFF, member.identifier, member)
    if kind is None:
        kind = _likely_kind(number, code, extract)
    identifier = number if kind is Kind.LEARNER else code
    return SoughtPerson(kind, identifier, None, _rejected_rows(kind, identifier, extract))


def people_sought(typed: Iterable[str], extract: Extract) -> set[Key]:
    """Return the people meant by `typed`, as kind and identifier, of whom an extract has a record or row.

    A person of whom the extract has neither is left out.
    """
    found: set[Key] = set()
    for each in typed:
        person = sought_person(each, None, extract)
        rows = {row.key for row in person.rejections if row.identifier}
        found |= {person.record.key} if person.record else rows
    return found


def _likely_kind(number: str, code: str, extract: Extract | None) -> Kind:
    """Return whether the UPN `number`, or staff code `code`, is meant: by how it looks, and by rejected rows.

    `X999` looks like a staff code; where it stands on a learner's rejected row alone, it is that learner's.
    """
    rejections = extract.rejections if extract is not None else ()
    keys = {key_of(Kind.LEARNER, number), key_of(Kind.STAFF, code)}
    found = {row.kind for row in rejections if row.identifier and row.key in keys}
    likely = Kind.LEARNER if upn.looks_like(number) else Kind.STAFF
    return found.pop() if len(found) == 1 else likely


def near_identifiers(
    kind: Kind, identifier: str, extract: Extract | None, held: Iterable[Account]
) -> tuple[str, ...]:
    """Return the identifiers of a school's people that are nearly `identifier`, the most similar first.

    They are those of the records in its `extract` and of the accounts that it has `held`. What differs by
    look-alikes alone comes first; of an invalid UPN also what differs by few slips.
    """
    from rapidfuzz.distance import OSA  # most people are found as they were typed

    records = extract.records if extract is not None else ()
    known = {record.identifier for record in records if record.kind is kind}
    known |= {account.identifier for account in held if account.kind is kind}
    misspelt = kind is Kind.LEARNER and not upn.is_valid(identifier)
    slips: dict[str, int] = {}
    for other in known - {identifier}:
        slip = 0 if look_alike(identifier, other) else OSA.distance(identifier, other, score_cutoff=_SIMILAR)
        if slip == 0 or (misspelt and slip <= _SIMILAR):
            slips[other] = slip
    return tuple(sorted(slips, key=lambda other: (slips[other], other))[:_SHOWN])


def _learner(number: str, extract: Extract) -> Learner | None:
    """Return the learner whose UPN is `number`, or else whose former UPN it is."""
    present = next((learner for learner in extract.learners if learner.upn == number), None)
    return present or next((learner for learner in extract.learners if learner.former_upn == number), None)


def _staff_member(code: str, extract: Extract) -> StaffMember | None:
    """Return the member of staff with `code`, or the only one whose code differs from it by case alone."""
    exact = [member for member in extract.staff if member.staff_code == code]
    close = exact or [member for member in extract.staff if member.staff_code.casefold() == code.casefold()]
    return close[0] if len(close) == 1 else None


def _rejected_rows(kind: Kind, identifier: str, extract: Extract | None) -> tuple[Rejection, ...]:
    """Return the rejected rows with `identifier`, or else those that differ from it by look-alikes alone.

    Of the latter not those with a valid UPN, which is another learner's.
    """
    rows = [row for row in extract.rejections if row.kind is kind] if extract else []
    exact = tuple(row for row in rows if row.identifier.casefold() == identifier.casefold())
    return exact or tuple(
        row
        for row in rows
        if not (kind is Kind.LEARNER and upn.is_valid(row.identifier))
        and look_alike(row.identifier, identifier)
    )
