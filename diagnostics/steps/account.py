"""Steps about the account itself: whether it is there, and how its user gets a password."""

from diagnostics.case import Case
from diagnostics.verdict import Step, Verdict
from provisioning.rules import name_differs


def account_visible(case: Case) -> Verdict:
    """Guide 2020, FAQs, Learner Users, question 1, "Please note".

    "before their account is visible in the Hwb User Management Portal".
    """
    step = Step("account-visible")
    if case.doubt is not None:
        return step.fails(case.doubt, case.own.read_at, cause="identity-doubt", school=case.own.school.name)
    account = case.account_here
    if account is not None and case.unread_row is not None:
        return step.holds(
            "as-last-read",
            case.own.accounts_as_of,
            school=case.own.school.name,
            username=account.username,
            problem=case.unread_row,
        )
    if account is not None:
        # Hwb keeps the name that an account was made with; that the MIS has another is told once, here.
        other = case.record is not None and name_differs(case.record, account)
        detail = "visible-other-name" if other else "visible"
        said = {"school": case.own.school.name, "username": account.username}
        return step.holds(detail, case.own.accounts_as_of, **said)
    if case.of_another is not None:
        held = case.of_another.account
        detail = (
            "of-another" if held.active and held.school == case.own.school.number else "of-another-not-here"
        )
        return step.fails(detail, case.of_another.at, school=case.own.school.name, on=case.of_another.at)
    return step.fails("not-visible", case.own.accounts_as_of, school=case.own.school.name)


def transferred_account(case: Case) -> Verdict:
    """Guide 2020, FAQs, Learner Users, question 2, step 1.

    "If the learner has transferred from another school, their password may be not visible ... it
    may still be valid".
    """
    step = Step("transferred-account")
    account = case.account_here
    if account is None:
        return step.not_reached()
    if account.arrived_from is None:
        return step.not_applicable("new")
    return step.holds("transferred", account.arrived_at, cause="transferred", arrived=account.arrived_at)


def password_reset(case: Case) -> Verdict:
    """Guide 2020, FAQs, Learner Users, question 2, step 2.

    "your school's Hwb Digital Champion or any teacher will be able to reset their password".
    """
    step = Step("password-reset")
    account = case.account_here
    if account is None:
        return step.not_reached()
    if account.arrived_from is None:
        return step.holds("new", cause="new-account")
    return step.holds("transferred")
