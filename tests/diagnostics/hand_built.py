"""Cases built directly on values: what runs seldom or never leave behind, and what is told of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from diagnostics.case import Case, SchoolRecords
from knowledge.ids import Question
from knowledge.texts import Text
from provisioning.records.accounts import Account
from provisioning.records.people import Learner
from provisioning.records.plans import DoubtReason
from provisioning.records.runs import RunStatus
from provisioning.store.decisions import Waiting
from tests.builders import (
    NANT,
    NOW,
    TODAY,
    account_of,
    case_of,
    extract,
    learner,
    planned,
    released,
    run,
    staff_member,
    stands,
)

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
    refusal = Waiting(changes[0].fingerprint, changes[0].kind, person.kind, person.identifier)
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

HAND_BUILT = {
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
    "a held run does not matter to somebody who has an account": HandBuilt(
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
    "the previous school is closed: nobody has to release the account": HandBuilt(
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
    "the own run has covered the record, and no school that we see has an account": HandBuilt(
        MISSING,
        case_of(SEREN, stands(extract(SEREN), last_success=RAN, covered=[SEREN])),
        ("previous-school-unknown",),
        "local-authority",
        {
            "own-last-run": "holds: ran",
            "previous-school-leaving-date": "unknown: nowhere",
            "previous-school-run": "not-applicable: no-account",
        },
    ),
    "no school that we see has an account, and the portal's export is older than the own run": HandBuilt(
        MISSING,
        case_of(
            SEREN,
            replace(
                stands(extract(SEREN), last_success=RAN, covered=[SEREN]),
                accounts_as_of=RAN.started_at - timedelta(hours=1),
            ),
        ),
        ("export-unseen",),
        "provisioning-manager",
        {"previous-school-leaving-date": "unknown: nowhere-yet", "account-visible": "fails: not-visible"},
    ),
    "the portal's newer export shows no account, and the client's log says why": HandBuilt(
        MISSING,
        case_of(SEREN, replace(EXPORTED, client_log={(SEREN.kind, SEREN.upn): ("*** is in use",)})),
        ("client-skipped", "previous-school-unknown"),
        "provisioning-manager",
        {"own-last-run": "fails: skipped", "previous-school-leaving-date": "unknown: nowhere"},
    ),
    "the portal's newer export shows no account, and the client's log is silent": HandBuilt(
        MISSING,
        case_of(SEREN, replace(EXPORTED, client_log={})),
        ("client-skipped", "previous-school-unknown"),
        "provisioning-manager",
        {"own-last-run": "fails: skipped-silent"},
    ),
    "the portal's newer export shows no account of a member of staff, and no log is kept": HandBuilt(
        MISSING,
        case_of(
            JAC,
            replace(stands(extract(JAC), last_success=RAN, covered=[JAC]), accounts_as_of=NOW),
        ),
        ("client-skipped",),
        "provisioning-manager",
        {"own-last-run": "fails: skipped-no-log"},
    ),
    "the portal's newer export shows the account as released before the run": HandBuilt(
        MISSING,
        case_of(
            SEREN,
            replace(EXPORTED, client_log={}),
            account=replace(released(AT_NANT), released_at=EARLIER - timedelta(days=1)),
            previous=stands(extract(LEFT_NANT, school=NANT), NANT),
        ),
        ("client-skipped",),
        "provisioning-manager",
    ),
    "the portal's export has a line about the learner that can't be read": HandBuilt(
        MISSING,
        case_of(SEREN, replace(EXPORTED, unread={SEREN.upn: LINE_7})),
        ("export-unseen",),
        "provisioning-manager",
        {"own-last-run": "unknown: unread-row", "previous-school-leaving-date": "unknown: nowhere-yet"},
    ),
    "the account is there as last read, for the export's line about it can't be read": HandBuilt(
        MISSING,
        case_of(SEREN, replace(EXPORTED, unread={SEREN.upn: LINE_7}), account=HERE),
        ("present",),
        "nobody",
        {"account-visible": "holds: as-last-read"},
    ),
    "the portal's export is older than the previous school's run, which had the leaving date": HandBuilt(
        MISSING,
        case_of(
            SEREN,
            EXPORTED,
            account=AT_NANT,
            previous=replace(
                stands(extract(LEFT_NANT, school=NANT), NANT, last_success=NANT_RAN, covered=[LEFT_NANT]),
                accounts_as_of=EARLIER - timedelta(days=1),
            ),
        ),
        ("export-unseen",),
        "provisioning-manager",
        {"previous-school-run": "unknown: not-seen"},
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
