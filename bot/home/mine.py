"""What is the user's own, gathered from the features, with the decisions that they took lately."""

from collections.abc import Sequence
from datetime import timedelta

from bot.home.mine_screens import Decision
from bot.people import audit
from bot.people.audit import AuditRecord
from bot.slack.blocks import Block
from bot.slack.context import Context
from bot.slack.tasks import Task, in_order
from provisioning.clock import system_time, today
from provisioning.records.schools import School

_LATELY = timedelta(days=7)
_MOST = 10
"""Decisions that are listed."""
DECISIONS = (
    "approve",
    "reject",
    "undo",
    "reconsider",
    "decide",
    "alert-taken",
    "alert-handed-over",
    "request-run",
    "request-done",
    "case-resolved",
)
"""The actions in the audit that are told as decisions of the user: `mine.did.<action>` says each in words."""
_NOT_DONE = frozenset(
    {audit.ALREADY, audit.ASKED_BACK, audit.BEGUN, audit.ELSEWHERE, audit.GONE, audit.REFUSED, "office"}
)
"""Outcomes of what did not come to a decision."""


def tasks(context: Context) -> Sequence[Task]:
    """Return what waits for the user, and what they wait for, in the order in which it is shown."""
    found = [task for of_feature in context.features.tasks for task in of_feature(context)]
    return in_order(found, today(context.services.clock))


def notices(context: Context) -> list[Block]:
    """Return what features tell the user above the list, such as that they are away."""
    return [block for notice in context.features.notices for block in notice(context)]


def decisions(context: Context) -> Sequence[Decision]:
    """Return what the user has decided lately, newest first, at the schools over which they have a role."""
    known: dict[str, School] = {school.number: school for school in context.known()}
    with context.services.database.reading() as session:
        done = audit.done_by(session, context.user, DECISIONS, system_time() - _LATELY)
    kept = [
        Decision(entry.action, known[entry.school], entry.at)
        for entry in done
        if entry.school in known and _is_decision(entry)
    ]
    return kept[:_MOST]


def _is_decision(entry: AuditRecord) -> bool:
    """Return whether a record is of a decision, not of an attempt, nor of the look at accounts in doubt."""
    looked = (entry.action, entry.outcome) == ("decide", audit.OK)
    return not looked and entry.outcome not in _NOT_DONE and not entry.outcome.startswith("error:")
