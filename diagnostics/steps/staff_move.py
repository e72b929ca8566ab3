"""Steps about a member of staff's move: what must hold before the existing account can follow.

A staff code belongs to one school, so the account at the old school is found by legal name; the school is
named only where exactly one other school has such an account, and always as "an account in the same name".
"""

from diagnostics.case import Case, SchoolRecords
from diagnostics.verdict import Step, Verdict
from provisioning.records.accounts import Account


def old_school_left(case: Case) -> Verdict:
    """Guide 2020, page 1, Staff (moving from school to school), step 1.

    "The staff member's previous school's MIS staff record is updated with a date of leaving".
    """
    step = Step("old-school-left")
    found = _old_school(case)
    if found is None:
        return step.unknown("not-found")
    account, old = found
    said = {"previous": old.school.name}
    if not account.active:
        return step.holds("released", account.released_at, released=account.released_at, **said)
    if old.school.is_closed(case.today):
        return step.holds("closed", old.school.closed_on, on=old.school.closed_on, **said)
    if old.problem is not None:
        return step.unknown("unreadable", None, **said)
    record = old.record(account.kind, account.identifier)
    if record is None or record.leaving_date is None:
        return step.fails("none", old.read_at, **said)
    return step.holds("entered", old.read_at, **said)


def old_school_run(case: Case) -> Verdict:
    """Guide 2020, page 1, Staff (moving from school to school), step 2.

    "Once the previous school's Hwb Provisioning Client has run, the staff Hwb account is
    'released'".
    """
    step = Step("old-school-run")
    found = _old_school(case)
    if found is None:
        return step.unknown("not-found")
    account, old = found
    said = {"previous": old.school.name}
    if not account.active:
        return step.holds("released", account.released_at, released=account.released_at, **said)
    if old.school.is_closed(case.today):
        return step.holds("closed", old.school.closed_on, on=old.school.closed_on, **said)
    ran = old.last_success.finished_at if old.last_success else None
    return step.fails("not-released", ran, ran=ran, **said)


def move_request(case: Case) -> Verdict:
    """Guide 2020, FAQs, Staff Users, question 2, and the later account transfer (entry's editions)."""
    step = Step("move-request")
    detail = "account" if case.account_here is not None else "no-account"
    return step.holds(detail, cause="contact-service-desk", school=case.own.school.name)


def _old_school(case: Case) -> tuple[Account, SchoolRecords] | None:
    if case.namesakes is None:
        raise ValueError("a step about a move needs a case that was read for a move")
    if len(case.namesakes) != 1 or case.old_school is None:
        return None
    return case.namesakes[0], case.old_school
