"""Cases of Seren and Jac at Glan, for the steps of a diagnosis; and how a step's verdict is written."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from diagnostics.case import Case
from diagnostics.verdict import Outcome, Verdict
from knowledge.models import Pause
from knowledge.texts import Text
from provisioning.records.rejections import Reason
from provisioning.records.runs import RunStatus
from tests.builders import (
    GLAN,
    NANT,
    NOW,
    TODAY,
    account_of,
    case_of,
    extract,
    learner,
    rejected,
    released,
    run,
    stands,
    upn,
)
from tests.diagnostics.hand_built import (
    AT_NANT,
    HERE,
    JAC,
    LEFT_NANT,
    NANT_RAN,
    RAN,
    SEREN,
    SEREN_AT_NANT,
)

HOLDS, FAILS, UNKNOWN = Outcome.HOLDS, Outcome.FAILS, Outcome.UNKNOWN
NOT_APPLICABLE, NOT_REACHED = Outcome.NOT_APPLICABLE, Outcome.NOT_REACHED
TOMORROW = TODAY + timedelta(days=1)
UNREADABLE = Text("error.extract-missing", {})
AN_HOUR_AGO = NOW - timedelta(hours=1)
FAILED = replace(run(RunStatus.FAILED), error=Text("error.extract-missing"))
NANT_FAILED = run(RunStatus.FAILED, NANT)
GLANS, NANTS = {"school": GLAN.name}, {"previous": NANT.name}

GLAN_RAN = stands(extract(SEREN), last_success=RAN, covered=[SEREN])
GLAN_UNREADABLE = replace(stands(extract(), last_success=RAN), extract=None, problem=UNREADABLE)
GLAN_WITHOUT = stands(extract(), last_success=RAN)
EXPORTED = replace(GLAN_RAN, accounts_as_of=AN_HOUR_AGO)
JACS = stands(extract(JAC), last_success=RAN, covered=[JAC])

NANT_LEFT = stands(extract(LEFT_NANT, school=NANT), NANT, last_success=NANT_RAN)
NANT_STAYED = stands(extract(SEREN_AT_NANT, school=NANT), NANT, last_success=NANT_RAN)
NANT_WITHOUT = stands(extract(school=NANT), NANT, last_success=NANT_RAN)
NANT_UNREADABLE = replace(NANT_LEFT, extract=None, problem=UNREADABLE)
RELEASED = released(AT_NANT, AN_HOUR_AGO)
LEFT_GLAN = learner(1, leaving_date=TODAY)

Expected = tuple[Outcome, str] | tuple[Outcome, str, datetime | date | None, str | None, dict[str, Any]]


def at_glan(of: Any = GLAN_RAN, **fields: Any) -> Case:
    """Seren at Glan."""
    return case_of(SEREN, of, **fields)


def from_nant(previous: Any, of: Any = GLAN_RAN, **fields: Any) -> Case:
    """Seren at Glan, whose account is still Nant's."""
    return case_of(SEREN, of, **{"account": AT_NANT, "previous": previous} | fields)


def typed(identifier: str, of: Any = GLAN_WITHOUT, **fields: Any) -> Case:
    """A UPN of which Glan knows nothing."""
    return replace(case_of(SEREN, of, **fields), identifier=identifier)


WRONG = "A" + upn(1)[1:] if upn(1)[0] != "A" else "B" + upn(1)[1:]
ROW = rejected(SEREN)
SUBSIDIARY = rejected(SEREN, Reason.NOT_MAIN_REGISTRATION)
SENT = {"rejections": (SUBSIDIARY,)}
JOINS = date(2026, 9, 22)
LATER = learner(1, admission_date=JOINS)
MOVED = replace(HERE, arrived_from=NANT.number, arrived_at=AN_HOUR_AGO)
LAST_YEARS = replace(HERE, year_group="6", class_name=None)
THIS_YEAR = {"mis": "7 / 7A", "account": "7 / 7A"}
BY_AGE, BEHIND = (learner(1, date_of_birth=date(2015, 3, 1), year_group=year) for year in ("7", "6"))
DEADLINE = {**GLANS, "deadline": date(2026, 8, 21)}
JAC_AT_NANT = account_of(JAC, NANT)
NANTS_JAC = stands(extract(JAC, school=NANT), NANT, last_success=NANT_RAN)
NANTS_JAC_LEFT = stands(extract(replace(JAC, leaving_date=date(2026, 8, 31)), school=NANT), NANT)
PAUSE = Pause(year_groups=("6",), left_after=date(2026, 7, 1), until=TOMORROW)


def of_jac(*namesakes: Any, **fields: Any) -> Case:
    accounts = tuple(account for account, _ in namesakes)
    old_school = namesakes[0][1] if namesakes else None
    return case_of(JAC, JACS, namesakes=accounts, old_school=old_school, **fields)


def verdict(step: str, expected: Expected) -> Verdict:
    outcome, detail, as_of, cause, values = expected if len(expected) == 5 else (*expected, None, None, {})
    if outcome is NOT_REACHED:
        return Verdict(step, NOT_REACHED, Text("step.not-reached"))
    return Verdict(step, outcome, Text(f"step.{step}.{detail}", values), as_of, cause)
