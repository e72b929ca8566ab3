"""The steps by the ids under which the knowledge files name them."""

from collections.abc import Callable, Mapping

from diagnostics.case import Case
from diagnostics.steps.account import account_visible, password_reset, transferred_account
from diagnostics.steps.classes import class_current, client_run, mis_rolled_over
from diagnostics.steps.last_run import own_last_run
from diagnostics.steps.mis import identifier, mis_record, on_roll, staff_record
from diagnostics.steps.previous_school import previous_school_leaving_date, previous_school_run
from diagnostics.steps.staff_comparison import staff_compared
from diagnostics.steps.staff_move import move_request, old_school_left, old_school_run
from diagnostics.verdict import Verdict

STEPS: Mapping[str, Callable[[Case], Verdict]] = {
    "identifier": identifier,
    "mis-record": mis_record,
    "staff-record": staff_record,
    "staff-compared": staff_compared,
    "on-roll": on_roll,
    "own-last-run": own_last_run,
    "previous-school-leaving-date": previous_school_leaving_date,
    "previous-school-run": previous_school_run,
    "account-visible": account_visible,
    "transferred-account": transferred_account,
    "password-reset": password_reset,
    "mis-rolled-over": mis_rolled_over,
    "class-current": class_current,
    "client-run": client_run,
    "old-school-left": old_school_left,
    "old-school-run": old_school_run,
    "move-request": move_request,
}
