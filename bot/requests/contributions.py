"""What requests add to other screens: the button that asks for something at a school, and what waits."""

from collections.abc import Callable, Collection, Mapping, Sequence

from sqlalchemy.orm import Session

from bot.commands import Command
from bot.people import absences
from bot.people.permissions import Act
from bot.requests import store
from bot.requests.actions import RequestAction
from bot.requests.reachable import Reachable, standings
from bot.requests.recipients import act_on
from bot.requests.request import Ask, Request, Wanted
from bot.requests.screens import ask_button, standing_lines
from bot.requests.standing import Line, Press, Said, Standing
from bot.requests.wanted import Want, of_diagnosis, of_group
from bot.services import Services
from bot.slack.blocks import Block, button, escape, section
from bot.slack.context import Context
from bot.slack.fit import paragraphs
from bot.slack.tasks import Stand, Task
from bot.slack.voice import Voice
from bot.waits_for import WaitsFor
from diagnostics.missing import Missing
from diagnostics.verdict import Diagnosis
from knowledge.ids import Question
from knowledge.texts import Text
from provisioning.clock import today, uk_date
from provisioning.records.schools import School
from provisioning.store import freezes
from provisioning.store import schools as school_store

_TEXTS = {
    Wanted.RUN: "request",
    Wanted.LEAVING_DATES: "records.leaving-dates",
    Wanted.ROWS: "records.rows",
}
"""Where the texts about what is wanted stand."""


def diagnosis_buttons(
    context: Context, command: Command, _question: Question, found: Diagnosis
) -> Sequence[Block]:
    """Return the button, if a user who is not the caller can be asked for the next step of a diagnosis.

    No run is asked for where a freeze keeps it from changing anything.
    """
    return _button(of_diagnosis(found), found.school, command.line, context)


def diagnosis_notes(context: Context, found: Diagnosis) -> Sequence[str]:
    """Return who has asked already for the next step of a diagnosis, what came of it, or whom to reach."""
    return _lines(of_diagnosis(found), found.school, context)


def several_notes(context: Context, _command: Command, found: Sequence[Diagnosis]) -> Sequence[Block]:
    """Return what `diagnosis_notes` says of each of several people, with their identifiers.

    Their table has no contacts, which an answer about one person has above its notes.
    """
    lines = [
        f"• `{escape(each.identifier)}` · {line}"
        for each in found
        for line in _lines(of_diagnosis(each), each.school, context, no_contact=True)
    ]
    return [section(part) for part in paragraphs(lines)]


def group_buttons(
    context: Context, found: Missing, line: Callable[[str], str]
) -> Mapping[str, Sequence[Block]]:
    """Return the button for each cause for which a user who is not the caller can be asked.

    `line` returns the command line of the group of a cause.
    """
    return {
        group.cause: _button(
            of_group(group, found.school),
            found.school,
            line(group.cause),
            context,
            context.voice.plain(group.headline),
        )
        for group in found.groups
    }


def group_notes(context: Context, found: Missing) -> Mapping[str, Sequence[str]]:
    """Return what `diagnosis_notes` says of each group, by cause."""
    return {
        group.cause: _lines(of_group(group, found.school), found.school, context) for group in found.groups
    }


def _button(
    wants: Sequence[Want], school: School, line: str, context: Context, about: str = ""
) -> list[Block]:
    stands = _standings([want for want in wants if not _is_frozen(want, context)], school, context)
    presses = [found.press for found in stands.values() if found.press is not None]
    press = next((press for press in Press if press in presses), None)
    return [] if press is None else [ask_button(wants, press, school, line, context.voice, about)]


def _lines(wants: Sequence[Want], school: School, context: Context, *, no_contact: bool = False) -> list[str]:
    lines = [line for found in _standings(wants, school, context).values() for line in found.lines]
    shown = [line for line in lines if not _can_do_without(line, context)]
    return standing_lines(shown, context.caller(), context.voice, no_contact=no_contact)


def _can_do_without(line: Line, context: Context) -> bool:
    """Return whether there is no user to ask for a run that the user may start, or that is frozen."""
    of_run = line.said is Said.UNREACHABLE and line.want.wanted is Wanted.RUN
    may = of_run and context.caller().may(Act.RUN, line.want.school)
    return may or (of_run and _is_frozen(line.want, context))


def _is_frozen(want: Want, context: Context) -> bool:
    """Return whether what is wanted is a run, of a school whose runs are frozen."""
    return want.wanted is Wanted.RUN and bool(context.frozen([want.school]))


def _standings(wants: Sequence[Want], school: School, context: Context) -> Mapping[Want, Standing]:
    """Return what stands about each of `wants`, found at `school`; it is looked up once for the request."""
    if not wants:
        return {}
    now = context.services.clock.now()

    def find() -> Mapping[Want, Standing]:
        with context.services.database.reading() as session:
            reachable = context.once(Reachable, lambda: Reachable.read(session, now))
            return standings(session, wants, school, context.user, now, reachable)

    return context.once((Standing, school.number, *wants), find)


def tasks(context: Context) -> Sequence[Task]:
    """Return the open requests that were made of the user, and those that they have made.

    Those that wait for users who are away and for whom this one covers are the user's own, as in digests.
    """
    schools: dict[str, School] = {school.number: school for school in context.every_school()}
    runs = {school.number for school in context.schools(Act.RUN)}
    asks = {school.number for school in context.schools(Act.DIAGNOSE)}
    with context.services.database.reading() as session:
        every = store.every_open(session)
        absent = absences.covered_by(context.user, absences.on(session, today(context.services.clock)))
        waiting = {found.key for found in waits(context.services, session, absent)} if absent else set()
    to_answer = [
        (request, _key(request) in waiting)
        for request in every
        if (context.user in request.to or _key(request) in waiting)
        and request.school in (runs if request.wanted is Wanted.RUN else asks)
    ]
    by_user = [
        (request, ask)
        for request in every
        for ask in request.asks
        if ask.user == context.user and ask.school in asks and request.school in schools
    ]
    return [
        *(
            _to_answer(request, schools[request.school], context, covered=covered)
            for request, covered in to_answer
        ),
        *(_asked(request, ask, schools[request.school], context.voice) for request, ask in by_user),
    ]


def waits(services: Services, session: Session, users: Collection[str]) -> list[WaitsFor]:
    """Return the open requests that were made of any of `users`, and that no other has taken.

    Those for a run of a school that is frozen are left out, unless one of these has taken them.
    """
    now, every = services.clock.now(), store.every_open(session)
    of_runs = {request.school for request in every if request.wanted is Wanted.RUN}
    there = school_store.some(session, sorted(of_runs)).values()
    frozen = freezes.since(session, uk_date(now)).frozen(there, now)

    def can_be_done(request: Request) -> bool:
        return request.wanted is not Wanted.RUN or request.school not in frozen

    return [
        WaitsFor(
            user,
            request.school,
            Text(f"{_TEXTS[request.wanted]}.waits", {"count": request.people}),
            _key(request),
            act_on(request.wanted),
        )
        for request in every
        for user in request.to
        if user in users and (request.taken_by == user or (request.taken_by is None and can_be_done(request)))
    ]


def _key(request: Request) -> str:
    """Return by what a request that waits for a user is told once."""
    return f"request:{request.id}"


def _to_answer(request: Request, school: School, context: Context, *, covered: bool) -> Task:
    """Return a request that the user is to carry out; that another has taken, or that waits for a freeze.

    One that is `covered` waits for a user who is away, and so for this one.
    """
    own, frozen = request.taken_by == context.user, request.wanted is Wanted.RUN and context.frozen([school])
    by_others = not covered and (request.taken_by or frozen)
    stand = Stand.TAKEN if own else Stand.OTHERS if by_others else Stand.YOURS
    said = Text(f"{_TEXTS[request.wanted]}.waits", {"count": request.people})
    about = f"{school.name.in_(context.voice.language)}, {context.voice.plain(said)}"
    words = context.voice.plain("button.open")
    opens = button(RequestAction.SHOW, words, str(request.id), about=about)
    return Task(stand, said, school, request.asked_at, opens, act=act_on(request.wanted))


def _asked(request: Request, ask: Ask, school: School, voice: Voice) -> Task:
    """Return a request that the user has made of others; it opens the people for whom it was made."""
    said = Text(f"{_TEXTS[request.wanted]}.waits-for-others")
    about = f"{school.name.in_(voice.language)}, {voice.plain(said)}"
    opens = button(RequestAction.DETAILS, voice.plain("button.open"), f"missing {ask.school}", about=about)
    return Task(Stand.OTHERS, said, school, ask.at, opens)
