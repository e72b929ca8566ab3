"""The guide's tip carried out: a staff record beside that of a colleague who has an account.

It says in which fields the two differ in kind - filled against empty, unreadable, of another shape -
and never what stands in them.
"""

import re
from collections.abc import Iterator

from diagnostics.case import Case
from diagnostics.verdict import Step, Verdict
from provisioning.records.people import StaffMember
from provisioning.records.rejections import Reason, Rejection

Differing = tuple[str, str]
"""A field, and how it differs: `empty`, `filled`, `unreadable` or `shape`."""

_LETTERS, _DIGITS, _SPACES = re.compile(r"[^\W\d_]+"), re.compile(r"[0-9]+"), re.compile(r"\s+")
_FIELDS: dict[str, str] = {
    "staff_code": "staff-code",
    "legal_surname": "name",
    "legal_forename": "name",
    "start_date": "start-date",
    "leaving_date": "leaving-date",
    "swac_role": "swac-role",
}
"""The field of each column whose fault keeps a row from being read."""
_HARMLESS = frozenset({"email"})
"""Fields whose difference keeps no account from being made."""


def staff_compared(case: Case) -> Verdict:
    """Guide 2020, FAQs, Staff Users, question 1, step 1, the tip.

    "You could try comparing their staff record to the record of another member of staff who you know does
    have an account visible in the Hwb User Management Portal."
    """
    step = Step("staff-compared")
    if case.account_here is not None:
        return step.not_applicable("has-account")
    row = case.record if isinstance(case.record, StaffMember) else next(iter(case.rejections), None)
    if row is None:
        return step.not_reached()
    if case.colleague is None:
        return step.not_applicable("no-colleague")
    differing = [list(field) for field in dict.fromkeys(_differing(row, case.colleague))]
    said = {"line": case.colleague.line, "fields": differing}
    if not differing:
        return step.holds("alike", case.own.read_at, line=case.colleague.line)
    if all(name in _HARMLESS for name, _ in differing):
        return step.unknown("differs", case.own.read_at, **said)
    return step.fails("differs", case.own.read_at, **said)


def _differing(row: StaffMember | Rejection, colleague: StaffMember) -> Iterator[Differing]:
    faults = row.faults if isinstance(row, Rejection) else ()
    if isinstance(row, Rejection):
        yield from ((_FIELDS[column], how) for column, how in faults if column in _FIELDS)
        if ("email", "empty") in faults and colleague.email:
            yield "email", "empty"
        code, shown = row.identifier, row.reason is not Reason.ROW_SHORT
    else:
        code, shown = row.staff_code, True
        yield from _filled("email", row.email, colleague.email)
        if row.email and colleague.email and _shape(row.email) != _shape(colleague.email):
            yield "email", "shape"
    if code and _shape(code) != _shape(colleague.staff_code):
        yield "staff-code", "shape"
    if shown and ("leaving_date", "unreadable") not in faults:
        yield from _filled("leaving-date", row.leaving_date, colleague.leaving_date)


def _filled(field: str, value: object, colleagues: object) -> Iterator[Differing]:
    if bool(value) != bool(colleagues):
        yield field, "filled" if value else "empty"


def _shape(value: str) -> str:
    """Return how a value is made up: `A` for letters, `9` for digits, other characters as they are."""
    return _SPACES.sub(" ", _DIGITS.sub("9", _LETTERS.sub("A", value.strip())))
