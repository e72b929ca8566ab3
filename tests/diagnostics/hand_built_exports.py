"""Hand-built cases of a missing account where the accounts are those of the portal's export."""

from dataclasses import replace
from datetime import timedelta

from tests.builders import NANT, NOW, case_of, extract, released, stands
from tests.diagnostics.hand_built import (
    AT_NANT,
    EARLIER,
    EXPORTED,
    HERE,
    JAC,
    LEFT_NANT,
    LINE_7,
    MISSING,
    NANT_RAN,
    RAN,
    SEREN,
    HandBuilt,
)

EXPORT_CASES = {
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
        "previous-provisioning-manager",
        {"previous-school-run": "unknown: not-seen"},
    ),
}
