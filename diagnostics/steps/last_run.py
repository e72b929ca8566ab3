"""The step about the school's own Provisioning Client: its last run, and what that run can have seen."""

from typing import Any

from diagnostics.case import Case
from diagnostics.verdict import Step, Verdict
from provisioning.clock import uk_date
from provisioning.rules import is_on_roll


def own_last_run(case: Case) -> Verdict:
    """Guide 2020, FAQs, Learner Users, question 1, step 2, and Staff Users, question 1, step 2.

    "check the 'Provisioning Status' ... for the date of 'Last Run'", and "check it has run
    successfully".
    """
    step = Step("own-last-run")
    if case.misspelt:
        return step.not_reached()
    last = case.own.last_success
    if last is None:
        return unfinished(case, step) or step.fails("never", cause="never-run", school=case.own.school.name)
    ran = last.finished_at
    said = {"school": case.own.school.name, "ran": ran}
    if case.account_here is not None:
        return step.holds("ran", ran, **said)
    if case.record is None or not is_on_roll(case.record, case.today):
        # No account is due yet, but a last run counts only if the extract can be read.
        failed = unfinished(case, step) if case.own.problem is not None else None
        return failed or step.holds("ran", ran, **said)
    return _due(case, step, said)


def was_on_roll(case: Case) -> bool:
    """Whether the last successful run had a complete record of the person, on roll on the day of that run."""
    last = case.own.last_success
    if last is None or last.finished_at is None or case.covered is None:
        return False
    return is_on_roll(case.covered, uk_date(last.finished_at))


def unfinished(case: Case, step: Step) -> Verdict | None:
    """The failing verdict of a latest run that failed or is held; None where there is no such run."""
    latest = case.own.latest
    if latest is None:
        return None
    said = {"school": case.own.school.name, "ran": latest.finished_at}
    if case.own.latest_failed:
        return step.fails("failed", latest.finished_at, cause="run-failed", error=latest.error, **said)
    if case.own.latest_held:
        return step.fails("held", latest.finished_at, cause="run-held", **said)
    return None


def _was_free(case: Case) -> bool:
    """Whether the account was free when the last successful run began, which left it: the record was another.

    It named somebody else, so that it was in doubt whose account it is.
    """
    last, released = case.own.last_success, case.account.released_at if case.account else None
    in_doubt = case.doubt is not None
    return not in_doubt and last is not None and released is not None and released < last.started_at


def _due(case: Case, step: Step, said: dict[str, Any]) -> Verdict:
    """Why the last successful run, at `said["ran"]`, made no account for a record that is on roll."""
    ran = said["ran"]
    if case.is_refused:
        return step.fails("refused", ran, cause="refused", **said)
    if not was_on_roll(case) or _was_free(case):
        return unfinished(case, step) or step.fails(
            "before-record", ran, cause="not-run-since-record", **said
        )
    if case.account is not None and case.account_is_free and case.doubt is None:
        # That run had the record and would have matched a released account, so it was released later.
        return unfinished(case, step) or step.fails(
            "before-release", ran, cause="not-run-since-release", released=case.account.released_at, **said
        )
    return step.holds("ran", ran, **said)
