"""Each step about the school's own records: the whole verdict, with its evidence's date and its cause."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from diagnostics.case import Case
from diagnostics.steps import STEPS
from knowledge.texts import Text
from provisioning.records.people import Kind
from provisioning.store.decisions import StoredChange
from tests.builders import (
    NOW,
    TODAY,
    case_of,
    extract,
    learner,
    planned,
    staff_member,
    stands,
    upn,
)
from tests.diagnostics.hand_built import (
    BROKE_OFF,
    EARLIER,
    HELD,
    HERE,
    JAC,
    RAN,
    SEREN,
    refused,
)
from tests.diagnostics.step_cases import (
    AN_HOUR_AGO,
    BEHIND,
    BY_AGE,
    DEADLINE,
    EXPORTED,
    FAILED,
    FAILS,
    GLAN_RAN,
    GLAN_UNREADABLE,
    GLAN_WITHOUT,
    GLANS,
    HOLDS,
    JACS,
    JOINS,
    LAST_YEARS,
    LATER,
    LEFT_GLAN,
    MOVED,
    NANT_LEFT,
    NOT_APPLICABLE,
    NOT_REACHED,
    RELEASED,
    ROW,
    SUBSIDIARY,
    THIS_YEAR,
    UNKNOWN,
    UNREADABLE,
    WRONG,
    Expected,
    at_glan,
    from_nant,
    of_jac,
    typed,
    verdict,
)

OWN_STEPS: dict[str, dict[str, tuple[Case, Expected]]] = {
    "identifier": {
        "the school has a record": (at_glan(), (HOLDS, "known")),
        "a valid UPN that the school does not know": (typed(upn(9)), (HOLDS, "valid")),
        "a temporary one": (typed(upn(9, temporary="A")), (HOLDS, "temporary")),
        "a wrong check letter": (
            typed(WRONG, near=("A1", "B2")),
            (
                FAILS,
                "fault-check-letter",
                None,
                "identifier-invalid",
                {"identifier": WRONG, "length": 13, "near": "A1, B2"},
            ),
        ),
        "too short": (
            typed("A12"),
            (
                FAILS,
                "fault-length",
                None,
                "identifier-invalid",
                {"identifier": "A12", "length": 3, "near": ""},
            ),
        ),
    },
    "mis-record": {
        "a complete record": (at_glan(), (HOLDS, "complete", NOW, None, {"line": 2})),
        "not a UPN": (typed("A12"), (NOT_REACHED, "")),
        "the extract can't be read": (
            at_glan(GLAN_UNREADABLE, account=HERE),
            (FAILS, "unreadable", None, "extract-unreadable", {"problem": UNREADABLE}),
        ),
        "the row was rejected": (
            at_glan(GLAN_WITHOUT, rejections=(replace(ROW, value="x"), SUBSIDIARY)),
            (
                FAILS,
                "rejected",
                NOW,
                "row-rejected",
                {"file": "learners.csv", "line": 2, "reason": Text("reason.name-missing", {"value": "x"})},
            ),
        ),
        "no row": (
            at_glan(GLAN_WITHOUT),
            (FAILS, "none", NOW, "not-in-mis", {"identifier": upn(1), "near": "", **GLANS}),
        ),
    },
    "staff-record": {
        "a complete record": (of_jac(), (HOLDS, "complete", NOW, None, {"line": 2})),
        "no row": (
            case_of(JAC, GLAN_WITHOUT),
            (FAILS, "none", NOW, "not-in-mis", {"identifier": "JEV", "near": "", **GLANS}),
        ),
    },
    "on-roll": {
        "no record": (at_glan(GLAN_WITHOUT), (NOT_REACHED, "")),
        "on roll": (
            at_glan(),
            (HOLDS, "on-roll", SEREN.admission_date, None, {"joins": SEREN.admission_date}),
        ),
        "left today": (
            at_glan(stands(extract(LEFT_GLAN))),
            (FAILS, "left", TODAY, "already-left", {"leaving": TODAY}),
        ),
        "joins in fifteen days": (
            at_glan(stands(extract(LATER))),
            (FAILS, "not-yet", JOINS, "not-yet-on-roll", {"joins": JOINS, "ready": date(2026, 9, 8)}),
        ),
    },
    "own-last-run": {
        "not a UPN": (typed("A12"), (NOT_REACHED, "")),
        "never": (at_glan(stands(extract(SEREN))), (FAILS, "never", None, "never-run", GLANS)),
        "the only run failed": (
            at_glan(stands(extract(SEREN), latest=FAILED)),
            (
                FAILS,
                "failed",
                NOW,
                "run-failed",
                {**GLANS, "ran": NOW, "error": Text("run-mended.why", {"error": FAILED.error})},
            ),
        ),
        "the account is there, whatever the latest run did": (
            at_glan(replace(GLAN_RAN, latest=FAILED), account=HERE),
            (HOLDS, "ran", EARLIER, None, {**GLANS, "ran": EARLIER}),
        ),
        "no record, and the latest run failed": (
            at_glan(replace(GLAN_WITHOUT, latest=FAILED)),
            (HOLDS, "ran", EARLIER, None, {**GLANS, "ran": EARLIER}),
        ),
        "the extract can't be read, and the latest run failed": (
            at_glan(replace(GLAN_UNREADABLE, latest=BROKE_OFF)),
            (FAILS, "failed", NOW, "run-failed", {**GLANS, "ran": NOW, "error": None}),
        ),
        "the extract can't be read, and no run has met it yet": (
            at_glan(GLAN_UNREADABLE),
            (HOLDS, "ran", EARLIER, None, {**GLANS, "ran": EARLIER}),
        ),
        "not on roll yet": (
            at_glan(stands(extract(LATER), last_success=RAN, latest=HELD)),
            (HOLDS, "ran", EARLIER, None, {**GLANS, "ran": EARLIER}),
        ),
        "a person decided against it": (
            at_glan(refused(SEREN, GLAN_RAN)),
            (FAILS, "refused", EARLIER, "refused", {**GLANS, "ran": EARLIER}),
        ),
        "before the record": (
            at_glan(stands(extract(SEREN), last_success=RAN)),
            (FAILS, "before-record", EARLIER, "not-run-since-record", {**GLANS, "ran": EARLIER}),
        ),
        "before the record, and the run since is held": (
            at_glan(stands(extract(SEREN), last_success=RAN, latest=HELD)),
            (FAILS, "held", NOW, "run-held", {**GLANS, "ran": NOW}),
        ),
        "before the release": (
            at_glan(account=RELEASED, previous=NANT_LEFT),
            (
                FAILS,
                "before-release",
                EARLIER,
                "not-run-since-release",
                {**GLANS, "ran": EARLIER, "released": AN_HOUR_AGO},
            ),
        ),
        "before the release, and the run since failed": (
            at_glan(replace(GLAN_RAN, latest=BROKE_OFF), account=RELEASED, previous=NANT_LEFT),
            (FAILS, "failed", NOW, "run-failed", {**GLANS, "ran": NOW, "error": None}),
        ),
        "it had the record, and the account is elsewhere": (
            from_nant(NANT_LEFT),
            (HOLDS, "ran", EARLIER, None, {**GLANS, "ran": EARLIER}),
        ),
        "it had the record, and there is no account": (
            at_glan(),
            (FAILS, "before-decision", EARLIER, "not-run-since-record", {**GLANS, "ran": EARLIER}),
        ),
        "it had the record of a learner not on roll by its day": (
            at_glan(
                stands(
                    extract(SEREN),
                    last_success=RAN,
                    covered=[learner(1, admission_date=EARLIER.date() + timedelta(days=15))],
                )
            ),
            (FAILS, "before-record", EARLIER, "not-run-since-record", {**GLANS, "ran": EARLIER}),
        ),
    },
    "account-visible": {
        "visible": (
            at_glan(EXPORTED, account=HERE),
            (HOLDS, "visible", AN_HOUR_AGO, None, {**GLANS, "username": HERE.username}),
        ),
        "at another school": (
            from_nant(NANT_LEFT, EXPORTED),
            (FAILS, "not-visible", AN_HOUR_AGO, None, GLANS),
        ),
    },
    "transferred-account": {
        "no account": (at_glan(), (NOT_REACHED, "")),
        "new": (at_glan(account=HERE), (NOT_APPLICABLE, "new")),
        "transferred": (
            at_glan(account=MOVED),
            (HOLDS, "transferred", AN_HOUR_AGO, "transferred", {"arrived": AN_HOUR_AGO}),
        ),
    },
    "password-reset": {
        "no account": (at_glan(), (NOT_REACHED, "")),
        "new": (at_glan(account=HERE), (HOLDS, "new", None, "new-account", {})),
        "transferred": (at_glan(account=MOVED), (HOLDS, "transferred")),
    },
    "mis-rolled-over": {
        "the extract can't be read": (at_glan(GLAN_UNREADABLE), (UNKNOWN, "unreadable")),
        "no dates of birth": (at_glan(), (UNKNOWN, "no-births", NOW, None, DEADLINE)),
        "in last year's year groups": (
            at_glan(stands(extract(BEHIND))),
            (FAILS, "behind", NOW, "mis-not-rolled-over", DEADLINE),
        ),
        "in this year's": (at_glan(stands(extract(BY_AGE))), (HOLDS, "done", NOW, None, DEADLINE)),
    },
    "class-current": {
        "no account": (at_glan(), (NOT_REACHED, "")),
        "no record": (at_glan(GLAN_WITHOUT, account=HERE), (NOT_REACHED, "")),
        "the same": (at_glan(account=HERE), (HOLDS, "same", NOW, None, THIS_YEAR)),
        "last year's": (
            at_glan(account=LAST_YEARS),
            (FAILS, "differs", NOW, None, {"mis": "7 / 7A", "account": "6"}),
        ),
    },
    "client-run": {
        "no account": (at_glan(), (NOT_REACHED, "")),
        "no record": (at_glan(GLAN_WITHOUT, account=HERE), (NOT_REACHED, "")),
        "never": (
            at_glan(stands(extract(SEREN)), account=HERE),
            (FAILS, "never", None, "never-run", GLANS),
        ),
        "the only run is held": (
            at_glan(stands(extract(SEREN), latest=HELD), account=HERE),
            (FAILS, "held", NOW, "run-held", {**GLANS, "ran": NOW}),
        ),
        "the class is this year's": (
            at_glan(replace(GLAN_RAN, latest=FAILED), account=HERE),
            (HOLDS, "ran", EARLIER, None, {**GLANS, "ran": EARLIER}),
        ),
        "a person decided against the new class": (
            at_glan(refused(SEREN, GLAN_RAN, LAST_YEARS), account=LAST_YEARS),
            (FAILS, "refused", EARLIER, "refused", {**GLANS, "ran": EARLIER}),
        ),
        "before the record": (
            at_glan(account=LAST_YEARS),
            (FAILS, "before-record", EARLIER, "not-run-since-record", {**GLANS, "ran": EARLIER}),
        ),
        "before the record, and the run since broke off": (
            at_glan(replace(GLAN_RAN, latest=BROKE_OFF), account=LAST_YEARS),
            (FAILS, "failed", NOW, "run-failed", {**GLANS, "ran": NOW, "error": None}),
        ),
    },
}


@pytest.mark.parametrize(
    ("step", "case", "expected"),
    [
        pytest.param(step, case, expected, id=f"{step}: {name}")
        for step, cases in OWN_STEPS.items()
        for name, (case, expected) in cases.items()
    ],
)
def test_a_step(step: str, case: Case, expected: Expected) -> None:
    assert STEPS[step](case) == verdict(step, expected)


def test_a_staff_member_is_refused_by_kind_and_code() -> None:
    """A decision about a learner whose UPN were that code is none about the member of staff."""
    (change,) = planned(extract(JAC)).changes
    (alike,) = planned(extract(replace(SEREN, upn="JEV"))).changes
    others = replace(JACS, refusals=(StoredChange(alike.fingerprint, "create", Kind.LEARNER, "JEV"),))
    own = replace(JACS, refusals=(StoredChange(change.fingerprint, "create", Kind.STAFF, "JEV"),))
    assert STEPS["own-last-run"](case_of(staff_member(), others)).cause == "not-run-since-record"
    assert STEPS["own-last-run"](case_of(staff_member(), own)).cause == "refused"
