"""What requests add to other screens: the button that asks the provisioning manager for a run."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from bot.commands import Command
from bot.people import permissions
from bot.people.permissions import Grant
from bot.requests.recipients import is_only_recipient
from bot.requests.screens import manager_button
from bot.requests.wanted import Want, of_diagnosis, of_group
from bot.slack.blocks import Block
from bot.slack.context import Context
from diagnostics.missing import Missing
from diagnostics.verdict import Diagnosis
from knowledge.ids import Question
from provisioning.clock import today


def diagnosis_buttons(
    context: Context, command: Command, _question: Question, found: Diagnosis
) -> Sequence[Block]:
    """Return the button, if a provisioning manager who is not the caller has the next step of a diagnosis."""
    wants = of_diagnosis(found)
    if not wants or not _can_be_asked(context, wants, _grants(context)):
        return []
    return [manager_button(command.line, context.voice)]


def group_buttons(
    context: Context, found: Missing, line: Callable[[str], str]
) -> Mapping[str, Sequence[Block]]:
    """Return the button for each cause whose next step a provisioning manager has who is not the caller.

    `line` returns the command line of the group of a cause.
    """
    grants, voice = _grants(context), context.voice
    return {
        group.cause: [manager_button(line(group.cause), voice, voice.plain(group.headline))]
        for group in found.groups
        if _can_be_asked(context, of_group(group, found.school), grants)
    }


def _can_be_asked(context: Context, wants: Iterable[Want], grants: Sequence[Grant]) -> bool:
    return any(not is_only_recipient(context.user, want.school, grants) for want in wants)


def _grants(context: Context) -> Sequence[Grant]:
    with context.services.database.reading() as session:
        return permissions.in_force(session, today(context.services.clock))
