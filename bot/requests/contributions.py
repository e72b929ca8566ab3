"""What requests add to other screens: the button that asks for something at a school, and what waits."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from bot.commands import Command
from bot.people import permissions
from bot.people.permissions import Act, Grant
from bot.requests import store
from bot.requests.actions import RequestAction
from bot.requests.recipients import can_be_asked
from bot.requests.request import Ask, Request, Wanted
from bot.requests.screens import ask_button
from bot.requests.wanted import Want, of_diagnosis, of_group
from bot.slack.blocks import Block, button
from bot.slack.context import Context
from bot.slack.tasks import Stand, Task
from bot.slack.voice import Voice
from diagnostics.missing import Missing
from diagnostics.verdict import Diagnosis
from knowledge.ids import Question
from knowledge.texts import Text
from provisioning.clock import today
from provisioning.records.schools import School

_TEXTS = {
    Wanted.RUN: "request",
    Wanted.LEAVING_DATES: "records.leaving-dates",
    Wanted.ROWS: "records.rows",
}
"""Where the texts about what is wanted stand."""


def diagnosis_buttons(
    context: Context, command: Command, _question: Question, found: Diagnosis
) -> Sequence[Block]:
    """Return the button, if a user who is not the caller can be asked for the next step of a diagnosis."""
    wants = of_diagnosis(found)
    if not wants or not _can_be_asked(context, wants, _grants(context)):
        return []
    return [ask_button(wants, found.school, command.line, context.voice)]


def group_buttons(
    context: Context, found: Missing, line: Callable[[str], str]
) -> Mapping[str, Sequence[Block]]:
    """Return the button for each cause for which a user who is not the caller can be asked.

    `line` returns the command line of the group of a cause.
    """
    grants, voice = _grants(context), context.voice
    wanted = {group.cause: (group, of_group(group, found.school)) for group in found.groups}
    return {
        cause: [ask_button(wants, found.school, line(cause), voice, voice.plain(group.headline))]
        for cause, (group, wants) in wanted.items()
        if _can_be_asked(context, wants, grants)
    }


def _can_be_asked(context: Context, wants: Iterable[Want], grants: Sequence[Grant]) -> bool:
    return any(can_be_asked(context.user, want.school, grants, want.wanted) for want in wants)


def _grants(context: Context) -> Sequence[Grant]:
    with context.services.database.reading() as session:
        return permissions.in_force(session, today(context.services.clock))


def tasks(context: Context) -> Sequence[Task]:
    """Return the open requests that were made of the user, and those that they have made."""
    schools: dict[str, School] = {school.number: school for school in context.every_school()}
    runs = {school.number for school in context.schools(Act.RUN)}
    asks = {school.number for school in context.schools(Act.DIAGNOSE)}
    with context.services.database.reading() as session:
        every = store.every_open(session)
    of_user = [
        request
        for request in every
        if context.user in request.to and request.school in (runs if request.wanted is Wanted.RUN else asks)
    ]
    by_user = [
        (request, ask)
        for request in every
        for ask in request.asks
        if ask.user == context.user and ask.school in asks and request.school in schools
    ]
    return [
        *(_to_answer(request, schools[request.school], context) for request in of_user),
        *(_asked(request, ask, schools[request.school], context.voice) for request, ask in by_user),
    ]


def _to_answer(request: Request, school: School, context: Context) -> Task:
    """Return a request that the user is to carry out, or that another has taken."""
    own = request.taken_by == context.user
    stand = Stand.TAKEN if own else Stand.OTHERS if request.taken_by else Stand.YOURS
    said = Text(f"{_TEXTS[request.wanted]}.waits", {"count": request.people})
    about = f"{school.name.in_(context.voice.language)}, {context.voice.plain(said)}"
    words = context.voice.plain("button.open")
    opens = button(RequestAction.SHOW, words, str(request.id), about=about)
    return Task(stand, said, school, request.asked_at, opens)


def _asked(request: Request, ask: Ask, school: School, voice: Voice) -> Task:
    """Return a request that the user has made of others; it opens the people for whom it was made."""
    said = Text(f"{_TEXTS[request.wanted]}.waits-for-others")
    about = f"{school.name.in_(voice.language)}, {voice.plain(said)}"
    opens = button(RequestAction.DETAILS, voice.plain("button.open"), f"missing {ask.school}", about=about)
    return Task(Stand.OTHERS, said, school, ask.at, opens)
