"""What a diagnosis says where accounts are those of the portal's export: what a run can be seen to have done.

Glan's client ran three days ago, and the export is of an hour ago where a case says nothing else.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from diagnostics.case import OfAnother, SchoolRecords
from diagnostics.steps import STEPS
from diagnostics.verdict import Outcome, Verdict
from provisioning.records.plans import DoubtReason
from tests.builders import NANT, NOW, extract, released, stands, upn
from tests.diagnostics.hand_built import (
    AT_NANT,
    BROKE_OFF,
    EARLIER,
    HERE,
    LEFT_NANT,
    LINE_7,
    NANT_RAN,
    SEREN,
    SEREN_AT_NANT,
    refused,
)
from tests.diagnostics.step_cases import (
    AN_HOUR_AGO,
    EXPORTED,
    FAILS,
    GLAN_RAN,
    GLANS,
    HOLDS,
    NANT_LEFT,
    NANTS,
    NOT_APPLICABLE,
    UNKNOWN,
    at_glan,
    from_nant,
    verdict,
)

BEFORE_THE_RUN = EARLIER - timedelta(hours=1)
NOT_SEEN = replace(GLAN_RAN, accounts_as_of=BEFORE_THE_RUN)
"""Glan, whose export is older than the run."""
RAN = {**GLANS, "ran": EARLIER}


def last_run(outcome: Outcome, detail: str, *of: Any, **values: Any) -> Verdict:
    as_of, cause = of
    return verdict("own-last-run", (outcome, detail, as_of, cause, RAN | values))


# Glan's last run had Seren's record, and there is no account of hers at Glan


def test_the_exports_line_about_her_could_not_be_read() -> None:
    of = replace(EXPORTED, unread={upn(1): LINE_7})
    seen = {"seen": AN_HOUR_AGO, "problem": LINE_7}
    assert STEPS["own-last-run"](at_glan(of)) == last_run(
        UNKNOWN, "unread-row", AN_HOUR_AGO, "export-unseen", **seen
    )


def test_the_export_is_older_than_the_run() -> None:
    assert STEPS["own-last-run"](at_glan(NOT_SEEN)) == last_run(
        UNKNOWN, "not-seen", BEFORE_THE_RUN, "export-unseen", seen=BEFORE_THE_RUN
    )


def test_the_export_is_older_than_the_run_and_the_run_since_broke_off() -> None:
    found = STEPS["own-last-run"](at_glan(replace(NOT_SEEN, latest=BROKE_OFF)))
    assert found == last_run(FAILS, "failed", NOW, "run-failed", ran=NOW, error=None)


@pytest.mark.parametrize(
    ("log", "detail", "shown"),
    [
        (None, "skipped-no-log", ""),
        ({}, "skipped-silent", ""),
        ({(SEREN.kind, upn(2)): ("of another",)}, "skipped-silent", ""),
        ({(SEREN.kind, upn(1)): ("in use",)}, "skipped", "in use"),
        ({(SEREN.kind, upn(1)): ("one", "two", "three", "four")}, "skipped", "two / three / four"),
    ],
)
def test_the_client_made_none_and_its_log_says_why_or_nothing(
    log: Mapping[Any, Any] | None, detail: str, shown: str
) -> None:
    said = {"seen": AN_HOUR_AGO, "log": shown, "identifier": upn(1)}
    assert STEPS["own-last-run"](at_glan(replace(EXPORTED, client_log=log))) == last_run(
        FAILS, detail, AN_HOUR_AGO, "client-skipped", **said
    )


@pytest.mark.parametrize(
    ("before", "detail", "cause"),
    [
        (timedelta(seconds=1), "skipped-no-log", "client-skipped"),
        (timedelta(0), "before-release", "not-run-since-release"),
    ],
)
def test_the_client_can_match_only_what_was_released_before_it_ran(
    before: timedelta, detail: str, cause: str
) -> None:
    case = at_glan(EXPORTED, account=released(AT_NANT, EARLIER - before), previous=NANT_LEFT)
    found = STEPS["own-last-run"](case)
    assert (found.outcome, found.detail.key, found.cause) == (FAILS, f"step.own-last-run.{detail}", cause)


def test_another_school_is_asked_for_unless_a_person_has_decided_against_an_account() -> None:
    step = "previous-school-leaving-date"
    nowhere = verdict(step, (UNKNOWN, "nowhere", AN_HOUR_AGO, "previous-school-unknown", {}))
    decided = verdict(step, (NOT_APPLICABLE, "no-account"))
    assert STEPS[step](at_glan(EXPORTED)) == nowhere
    assert STEPS[step](at_glan(refused(SEREN, EXPORTED))) == decided
    assert STEPS[step](at_glan(EXPORTED, of_another=OfAnother(HERE, 7, EARLIER))) == decided


def test_an_account_of_hers_is_there_as_last_read() -> None:
    case = at_glan(replace(EXPORTED, unread={upn(1): LINE_7}), account=HERE)
    said = {**GLANS, "username": HERE.username, "problem": LINE_7}
    assert STEPS["account-visible"](case) == verdict(
        "account-visible", (HOLDS, "as-last-read", AN_HOUR_AGO, None, said)
    )


# Where the accounts are our own, an account released before the run began would have been taken over


@pytest.mark.parametrize(
    ("before", "doubt", "outcome", "detail", "cause", "values"),
    [
        # The record must have had another person's name then: it is newer than that run.
        (timedelta(seconds=1), None, FAILS, "before-record", "not-run-since-record", {}),
        (timedelta(0), None, FAILS, "before-release", "not-run-since-release", {"released": EARLIER}),
        (timedelta(seconds=1), DoubtReason.IDENTITY_DOUBT, HOLDS, "ran", None, {}),
    ],
)
def test_an_account_that_our_own_run_left_where_it_was(
    before: timedelta,
    doubt: DoubtReason | None,
    outcome: Outcome,
    detail: str,
    cause: str | None,
    values: dict[str, Any],
) -> None:
    account = released(AT_NANT, EARLIER - before)
    case = at_glan(account=account, previous=NANT_LEFT, doubt=doubt)
    assert STEPS["own-last-run"](case) == last_run(outcome, detail, EARLIER, cause, **values)


def test_our_own_run_left_her_without_an_account_and_the_run_since_broke_off() -> None:
    """A person has decided since that she is to have one: the next run makes it."""
    found = STEPS["own-last-run"](at_glan(replace(GLAN_RAN, latest=BROKE_OFF)))
    assert found == last_run(FAILS, "failed", NOW, "run-failed", ran=NOW, error=None)


# Nant's client is to release the account; Nant's export may be older than its last run


def nant(covered: Any, *, is_seen: bool) -> SchoolRecords:
    of = stands(extract(LEFT_NANT, school=NANT), NANT, last_success=NANT_RAN, covered=[covered])
    return replace(of, accounts_as_of=AN_HOUR_AGO if is_seen else BEFORE_THE_RUN)


def test_nants_run_had_the_leaving_date_and_its_export_is_older() -> None:
    said = {**NANTS, "ran": EARLIER, "seen": BEFORE_THE_RUN}
    assert STEPS["previous-school-run"](from_nant(nant(LEFT_NANT, is_seen=False))) == verdict(
        "previous-school-run", (UNKNOWN, "not-seen", BEFORE_THE_RUN, "export-unseen", said)
    )


@pytest.mark.parametrize(
    "previous",
    [
        nant(LEFT_NANT, is_seen=True),  # the export shows what the run did
        nant(SEREN_AT_NANT, is_seen=False),  # the run had no leaving date
        nant(replace(LEFT_NANT, leaving_date=NOW.date()), is_seen=False),  # nor one that was reached
        replace(nant(LEFT_NANT, is_seen=False), covered={}),  # it had no record
    ],
)
def test_else_nants_client_has_to_run(previous: SchoolRecords) -> None:
    assert STEPS["previous-school-run"](from_nant(previous)) == verdict(
        "previous-school-run",
        (
            FAILS,
            "before-leaving-date",
            EARLIER,
            "previous-school-not-run",
            {**NANTS, "ran": EARLIER},
        ),
    )


def test_of_a_run_whose_end_is_not_known_nothing_is_said_that_it_had() -> None:
    """Such a run is no evidence for what a school's records were on its day."""
    previous = nant(LEFT_NANT, is_seen=False)
    previous = replace(previous, last_success=replace(NANT_RAN, finished_at=None))
    found = STEPS["previous-school-run"](from_nant(previous))
    assert found.cause == "previous-school-not-run"
