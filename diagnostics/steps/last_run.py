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
        # Nothing is due for this person yet; but a run that can't read the extract is nobody's last run.
        failed = unfinished(case, step) if case.own.problem is not None else None
        return failed or step.holds("ran", ran, **said)
    return _due(case, step, said)


def was_on_roll(case: Case) -> bool:
    """Whether the last successful run had a complete record of somebody on roll by its own day."""
    last = case.own.last_success
    if last is None or last.finished_at is None or case.covered is None:
        return False
    return is_on_roll(case.covered, uk_date(last.finished_at))


def unfinished(case: Case, step: Step) -> Verdict | None:
    """What stands instead of a run that is due: the latest one failed, or waits for a decision."""
    latest = case.own.latest
    if latest is None:
        return None
    said = {"school": case.own.school.name, "ran": latest.finished_at}
    if case.own.latest_failed:
        return step.fails("failed", latest.finished_at, cause="run-failed", error=latest.error, **said)
    if case.own.latest_held:
        return step.fails("held", latest.finished_at, cause="run-held", **said)
    return None


def _due(case: Case, step: Step, said: dict[str, Any]) -> Verdict:
    """Why the last successful run, at `said["ran"]`, has made no account of a record that is on roll."""
    ran = said["ran"]
    if case.is_refused:
        return step.fails("refused", ran, cause="refused", **said)
    if not was_on_roll(case):
        return unfinished(case, step) or step.fails(
            "before-record", ran, cause="not-run-since-record", **said
        )
    if case.account is not None and case.account_is_free:
        # That run had the record and would have taken a released account over: so it came free later.
        return unfinished(case, step) or step.fails(
            "before-release", ran, cause="not-run-since-release", released=case.account.released_at, **said
        )
    return step.holds("ran", ran, **said)
