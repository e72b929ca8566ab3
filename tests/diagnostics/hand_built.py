"""What hand-built cases are made of: values that runs seldom or never leave behind, and what is expected."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from diagnostics.case import Case, SchoolRecords
from knowledge.ids import Question
from knowledge.texts import Text
from provisioning.records.accounts import Account
from provisioning.records.people import Learner
from provisioning.records.runs import RunStatus
from provisioning.store.decisions import StoredChange
from tests.builders import NANT, NOW, account_of, extract, learner, planned, run, staff_member, stands

EARLIER = NOW - timedelta(days=3)
SEREN = learner(1)
SEREN_AT_NANT = learner(1, admission_date=date(2019, 9, 1), year_group="6", class_name="6A")
LEFT_NANT = replace(SEREN_AT_NANT, leaving_date=date(2026, 7, 17))
JAC = staff_member()
ELIN = staff_member("ERE", forename="Elin", line=9)
"""A colleague of Jac's."""

RAN, HELD, BROKE_OFF = run(at=EARLIER), run(RunStatus.HELD), run(RunStatus.INTERRUPTED)
NANT_RAN, NANT_HELD = run(school=NANT, at=EARLIER), run(RunStatus.HELD, NANT)
AT_NANT = account_of(SEREN_AT_NANT, NANT)
HERE = account_of(SEREN)
LAST_YEARS = replace(HERE, year_group="6", class_name="6A")
LINE_7 = Text("error.export-line", {"file": "users.csv", "line": 7})
EXPORTED = replace(stands(extract(SEREN), last_success=RAN, covered=[SEREN]), accounts_as_of=NOW)
"""Glan, whose client ran with the record, and whose accounts are as the portal's newer export shows them."""


def refused(person: Learner, records: SchoolRecords, account: Account | None = None) -> SchoolRecords:
    """A school where the change was rejected that a learner's record asks for of an account."""
    changes = planned(extract(person, school=records.school), *([account] if account else [])).changes
    assert len(changes) == 1
    refusal = StoredChange(changes[0].fingerprint, changes[0].kind, person.kind, person.identifier)
    return replace(records, refusals=(refusal,))


@dataclass(frozen=True)
class HandBuilt:
    """A case, what is asked about it, and what the answer must be."""

    question: Question
    case: Case
    causes: tuple[str, ...]
    next: str
    steps: Mapping[str, str] = field(default_factory=dict)


MISSING, OLD_CLASS = Question.WHY_MISSING, Question.OLD_CLASS
