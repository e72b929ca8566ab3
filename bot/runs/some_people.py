"""*Provision this one now*: the button, and a run of some people alone, then the question again."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import partial

from bot.commands import Command
from bot.identifiers import BETWEEN
from bot.people import audit
from bot.people.permissions import Act
from bot.runs import screens
from bot.runs.actions import RunAction, RunAuditAction
from bot.runs.answers import with_check
from bot.runs.noticed import noticed
from bot.slack import notices
from bot.slack.blocks import Block, button, escape, section
from bot.slack.context import Answer, Context
from bot.slack.freeze_words import unchanged
from bot.slack.own_moves import may_start
from bot.slack.voice import Voice
from diagnostics.sought_person import people_sought
from diagnostics.verdict import Diagnosis
from knowledge.ids import Question
from provisioning.errors import KnownError
from provisioning.records.schools import School
from provisioning.runs.some_people import provision_some
from provisioning.store.freezes import SchoolFrozen

_QUESTIONS = (Question.WHY_MISSING, Question.OLD_CLASS)
"""Questions whose answer can be a run of the school: that an account is not there, or is as last year."""
_BETWEEN = BETWEEN.strip()


def button_of(context: Context, command: Command, found: Diagnosis) -> list[Block]:
    """Return the button that provisions the person of a diagnosis alone, if that mends it and is allowed."""
    if not _is_to_provision(context, command, found):
        return []
    value = _value(found.school, [found.identifier], command)
    return [button(RunAction.PROVISION, context.voice.plain("button.provision-this"), value)]


def buttons_of_several(context: Context, command: Command, found: Iterable[Diagnosis]) -> Sequence[Block]:
    """Return for each school whose run mends what was found of several people who they are, with the button.

    `command` asks about all of them again.
    """
    by_school: defaultdict[School, list[str]] = defaultdict(list)
    for each in found:
        if _is_to_provision(context, command, each):
            by_school[each.school].append(each.identifier)
    voice = context.voice
    return [
        section(_who(school, people, voice), _button(school, people, command, voice, place))
        for place, (school, people) in enumerate(by_school.items())
    ]


def _who(school: School, people: Sequence[str], voice: Voice) -> str:
    names = " ".join(f"`{escape(identifier)}`" for identifier in people)
    return f"{voice.mrkdwn('some.wait-for-run', school=school.name, count=len(people))}\n{names}"


def _button(school: School, people: Sequence[str], command: Command, voice: Voice, place: int) -> Block:
    words = voice.plain("button.provision-this" if len(people) == 1 else "button.provision-these")
    about = school.name.in_(voice.language)
    value = _value(school, people, command)
    return button(RunAction.PROVISION, words, value, which=place, about=about)


def _is_to_provision(context: Context, command: Command, found: Diagnosis) -> bool:
    """Return whether a run of the person's own school mends what was found, and the caller may start it."""
    return (
        command.verb.question in _QUESTIONS
        and context.services.provisioning.external_directory is None
        and found.extract is not None
        and found.runs == (found.school,)
        and may_start(found.runs, context)
    )


def _value(school: School, people: Sequence[str], command: Command) -> str:
    return f"{school.number} {_BETWEEN.join(people)} {command.line}"


def provision_then_check(context: Context, number: str, named: str, command: Command) -> Answer:
    """Provision the people `named` at the school `number` alone, then answer `command` again."""
    school = context.school(Act.RUN, number)
    if school is None:
        return Answer(context.refuse(RunAuditAction.PROVISION, Act.RUN, number))
    people = named.split(_BETWEEN)
    _record(context, school, people, audit.BEGUN)
    started = notices.sentence("some.started", context.voice, school=school.name, count=len(people))
    return Answer(started, lambda: with_check(context, command, _provision(context, school, people)))


def _record(context: Context, school: School, people: Sequence[str], outcome: str) -> None:
    for person in people:
        context.record(RunAuditAction.PROVISION, school.number, person, outcome)


def _provision(context: Context, school: School, people: Sequence[str]) -> Sequence[Block]:
    """Run `school` for some people alone, and return what came of it, or the error, as blocks."""
    voice = context.voice.to(context.caller(), school)
    try:
        done = provision_some(
            context.services.provisioning,
            school.number,
            len(people),
            partial(people_sought, people),
            started_by=context.user,
        )
    except KnownError as error:
        _record(context, school, people, audit.outcome_of(error))
        if isinstance(error, SchoolFrozen):
            return unchanged(context, school, error).blocks
        return notices.problem(error, voice).blocks
    _record(context, school, people, done.status)
    with context.services.database.reading() as session:
        found = noticed(session, [done])[done.known_id]
    may_undo = context.afresh().caller().may(Act.UNDO, school)
    return screens.provisioned_some(school, done, voice, found, may_undo=may_undo).blocks
