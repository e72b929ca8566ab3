"""The trial's Provisioning Client: `python -m bot.trial.portal_client PORTAL EXTRACTS SCHOOL`.

A process of its own, as a school's client is. It reads the school's extract, changes the portal's accounts,
says in its log what it does, and writes the portal's user export for the school. A learner without a class is
skipped, with the reason in the log.
"""

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bot.trial.portal import Portal
from provisioning.clock import uk_date
from provisioning.errors import ExtractProblem
from provisioning.planning.directory import Directory
from provisioning.planning.plan import plan
from provisioning.records.accounts import Account, Status
from provisioning.records.changes import Change, ChangeKind
from provisioning.records.people import Learner
from provisioning.sources.extract_folder import ExtractFolder
from provisioning.sources.school_lists import read_schools
from provisioning.store.usernames import DOMAIN, stem

_DONE, _FAILED = 0, 1


def main(arguments: Sequence[str]) -> int:
    """Provision a school, and return the exit status."""
    portal, extracts, number = Portal(Path(arguments[0])), Path(arguments[1]), arguments[2]
    now = portal.now()
    school = next(place for place in read_schools(extracts / "schools.csv") if place.number == number)
    print(f"INFO  {now:%Y-%m-%d %H:%M} provisioning {number}", flush=True)
    try:
        extract = ExtractFolder(extracts).read(school, uk_date(now))
    except ExtractProblem as problem:
        print(f"ERROR the extract can't be read ({problem.said.key})", flush=True)
        return _FAILED
    with portal.changing() as accounts:
        changes = plan(extract, Directory(accounts), (), uk_date(now), answers=None).changes
        skipped = sum(not _carry_out(change, accounts) for change in changes)
    print(f"INFO  {len(changes) - skipped} changes, {skipped} skipped", flush=True)
    if portal.is_written_by_hand(number):
        print("WARN  the user export was not written: it is written by hand for this school", flush=True)
    else:
        portal.write_export(number)
        print("INFO  the user export was written", flush=True)
    return _DONE


def _carry_out(change: Change, accounts: list[Account]) -> bool:
    """Carry out a change in `accounts`; return whether it was, which the log says if not."""
    record = change.record
    joins = change.kind in (ChangeKind.CREATE, ChangeKind.MATCH, ChangeKind.REACTIVATE)
    if joins and isinstance(record, Learner) and not record.class_name:
        print(f"WARN  {record.identifier} skipped: no class in the extract", flush=True)
        return False
    after = {name: Status(str(value)) if name == "status" else value for name, value in change.after.items()}
    if change.account is not None:
        place = next(at for at, account in enumerate(accounts) if account.id == change.account.id)
        accounts[place] = replace(accounts[place], **after)  # type: ignore[arg-type]
    else:
        username = _username(stem(record.surname, record.forename), accounts)
        made = {"id": len(accounts) + 1, "kind": record.kind, "username": username, **after}
        accounts.append(Account(**made))  # type: ignore[arg-type]
    return True


def _username(wanted: str, accounts: Sequence[Account]) -> str:
    """Return a username that no account has."""
    taken = {account.username.casefold() for account in accounts}
    number = 1
    while (name := f"{wanted}{'' if number == 1 else number}@{DOMAIN}").casefold() in taken:
        number += 1
    return name


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
