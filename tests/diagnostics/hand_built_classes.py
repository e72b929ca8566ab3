"""Hand-built cases of an old class, of a password without an account, and of an account that is to move."""

from dataclasses import replace

from knowledge.ids import Question
from provisioning.records.plans import DoubtReason
from tests.builders import NOW, case_of, extract, run, stands
from tests.diagnostics.hand_built import (
    HELD,
    HERE,
    JAC,
    LAST_YEARS,
    OLD_CLASS,
    RAN,
    SEREN,
    HandBuilt,
    refused,
)

CLASS_CASES = {
    "the class is not asked about before it is decided whose account it is": HandBuilt(
        OLD_CLASS,
        case_of(
            SEREN,
            stands(extract(SEREN), last_success=run(), covered=[SEREN]),
            account=replace(HERE, surname="Puw", forename="Ifan", class_name="6A"),
            doubt=DoubtReason.IDENTITY_DOUBT,
        ),
        ("identity-doubt",),
        "provisioning-manager",
        {"account-visible": "fails: identity-doubt", "class-current": "not-reached"},
    ),
    "the class is last year's, and the latest run is held": HandBuilt(
        OLD_CLASS,
        case_of(
            SEREN,
            stands(extract(SEREN), last_success=RAN, latest=HELD),
            account=replace(HERE, year_group="6", class_name="6A"),
        ),
        ("run-held",),
        "provisioning-manager",
        {"class-current": "fails: differs", "client-run": "fails: held"},
    ),
    "the class is last year's, for a person decided against the new one": HandBuilt(
        OLD_CLASS,
        case_of(
            SEREN,
            refused(SEREN, stands(extract(SEREN), last_success=RAN, covered=[SEREN]), LAST_YEARS),
            account=LAST_YEARS,
        ),
        ("refused",),
        "provisioning-manager",
        {"client-run": "fails: refused"},
    ),
    "the class is last year's, and a person decided against another one": HandBuilt(
        OLD_CLASS,
        case_of(
            SEREN,
            refused(
                replace(SEREN, class_name="7B"),
                stands(extract(SEREN), last_success=RAN, covered=[SEREN]),
                LAST_YEARS,
            ),
            account=LAST_YEARS,
        ),
        ("not-run-since-record",),
        "provisioning-manager",
        {"client-run": "fails: before-record"},
    ),
    "the class is last year's, and the client has never run": HandBuilt(
        OLD_CLASS,
        case_of(SEREN, stands(extract(SEREN)), account=replace(HERE, class_name="6A")),
        ("never-run",),
        "provisioning-manager",
        {"client-run": "fails: never"},
    ),
    "the MIS tells the year group alone, and that is as it should be": HandBuilt(
        OLD_CLASS,
        case_of(
            replace(SEREN, class_name=None),
            stands(extract(replace(SEREN, class_name=None)), last_success=RAN),
            account=replace(HERE, class_name="6A"),
        ),
        ("up-to-date",),
        "nobody",
        {"class-current": "holds: same"},
    ),
    "the class is as it should be, whatever the latest run holds": HandBuilt(
        OLD_CLASS,
        case_of(SEREN, stands(extract(SEREN), last_success=RAN, latest=HELD), account=HERE),
        ("up-to-date",),
        "nobody",
    ),
    "the class is as it should be by a run of some people alone, the only run there was": HandBuilt(
        OLD_CLASS,
        case_of(SEREN, stands(extract(SEREN)), account=HERE, ran_alone_at=NOW),
        ("up-to-date",),
        "nobody",
        {"client-run": "holds: ran-alone"},
    ),
    "the class has changed again since a run of some people alone": HandBuilt(
        OLD_CLASS,
        case_of(SEREN, stands(extract(SEREN), last_success=RAN), account=LAST_YEARS, ran_alone_at=NOW),
        ("not-run-since-record",),
        "provisioning-manager",
        {"client-run": "fails: before-record"},
    ),
    "there is no account to have a password, for the run is held": HandBuilt(
        Question.NO_PASSWORD,
        case_of(SEREN, stands(extract(SEREN), last_success=RAN, latest=HELD)),
        ("run-held",),
        "provisioning-manager",
    ),
    "a member of staff who moved is told the same whatever stands in the way": HandBuilt(
        Question.MOVE_ACCOUNT,
        case_of(JAC, stands(extract(JAC), last_success=RAN, latest=HELD)),
        ("contact-service-desk",),
        "staff-member",
        {"own-last-run": "fails: held", "move-request": "holds: no-account"},
    ),
}
