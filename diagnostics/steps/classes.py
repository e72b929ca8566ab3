"""Steps about last year's class: whether the MIS has rolled over, and whether a run has applied that."""

from diagnostics.case import Case
from diagnostics.steps.last_run import never_ran, ran_alone, unfinished
from diagnostics.verdict import Step, Verdict
from provisioning.rules import class_differs
from provisioning.rules import mis_rolled_over as rolled_over


def mis_rolled_over(case: Case) -> Verdict:
    """Guide 2020, page 1, Learners (within a school), step 1.

    "The MIS end of year procedures have been completed successfully by school staff before" the
    deadline.
    """
    step = Step("mis-rolled-over")
    extract = case.own.extract
    if extract is None:
        return step.unknown("unreadable")
    said = {"school": case.own.school.name, "deadline": case.rollover.end_of_year_deadline}
    done = rolled_over(extract.learners, case.rollover.year, case.today, extract.lead)
    if done is None:
        return step.unknown("no-births", extract.as_of, **said)
    if not done:
        return step.fails("behind", extract.as_of, cause="mis-not-rolled-over", **said)
    return step.holds("done", extract.as_of, **said)


def class_current(case: Case) -> Verdict:
    """Guide 2020, FAQs, Learner Users, question 3.

    "The Hwb User Management Portal is showing last year's class information".
    """
    step = Step("class-current")
    learner, account = case.learner, case.account_here
    if learner is None or account is None:
        return step.not_reached()
    said = {
        "mis": _class(learner.year_group, learner.class_name),
        "account": _class(account.year_group, account.class_name),
    }
    if class_differs(learner, account):
        return step.fails("differs", case.own.read_at, **said)
    return step.holds("same", case.own.read_at, **said)


def client_run(case: Case) -> Verdict:
    """Guide 2020, FAQs, Learner Users, question 3, steps 1 and 2.

    "check the 'Provisioning Status' ... for the date of 'Last Run'"; "check that it has run
    successfully".
    """
    step = Step("client-run")
    learner, account = case.learner, case.account_here
    if learner is None or account is None:
        return step.not_reached()
    differs = class_differs(learner, account)
    if not differs and case.ran_alone_at is not None:
        return ran_alone(case, step)
    last = case.own.last_success
    if last is None:
        return never_ran(case, step)
    ran = last.finished_at
    said = {"school": case.own.school.name, "ran": ran}
    if not differs:
        return step.holds("ran", ran, **said)
    if case.is_refused:
        return step.fails("refused", ran, cause="refused", **said)
    return unfinished(case, step) or step.fails("before-record", ran, cause="not-run-since-record", **said)


def _class(year_group: str | None, class_name: str | None) -> str:
    return " / ".join(part for part in (year_group, class_name) if part)
