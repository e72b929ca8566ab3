"""Each step about another school's records: the whole verdict, with its evidence's date and its cause."""

from dataclasses import replace
from datetime import timedelta

import pytest

from diagnostics.case import Case
from diagnostics.steps import STEPS
from provisioning.records.rejections import Reason
from tests.builders import (
    BRYN,
    NANT,
    NOW,
    TODAY,
    account_of,
    case_of,
    extract,
    rejected,
    released,
    stands,
)
from tests.diagnostics.hand_built import (
    AT_NANT,
    EARLIER,
    ELIN,
    HERE,
    JAC,
    LEFT_NANT,
    NANT_HELD,
    RAN,
    SEREN,
    SEREN_AT_NANT,
    refused,
)
from tests.diagnostics.step_cases import (
    AN_HOUR_AGO,
    EXPORTED,
    FAILS,
    GLAN_RAN,
    GLAN_WITHOUT,
    GLANS,
    HOLDS,
    JAC_AT_NANT,
    LEFT_GLAN,
    NANT_FAILED,
    NANT_LEFT,
    NANT_STAYED,
    NANT_UNREADABLE,
    NANT_WITHOUT,
    NANTS,
    NANTS_JAC,
    NANTS_JAC_LEFT,
    NOT_APPLICABLE,
    NOT_REACHED,
    PAUSE,
    RELEASED,
    SENT,
    TOMORROW,
    UNKNOWN,
    Expected,
    at_glan,
    from_nant,
    of_jac,
    verdict,
)
from tests.diagnostics.test_steps import OWN_STEPS

STEPS_ELSEWHERE: dict[str, dict[str, tuple[Case, Expected]]] = {
    "previous-school-leaving-date": {
        "no school has an account": (
            at_glan(EXPORTED),
            (UNKNOWN, "nowhere", AN_HOUR_AGO, "previous-school-unknown", {}),
        ),
        "no school had an account before the last run": (
            at_glan(replace(GLAN_RAN, accounts_as_of=EARLIER - timedelta(hours=1))),
            (UNKNOWN, "nowhere-yet", EARLIER - timedelta(hours=1), None, {}),
        ),
        "no account, and a person decided against one": (
            at_glan(refused(SEREN, GLAN_RAN)),
            (NOT_APPLICABLE, "no-account"),
        ),
        "no account, and no run had the record": (
            at_glan(stands(extract(SEREN), last_success=RAN)),
            (NOT_APPLICABLE, "no-account"),
        ),
        "the school knows nothing of the learner": (
            from_nant(NANT_LEFT, GLAN_WITHOUT),
            (NOT_REACHED, ""),
        ),
        "the main registration is elsewhere": (
            from_nant(NANT_LEFT, GLAN_WITHOUT, **SENT),
            (NOT_APPLICABLE, "registered-elsewhere"),
        ),
        "the learner has left this school": (
            from_nant(NANT_STAYED, stands(extract(LEFT_GLAN), last_success=RAN)),
            (NOT_APPLICABLE, "left"),
        ),
        "the account is here": (at_glan(account=HERE), (NOT_APPLICABLE, "here")),
        "the account is here, and was another's": (
            at_glan(account=HERE, previous=NANT_LEFT),
            (NOT_APPLICABLE, "here"),
        ),
        "this school released the account itself": (
            at_glan(account=released(HERE)),
            (NOT_APPLICABLE, "here"),
        ),
        "released": (
            from_nant(NANT_LEFT, account=RELEASED),
            (HOLDS, "released", AN_HOUR_AGO, None, {**NANTS, "released": AN_HOUR_AGO}),
        ),
        "the previous school's extract can't be read": (
            from_nant(NANT_UNREADABLE),
            (UNKNOWN, "unreadable", None, None, NANTS),
        ),
        "no record there": (
            from_nant(NANT_WITHOUT),
            (FAILS, "no-record", NOW, "previous-school-no-leaving-date", NANTS),
        ),
        "no leaving date there": (
            from_nant(NANT_STAYED),
            (FAILS, "none", NOW, "previous-school-no-leaving-date", NANTS),
        ),
        "leaves tomorrow": (
            from_nant(stands(extract(replace(SEREN_AT_NANT, leaving_date=TOMORROW), school=NANT), NANT)),
            (FAILS, "to-come", NOW, "previous-school-no-leaving-date", NANTS),
        ),
        "left": (from_nant(NANT_LEFT), (HOLDS, "entered", NOW, None, NANTS)),
    },
    "previous-school-run": {
        "no account": (at_glan(), (NOT_APPLICABLE, "no-account")),
        "released": (
            from_nant(NANT_LEFT, account=RELEASED),
            (HOLDS, "released", AN_HOUR_AGO, None, {**NANTS, "released": AN_HOUR_AGO}),
        ),
        "no record there": (from_nant(NANT_WITHOUT), (NOT_REACHED, "")),
        "still at the previous school": (from_nant(NANT_STAYED), (NOT_REACHED, "")),
        "its extract can't be read": (
            from_nant(NANT_UNREADABLE),
            (FAILS, "unreadable", EARLIER, "previous-school-run-failed", NANTS),
        ),
        "its extract can't be read, and it never ran": (
            from_nant(replace(NANT_UNREADABLE, latest=None, last_success=None)),
            (FAILS, "unreadable", None, "previous-school-run-failed", NANTS),
        ),
        "its latest run failed": (
            from_nant(replace(NANT_LEFT, latest=NANT_FAILED)),
            (FAILS, "failed", NOW, "previous-school-run-failed", {**NANTS, "ran": NOW}),
        ),
        "its latest run is held": (
            from_nant(replace(NANT_LEFT, latest=NANT_HELD)),
            (FAILS, "held", NOW, "previous-school-run-held", {**NANTS, "ran": NOW}),
        ),
        "a person decided there against the release": (
            from_nant(refused(LEFT_NANT, NANT_LEFT, AT_NANT)),
            (FAILS, "refused", EARLIER, "previous-school-run-held", NANTS),
        ),
        "leavers keep their accounts until tomorrow": (
            from_nant(NANT_LEFT, pauses=(PAUSE,)),
            (FAILS, "paused", None, "previous-school-not-run", {**NANTS, "until": TOMORROW}),
        ),
        "leavers kept their accounts until today": (
            from_nant(NANT_LEFT, pauses=(PAUSE.model_copy(update={"until": TODAY}),)),
            (FAILS, "before-leaving-date", EARLIER, "previous-school-not-run", {**NANTS, "ran": EARLIER}),
        ),
        "it never ran": (
            from_nant(replace(NANT_LEFT, latest=None, last_success=None)),
            (FAILS, "never", None, "previous-school-not-run", NANTS),
        ),
        "it has not run since": (
            from_nant(NANT_LEFT),
            (FAILS, "before-leaving-date", EARLIER, "previous-school-not-run", {**NANTS, "ran": EARLIER}),
        ),
    },
    "staff-compared": {
        "there is an account": (
            of_jac(account=account_of(JAC), colleague=ELIN),
            (NOT_APPLICABLE, "has-account"),
        ),
        "there is no record": (
            case_of(JAC, stands(extract(ELIN)), colleague=ELIN),
            (NOT_REACHED, "not-reached"),
        ),
        "no colleague has an account": (of_jac(), (NOT_APPLICABLE, "no-colleague")),
        "it is alike": (of_jac(colleague=ELIN), (HOLDS, "alike", NOW, None, {"line": 9})),
        "only the e-mail address differs": (
            of_jac(colleague=replace(ELIN, email="e@glan.example")),
            (UNKNOWN, "differs", NOW, None, {"line": 9, "fields": [["email", "empty"]]}),
        ),
        "the code has another shape, and there is a leaving date": (
            of_jac(
                record=replace(JAC, staff_code="J 12", leaving_date=TODAY),
                colleague=ELIN,
            ),
            (
                FAILS,
                "differs",
                NOW,
                None,
                {"line": 9, "fields": [["staff-code", "shape"], ["leaving-date", "filled"]]},
            ),
        ),
        "the start date can't be read": (
            case_of(
                JAC,
                stands(extract(ELIN)),
                rejections=(
                    replace(rejected(JAC, Reason.DATE_UNREADABLE), faults=(("start_date", "unreadable"),)),
                ),
                colleague=ELIN,
            ),
            (FAILS, "differs", NOW, None, {"line": 9, "fields": [["start-date", "unreadable"]]}),
        ),
    },
    "old-school-left": {
        "no namesake": (of_jac(), (UNKNOWN, "not-found")),
        "two namesakes": (
            of_jac((JAC_AT_NANT, NANTS_JAC), (account_of(JAC, BRYN), stands(extract(school=BRYN), BRYN))),
            (UNKNOWN, "not-found"),
        ),
        "released": (
            of_jac((released(JAC_AT_NANT, AN_HOUR_AGO), NANTS_JAC)),
            (HOLDS, "released", AN_HOUR_AGO, None, {**NANTS, "released": AN_HOUR_AGO}),
        ),
        "the old school's extract can't be read": (
            of_jac((JAC_AT_NANT, NANT_UNREADABLE)),
            (UNKNOWN, "unreadable", None, None, NANTS),
        ),
        "no record there": (
            of_jac((JAC_AT_NANT, NANT_WITHOUT)),
            (FAILS, "none", NOW, None, NANTS),
        ),
        "no leaving date there": (of_jac((JAC_AT_NANT, NANTS_JAC)), (FAILS, "none", NOW, None, NANTS)),
        "left": (of_jac((JAC_AT_NANT, NANTS_JAC_LEFT)), (HOLDS, "entered", NOW, None, NANTS)),
    },
    "old-school-run": {
        "no namesake": (of_jac(), (UNKNOWN, "not-found")),
        "released": (
            of_jac((released(JAC_AT_NANT, AN_HOUR_AGO), NANTS_JAC)),
            (HOLDS, "released", AN_HOUR_AGO, None, {**NANTS, "released": AN_HOUR_AGO}),
        ),
        "it has not run since": (
            of_jac((JAC_AT_NANT, NANTS_JAC)),
            (FAILS, "not-released", EARLIER, None, {**NANTS, "ran": EARLIER}),
        ),
        "it never ran": (
            of_jac((JAC_AT_NANT, NANTS_JAC_LEFT)),
            (FAILS, "not-released", None, None, {**NANTS, "ran": None}),
        ),
    },
    "move-request": {
        "an account is here": (
            of_jac(account=account_of(JAC)),
            (HOLDS, "account", None, "contact-service-desk", GLANS),
        ),
        "no account is here": (of_jac(), (HOLDS, "no-account", None, "contact-service-desk", GLANS)),
    },
}


@pytest.mark.parametrize(
    ("step", "case", "expected"),
    [
        pytest.param(step, case, expected, id=f"{step}: {name}")
        for step, cases in STEPS_ELSEWHERE.items()
        for name, (case, expected) in cases.items()
    ],
)
def test_a_step(step: str, case: Case, expected: Expected) -> None:
    assert STEPS[step](case) == verdict(step, expected)


def test_every_step_has_its_cases() -> None:
    assert {*OWN_STEPS, *STEPS_ELSEWHERE} == set(STEPS)
