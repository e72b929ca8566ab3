"""What accounts in doubt add to other screens: a button where they stand in the way, and what waits."""

from collections.abc import Callable, Mapping, Sequence

from bot.commands import Command
from bot.identity.actions import IdentityAction
from bot.identity.screens import decided_button, open_button
from bot.people.permissions import Act
from bot.slack.blocks import Block, button
from bot.slack.context import Context
from bot.slack.tasks import Stand, Task
from bot.slack.voice import Voice
from bot.undecided import Undecided, doubts
from diagnostics.missing import Missing
from diagnostics.verdict import Diagnosis
from knowledge.ids import Question
from provisioning.records.schools import School
from provisioning.store import identities

_CAUSE = "identity-doubt"


def diagnosis_buttons(
    context: Context, _command: Command, _question: Question, found: Diagnosis
) -> Sequence[Block]:
    """Return the button to the accounts in doubt, where one is the cause, for callers who may decide."""
    return _decide(context, found.school) if found.cause == _CAUSE else []


def group_buttons(
    context: Context, found: Missing, _line: Callable[[str], str]
) -> Mapping[str, Sequence[Block]]:
    """Return the button to the accounts in doubt under their group, for callers who may decide."""
    in_doubt = any(group.cause == _CAUSE for group in found.groups)
    return {_CAUSE: offered} if in_doubt and (offered := _decide(context, found.school)) else {}


def _decide(context: Context, school: School) -> Sequence[Block]:
    if not context.caller().may(Act.DECIDE, school):
        return []
    with context.services.database.reading() as session:
        count = len(identities.waiting(session, school.number))
    return [open_button(school, count, context.voice)] if count else []


def run_buttons(context: Context, school: School) -> Sequence[Block]:
    """Return the buttons to accounts in doubt and to decisions, for callers who may decide at `school`."""
    if not context.caller().may(Act.DECIDE, school):
        return []
    with context.services.database.reading() as session:
        count = len(identities.waiting(session, school.number))
        any_decided = bool(identities.decided(session, school.number))
    waiting = [open_button(school, count, context.voice)] if count else []
    return [*waiting, *([decided_button(school, context.voice)] if any_decided else [])]


def tasks(context: Context) -> Sequence[Task]:
    """Return the accounts in doubt on which the user may decide, by school."""
    allowed: dict[str, School] = {school.number: school for school in context.schools(Act.DECIDE)}
    if not allowed:
        return []
    with context.services.database.reading() as session:
        found = doubts(session)
    return [_task(allowed[waits.school], waits, context.voice) for waits in found if waits.school in allowed]


def _task(school: School, waits: Undecided, voice: Voice) -> Task:
    about = f"{school.name.in_(voice.language)}, {voice.plain(waits.said)}"
    opens = button(IdentityAction.OPEN, voice.plain("button.open"), school.number, about=about)
    return Task(Stand.YOURS, waits.said, school, waits.since, opens, act=Act.DECIDE)
