"""When an unchanged extract asks for nothing: then a run need not look at every record again.

A successful run stores the first day on which its extract may ask for something else: when the next of its
dates takes effect. Until then, and as long as nothing but itself has run at the school, the
plan is empty: it depends on this school's accounts only, which no other school's run changes while active.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from provisioning.planning.safeguard_limits import DEFAULT_LIMITS, SafeguardLimits
from provisioning.records.changes import ChangeKind
from provisioning.records.extracts import LEAD, Extract
from provisioning.records.plans import NoteKind, Plan
from provisioning.records.rejections import Rejection
from provisioning.rules import Dated, is_leaver
from provisioning.rules_version import RULES_VERSION

LOOK_AGAIN = timedelta(days=7)
"""After so many days every record is read again, whatever has happened to the accounts meanwhile."""
_UNSETTLED = frozenset({NoteKind.BLOCKED, NoteKind.PAUSED, NoteKind.REFUSED, NoteKind.DOUBTFUL})
"""Notes about people who wait for others, for the key dates or for a person: any day may be theirs."""


def next_day(rows: Sequence[Dated | Rejection], today: date, lead: timedelta) -> date:
    """Return the first day after `today` on which a date of some row takes effect, by `lead`.

    `date.max` where none will.
    """
    joining = {row.joins_on for row in rows}
    leaving = {row.leaving_date for row in rows}
    days = {day - lead for day in joining if day and day > today} | {day for day in leaving if day}
    return min((day for day in days if day > today), default=date.max)


def next_change_on(plan: Plan, extract: Extract) -> date | None:
    """Return the day on which an extract may ask for changes again once `plan` has been applied.

    None where that can't be told: then the next run plans every record.
    """
    if any(note.kind in _UNSETTLED for note in plan.notes):
        return None
    if len(plan.rejections) > len(extract.rejections):
        return None  # a UPN that is another learner's may be mended at that learner's school
    if any(change.kind is ChangeKind.MATCH for change in plan.changes):
        return None  # whether the name differs is noted of an account that is here, so by the next run
    named = {(note.person, note.identifier) for note in plan.notes if note.kind is NoteKind.NAME_DIFFERS}
    if named and any(
        (record.kind, record.identifier) in named
        for record in extract.records
        if is_leaver(record, plan.today)
    ):
        return None  # a leaver's account may become another school's, and then it is not noted here
    return extract.next_day and min(extract.next_day, plan.today + LOOK_AGAIN)


def basis(
    fingerprint: str, source: str, limits: SafeguardLimits = DEFAULT_LIMITS, lead: timedelta = LEAD
) -> str:
    """Return a hash of what a plan and its holds depend on besides accounts and day.

    That is the files, the version of the rules, and, where they are not the defaults, the safeguards'
    `limits` and the `lead`.
    """
    parts = [str(RULES_VERSION), source, fingerprint]
    if limits != DEFAULT_LIMITS:
        parts.append(repr(limits))
    if lead != LEAD:
        parts.append(repr(lead))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def same_counts(before: Mapping[str, int]) -> dict[str, int]:
    """Return the counts of a run that finds everything as the run before it left it."""
    done = {kind.value for kind in ChangeKind}
    needing_nothing = sum(before[kind] for kind in done if kind != ChangeKind.RELEASE)
    kept = {name: 0 if name in done else number for name, number in before.items()}
    return kept | {"unchanged": before["unchanged"] + needing_nothing}
