"""Accounts of a closed school that no school has taken over, with the cause of each and whose move it is.

Nothing runs at a closed school. The accounts of learners whom its successor has on roll wait for that
school's run; all others need a person, and have the cause `vanished`: no MIS has a row by which a run would
end them or take them over.
"""

from collections.abc import Mapping
from dataclasses import replace

from diagnostics.case import SchoolRecords
from diagnostics.case_reader import CaseReader
from diagnostics.causes import About, closed_text, next_move
from diagnostics.lingering import Lingering, active_accounts, causes_of_unmade, lingering
from diagnostics.verdict import Next
from knowledge.loading import Knowledge, NextStep
from provisioning.planning.directory import Directory
from provisioning.planning.plan import plan
from provisioning.records.changes import ChangeKind
from provisioning.records.people import Key

LEFT_BEHIND = "vanished"
"""The cause of accounts that no run will end or take over."""


def living_on(reader: CaseReader, directory: Directory) -> tuple[Lingering, ...]:
    """Return the accounts that live on at the school of `reader`: at a closed school all that are active."""
    if not reader.school.is_closed(reader.today):
        return lingering(reader, directory)
    waiting = _waiting_for(reader)
    accounts = active_accounts(reader.school, directory)
    return tuple(
        Lingering(account, waiting.get(key, LEFT_BEHIND)) for key, account in sorted(accounts.items())
    )


def left_behind_move(own: SchoolRecords, *, in_portal: bool, knowledge: Knowledge) -> Next:
    """Return who acts on accounts of a closed school that no run will end or take over.

    In the portal, accounts can be deactivated by hand; here the list of schools has to be changed.
    """
    said = closed_text("closed.left-behind-in-portal" if in_portal else "closed.left-behind", own)
    move = next_move(About(own.school, "", ()), NextStep("local-authority", said.key), knowledge)
    return replace(move, action=said)


def _waiting_for(reader: CaseReader) -> Mapping[Key, str]:
    """Return why the successor of a closed school has not taken its learners' accounts over, by account."""
    if reader.own.successor is None:
        return {}
    there = reader.at(reader.own.successor.number)
    extract = there.own.extract
    if extract is None:
        return {}
    directory = there.directory
    wanted = plan(extract, directory, there.pauses, there.today, there.answers, there.own.covered)
    ours = reader.school.number
    in_doubt = {doubt.account.key for doubt in wanted.doubts if doubt.account.school == ours}
    return {
        **dict.fromkeys(in_doubt, "identity-doubt"),
        **causes_of_unmade(ChangeKind.MATCH, wanted.changes, there.own),
    }
