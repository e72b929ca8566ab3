"""The step about the school's own Provisioning Client: its last run, and what that run can have seen."""

from typing import Any

from diagnostics.case import Case, Failure
from diagnostics.verdict import Step, Verdict
from knowledge.texts import Text
from provisioning.clock import uk_date
from provisioning.rules import is_on_roll

_LOG_LINES = 3
"""How many of a log's lines about a person are shown, the last ones."""


def own_last_run(case: Case) -> Verdict:
    """Guide 2020, FAQs, Learner Users, question 1, step 2, and Staff Users, question 1, step 2.

    "check the 'Provisioning Status' ... for the date of 'Last Run'", and "check it has run
    successfully".
    """
    step = Step("own-last-run")
    if case.misspelt:
        return step.not_reached()
    if case.is_closed:
        return step.not_applicable("closed", school=case.own.school.name, on=case.own.school.closed_on)
    if case.account_here is not None and case.ran_alone_at is not None:
        return ran_alone(case, step)
    last = case.own.last_success
    if last is None:
        return never_ran(case, step)
    ran = last.finished_at
    said = {"school": case.own.school.name, "ran": ran}
    if case.account_here is not None:
        return step.holds("ran", ran, **said)
    if case.record is None or not is_on_roll(case.record, case.today, case.own.lead):
        # No account is due yet, but a last run counts only if the extract can be read.
        failed = unfinished(case, step) if case.own.problem is not None else None
        return failed or step.holds("ran", ran, **said)
    return _due(case, step, said)


def was_on_roll(case: Case) -> bool:
    """Return whether the last successful run had a complete record of the person, then on roll."""
    last = case.own.last_success
    if last is None or last.finished_at is None or case.covered is None:
        return False
    return is_on_roll(case.covered, uk_date(last.finished_at), case.own.lead)


def unfinished(case: Case, step: Step) -> Verdict | None:
    """Return the failing verdict of a latest run that failed or is held; None where there is no such run."""
    latest = case.own.latest
    if latest is None:
        return None
    said = {"school": case.own.school.name, "ran": latest.finished_at}
    if case.own.latest_failed:
        why = latest.error
        if case.own.failure is Failure.MENDED:
            why = Text("run-mended.why", {"error": why})
        return step.fails("failed", latest.finished_at, cause="run-failed", error=why, **said)
    if case.own.latest_held:
        return step.fails("held", latest.finished_at, cause="run-held", **said)
    return None


def ran_alone(case: Case, step: Step) -> Verdict:
    """Return the verdict where a run of some people alone has done since what the school's runs had not."""
    last = case.own.last_success
    said = {"school": case.own.school.name, "ran": case.ran_alone_at, "all": last and last.finished_at}
    return step.holds("ran-alone", case.ran_alone_at, **said)


def never_ran(case: Case, step: Step) -> Verdict:
    """Return the verdict where no run was successful: a latest run that failed or is held, or none at all."""
    return unfinished(case, step) or step.fails("never", cause="never-run", school=case.own.school.name)


def _was_free(case: Case) -> bool:
    """Return whether the last successful run left an account that was free already when it began.

    Then the record had another person's name at that time, which put in doubt whose account it is. The
    portal's client believes an identifier, and what it left is told by `_of_client`.
    """
    if case.own.accounts_as_of is not None:
        return False
    last, released = case.own.last_success, case.account.released_at if case.account else None
    in_doubt = case.doubt is not None
    return not in_doubt and last is not None and released is not None and released < last.started_at


def _due(case: Case, step: Step, said: dict[str, Any]) -> Verdict:
    """Return why the last successful run made no account for a record that is on roll.

    `said` are the values of the text: the school, and when that run finished, as `ran`.
    """
    ran = said["ran"]
    if case.is_refused:
        return step.fails("refused", ran, cause="refused", **said)
    if not was_on_roll(case) or _was_free(case):
        return unfinished(case, step) or step.fails(
            "before-record", ran, cause="not-run-since-record", **said
        )
    unseen = _of_client(case, step, said)
    if unseen is not None:
        return unseen
    if case.account is not None and case.account_is_free and case.doubt is None:
        # That run had the record and would have matched a released account, so it was released later.
        return unfinished(case, step) or step.fails(
            "before-release", ran, cause="not-run-since-release", released=case.account.released_at, **said
        )
    if case.account is None and case.doubt is None and case.own.accounts_as_of is None:
        # That run had the record and made no account: a person decided since, or took a refusal back.
        return unfinished(case, step) or step.fails(
            "before-decision", ran, cause="not-run-since-record", **said
        )
    return step.holds("ran", ran, **said)


def _of_client(case: Case, step: Step, said: dict[str, Any]) -> Verdict | None:
    """Return what the portal's export shows of the client's work on a record that its last run had.

    None where the accounts are ours, where another school has the account still, or where it may have been
    released after that run.
    """
    last, as_of = case.own.last_success, case.own.accounts_as_of
    if last is None or as_of is None or (case.account is not None and case.account.active):
        return None
    problem = case.unread_row
    if problem is not None:
        return step.unknown("unread-row", as_of, cause="export-unseen", seen=as_of, problem=problem, **said)
    released = None if case.account is None else case.account.released_at
    if released is not None and released >= last.started_at:
        return None
    if case.own.run_not_seen:
        return unfinished(case, step) or step.unknown(
            "not-seen", as_of, cause="export-unseen", seen=as_of, **said
        )
    if case.account is not None and released is None:
        return None
    log = case.own.client_log
    lines = None if log is None else log.get(case.key, ())
    detail = "skipped-no-log" if lines is None else "skipped" if lines else "skipped-silent"
    words = " / ".join((lines or ())[-_LOG_LINES:])
    return step.fails(
        detail, as_of, cause="client-skipped", seen=as_of, log=words, identifier=case.identifier, **said
    )
