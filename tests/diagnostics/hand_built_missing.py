"""Hand-built cases of a missing account: doubts, runs held, broken off or never made, rejected changes."""

from dataclasses import replace
from datetime import date

from diagnostics.case import OfAnother
from knowledge.ids import Question
from provisioning.records.plans import DoubtReason
from provisioning.records.rejections import Reason
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
)
from tests.diagnostics.hand_built import (
    AT_NANT,
    BROKE_OFF,
    EARLIER,
    HELD,
    HERE,
    JAC,
    LEFT_NANT,
    MISSING,
    NANT_HELD,
    NANT_RAN,
    RAN,
    SEREN,
    SEREN_AT_NANT,
    HandBuilt,
    refused,
)

MISSING_CASES = {
    "the account that Nant has released seems to be another learner's": HandBuilt(
        MISSING,
        case_of(
            SEREN,
            stands(extract(SEREN), last_success=run(), covered=[SEREN]),
            account=released(AT_NANT),
            previous=stands(extract(LEFT_NANT, school=NANT), NANT, last_success=NANT_RAN),
            doubt=DoubtReason.IDENTITY_DOUBT,
        ),
        ("identity-doubt",),
        "provisioning-manager",
        {
            "own-last-run": "holds: ran",
            "previous-school-leaving-date": "not-applicable: in-doubt",
            "previous-school-run": "not-applicable: in-doubt",
            "account-visible": "fails: identity-doubt",
        },
    ),
    "a person decided that the account under her UPN is another learner's, who is active here": HandBuilt(
        MISSING,
        case_of(
            SEREN,
            stands(extract(), last_success=RAN),
            rejections=(rejected(SEREN, Reason.UPN_DUPLICATE),),
            of_another=OfAnother(HERE, 7, EARLIER),
        ),
        ("row-rejected",),
        "mis-administrator",
        {"mis-record": "fails: another-person", "account-visible": "fails: of-another"},
    ),
    "a person decided that the account under her UPN is another learner's, at another school": HandBuilt(
        MISSING,
        case_of(
            SEREN,
            stands(extract(), last_success=RAN),
            rejections=(rejected(SEREN, Reason.UPN_DUPLICATE),),
            of_another=OfAnother(AT_NANT, 7, EARLIER),
        ),
        ("row-rejected",),
        "mis-administrator",
        {"mis-record": "fails: another-person", "account-visible": "fails: of-another-not-here"},
    ),
    "the school is closed, and another has the account by now": HandBuilt(
        MISSING,
        case_of(
            SEREN,
            replace(stands(extract(SEREN), last_success=RAN), school=replace(GLAN, closed_on=TODAY)),
            account=AT_NANT,
            previous=stands(extract(SEREN_AT_NANT, school=NANT), NANT, last_success=NANT_RAN),
        ),
        ("already-left",),
        "local-authority",
        {
            "on-roll": "fails: closed",
            "own-last-run": "not-applicable: closed",
            "previous-school-leaving-date": "not-applicable: left",
            "previous-school-run": "not-applicable: left",
        },
    ),
    "a member of staff had the account at a school that has closed": HandBuilt(
        Question.MOVE_ACCOUNT,
        case_of(
            JAC,
            stands(extract(JAC), last_success=RAN),
            namesakes=(account_of(JAC, NANT),),
            old_school=stands(extract(school=NANT), replace(NANT, closed_on=TODAY)),
        ),
        ("contact-service-desk",),
        "staff-member",
        {"old-school-left": "holds: closed", "old-school-run": "holds: closed"},
    ),
    "the learner seems to have an account here under another UPN": HandBuilt(
        MISSING,
        case_of(
            SEREN,
            stands(extract(SEREN), last_success=run(), covered=[SEREN]),
            account=account_of(learner(2)),
            doubt=DoubtReason.LOOKS_LIKE,
        ),
        ("identity-doubt",),
        "provisioning-manager",
        {"account-visible": "fails: looks-like"},
    ),
    "changes of this school's latest run are held, and the record is newer than its last success": HandBuilt(
        MISSING,
        case_of(SEREN, stands(extract(SEREN), last_success=RAN, latest=HELD)),
        ("run-held",),
        "provisioning-manager",
        {"own-last-run": "fails: held"},
    ),
    "the school's only run is held": HandBuilt(
        MISSING,
        case_of(SEREN, stands(extract(SEREN), latest=HELD)),
        ("run-held",),
        "provisioning-manager",
        {"own-last-run": "fails: held"},
    ),
    "the account was released after the last success, and the run since is held": HandBuilt(
        MISSING,
        case_of(
            SEREN,
            stands(extract(SEREN), last_success=RAN, latest=HELD, covered=[SEREN]),
            account=released(AT_NANT),
            previous=stands(extract(LEFT_NANT, school=NANT), NANT, last_success=NANT_RAN),
        ),
        ("run-held",),
        "provisioning-manager",
        {"own-last-run": "fails: held", "previous-school-run": "holds: released"},
    ),
    "a member of staff waits for a held run": HandBuilt(
        MISSING,
        case_of(JAC, stands(extract(JAC), last_success=RAN, latest=HELD)),
        ("run-held",),
        "provisioning-manager",
        {"staff-record": "holds: complete", "own-last-run": "fails: held"},
    ),
    "a held run does not matter to a learner who has an account": HandBuilt(
        MISSING,
        case_of(SEREN, stands(extract(SEREN), last_success=RAN, latest=HELD, covered=[SEREN]), account=HERE),
        ("present",),
        "nobody",
        {"own-last-run": "holds: ran"},
    ),
    "a run that broke off has failed": HandBuilt(
        MISSING,
        case_of(SEREN, stands(extract(SEREN), last_success=RAN, latest=BROKE_OFF)),
        ("run-failed",),
        "provisioning-manager",
        {"own-last-run": "fails: failed"},
    ),
    "changes of the previous school's latest run are held": HandBuilt(
        MISSING,
        case_of(
            SEREN,
            stands(extract(SEREN), last_success=RAN, covered=[SEREN]),
            account=AT_NANT,
            previous=stands(extract(LEFT_NANT, school=NANT), NANT, last_success=NANT_RAN, latest=NANT_HELD),
        ),
        ("previous-school-run-held",),
        "previous-provisioning-manager",
        {"previous-school-leaving-date": "holds: entered", "previous-school-run": "fails: held"},
    ),
    "both schools' runs are held: the previous school's is to be mended first": HandBuilt(
        MISSING,
        case_of(
            SEREN,
            stands(extract(SEREN), last_success=RAN, latest=HELD),
            account=AT_NANT,
            previous=stands(extract(LEFT_NANT, school=NANT), NANT, last_success=NANT_RAN, latest=NANT_HELD),
        ),
        ("previous-school-run-held", "run-held"),
        "previous-provisioning-manager",
    ),
    "the previous school is closed: no school has to release the account": HandBuilt(
        MISSING,
        case_of(
            SEREN,
            stands(extract(SEREN), last_success=RAN),
            account=AT_NANT,
            previous=stands(
                extract(SEREN_AT_NANT, school=NANT), replace(NANT, closed_on=TODAY), last_success=NANT_RAN
            ),
        ),
        ("not-run-since-record",),
        "provisioning-manager",
        {"previous-school-leaving-date": "holds: closed", "previous-school-run": "holds: closed"},
    ),
    "the client has never run successfully for the previous school": HandBuilt(
        MISSING,
        case_of(
            SEREN,
            stands(extract(SEREN), last_success=RAN, covered=[SEREN]),
            account=AT_NANT,
            previous=stands(extract(LEFT_NANT, school=NANT), NANT),
        ),
        ("previous-school-not-run",),
        "previous-provisioning-manager",
        {"previous-school-run": "fails: never"},
    ),
    "the last run had the record and made no account; a decision since lets the next run make it": HandBuilt(
        MISSING,
        case_of(SEREN, stands(extract(SEREN), last_success=RAN, covered=[SEREN])),
        ("not-run-since-record",),
        "provisioning-manager",
        {
            "own-last-run": "fails: before-decision",
            "previous-school-leaving-date": "not-applicable: no-account",
            "previous-school-run": "not-applicable: no-account",
        },
    ),
    "the last run had the record, but by its own day the learner was not on roll yet": HandBuilt(
        MISSING,
        case_of(
            learner(1, admission_date=date(2026, 9, 20)),
            stands(
                extract(learner(1, admission_date=date(2026, 9, 20))),
                last_success=RAN,
                covered=[learner(1, admission_date=date(2026, 9, 20))],
            ),
        ),
        ("not-run-since-record",),
        "provisioning-manager",
    ),
    "a person decided against the change that is asked for": HandBuilt(
        MISSING,
        case_of(SEREN, refused(SEREN, stands(extract(SEREN), last_success=RAN, covered=[SEREN]))),
        ("refused",),
        "provisioning-manager",
        {"own-last-run": "fails: refused", "previous-school-leaving-date": "not-applicable: no-account"},
    ),
    "a person decided at the previous school against releasing the account": HandBuilt(
        MISSING,
        case_of(
            SEREN,
            stands(extract(SEREN), last_success=RAN, covered=[SEREN]),
            account=AT_NANT,
            previous=refused(
                LEFT_NANT, stands(extract(LEFT_NANT, school=NANT), NANT, last_success=NANT_RAN), AT_NANT
            ),
        ),
        ("previous-school-run-held",),
        "previous-provisioning-manager",
        {"previous-school-leaving-date": "holds: entered", "previous-school-run": "fails: refused"},
    ),
    "a person decided against releasing the account by another leaving date": HandBuilt(
        MISSING,
        case_of(
            SEREN,
            stands(extract(SEREN), last_success=RAN, covered=[SEREN]),
            account=AT_NANT,
            previous=refused(
                replace(LEFT_NANT, leaving_date=date(2025, 7, 18)),
                stands(extract(LEFT_NANT, school=NANT), NANT, last_success=NANT_RAN),
                AT_NANT,
            ),
        ),
        ("previous-school-not-run",),
        "previous-provisioning-manager",
        {"previous-school-run": "fails: before-leaving-date"},
    ),
    "the account is there by a run of some people alone, after the school's last run": HandBuilt(
        MISSING,
        case_of(SEREN, stands(extract(SEREN), last_success=RAN), account=HERE, ran_alone_at=NOW),
        ("present",),
        "nobody",
        {"own-last-run": "holds: ran-alone"},
    ),
    "the account is there by such a run, and the school's client has never run": HandBuilt(
        MISSING,
        case_of(SEREN, stands(extract(SEREN)), account=HERE, ran_alone_at=NOW),
        ("present",),
        "nobody",
        {"own-last-run": "holds: ran-alone"},
    ),
}
