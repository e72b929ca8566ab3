"""What the bot answers to a command: authorised here, worked out by the floors below, then presented.

Slash commands, buttons, menus and modals all come through here, so that none of them can do what
another may not.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from bot.commands import Command, Takes, Unknown
from bot.desk.answers import DeskView
from bot.desk.case import EnquirySource
from bot.diagnosis.answers import diagnosis
from bot.grants import screens as grant_screens
from bot.grants.screens import Places
from bot.missing import answers as missing_answers
from bot.people import audit, granting
from bot.people.permissions import Act
from bot.questions import interpretation
from bot.questions import screens as asking_screens
from bot.questions.answers import FREE, help_
from bot.questions.plain_words import understand
from bot.reviews import answers as reviews_answers
from bot.rollover import answers as rollover_answers
from bot.runs.answers import expected, last_run, run, start, under_way
from bot.slack import notices, refusals
from bot.slack.blocks import Screen
from bot.slack.context import Answer, AskForPerson, AskForQuestion, Context
from provisioning.clock import today
from provisioning.errors import KnownError
from provisioning.records import School


def dispatch(context: Context, command: Command | Unknown) -> Answer | AskForPerson | AskForQuestion:
    """The answer to a command, a refusal, or a question back; recorded in the audit, whatever it is."""
    if isinstance(command, Unknown):
        return Answer(notices.unknown(command, help_(context).blocks, context.voice))
    subject = command.about if command.verb.takes is Takes.PERSON else None
    try:
        found = _answer(context, command)
    except KnownError as error:
        context.record(command.verb.word, command.school, subject, audit.outcome_of(error))
        raise
    if not isinstance(found, Answer):
        context.record(command.verb.word, command.school, subject, audit.ASKED_BACK)
    else:
        school = found.school or command.school
        context.record(command.verb.word, school, found.subject or subject, found.outcome)
    return found


def _answer(context: Context, command: Command) -> Answer | AskForPerson | AskForQuestion:
    verb = command.verb
    if verb.takes is Takes.WORDS:
        return asked(context, command.about) if command.about else AskForQuestion()
    if verb.act is None:
        return Answer(FREE[verb.takes](context, command))
    if verb.takes is Takes.ROLES:
        return _roles(context, command)
    allowed = context.schools(verb.act)
    if not allowed or command.school not in ("", *(school.number for school in allowed)):
        return Answer(context.refused(verb.act, command.school), outcome=audit.REFUSED)
    return _AMONG.get(verb.takes, _at_one)(context, command, allowed)


def _roles(context: Context, command: Command) -> Answer:
    caller = context.caller()
    if Act.GRANTS not in caller.acts:
        return Answer(context.refused(Act.GRANTS, ""), outcome=audit.REFUSED)
    places = Places.of(context.every_school())
    found = granting.overseen(context.services.database, caller)
    return Answer(grant_screens.listing(found, command.about, places, context.voice), modal=True)


def _cases(context: Context, command: Command, _allowed: Sequence[School]) -> Answer:
    desk = DeskView(context.services, context.voice, context.caller())
    shown = desk.shown(int(command.about)) if command.about.isdecimal() else desk.queue()
    refused = shown == refusals.refused(Act.DESK, context.voice)
    return Answer(shown, outcome=audit.REFUSED if refused else audit.OK)


def _triage(context: Context, command: Command, allowed: Sequence[School]) -> Answer | AskForPerson:
    if not command.about:
        return AskForPerson(command.verb, allowed)
    desk = DeskView(context.services, context.voice, context.caller())
    return Answer(desk.opened(*desk.triage(command.about, EnquirySource.PASTED, allowed)))


def _board(context: Context, command: Command, allowed: Sequence[School]) -> Answer:
    if command.school or len(allowed) == 1:
        return _at_one(context, command, allowed)
    shown = rollover_answers.board(context.services, context.voice, command.about, allowed)
    return Answer(shown.now, shown.then, shown.document)


def _person(context: Context, command: Command, allowed: Sequence[School]) -> Answer | AskForPerson:
    if command.about:
        return _at_one(context, command, allowed)
    named = [school for school in allowed if school.number == command.school]
    return AskForPerson(command.verb, named or allowed)


def _at_one(context: Context, command: Command, allowed: Sequence[School]) -> Answer:
    """The answer at the school that is named, or at the only one; else the question which."""
    school = next((one for one in allowed if one.number == command.school), None)
    if school is None and len(allowed) > 1:
        return Answer(notices.which_school(command, allowed, context.voice), outcome=audit.ASKED_BACK)
    school = school or allowed[0]
    return replace(_at_school(context, command, school), school=school.number)


def _at_school(context: Context, command: Command, school: School) -> Answer:
    if command.verb.question is not None:
        return diagnosis(context, command.at(school.number), command.verb.question, school)
    if command.verb.takes is Takes.KIND:
        return Answer(reviews_answers.screen(context.services, context.voice, school, command.about))
    if command.verb.takes is Takes.COHORT:
        found = missing_answers.missing_answer(context, school, command.about)
        return Answer(found.now, document=found.document)
    return _ABOUT_SCHOOL[command.verb.word](context, school)


def asked(context: Context, words: str, *, kept: bool = False) -> Answer:
    """The answer to a question in plain words; where it is plain about whom, the diagnosis itself.

    `kept`: the answer stays where it is shown, so nobody is looked up but at the press of a button.
    """
    allowed, day = context.schools(Act.DIAGNOSE), today(context.services.clock)
    meant = interpretation.match_question(understand(words, context.services.finder, allowed, day))
    if meant.command is not None and allowed and not kept:
        found = dispatch(context, meant.command)
        if isinstance(found, Answer):
            return found
    outcome = audit.OK if meant.sure or meant.courtesy else audit.ASKED_BACK
    known = context.services.provisioning.knowledge
    return Answer(asking_screens.shown(meant, known, day, context.voice, bool(allowed)), outcome=outcome)


def run_then_check(context: Context, school: str, command: Command) -> Answer:
    """Run a school's client, then ask the same question again: the "Run now" of a diagnosis."""
    found = context.school(Act.RUN, school)
    if found is None:
        return Answer(context.refuse("run", Act.RUN, school))
    context.record("run", school, outcome=audit.BEGUN)

    def then() -> Screen:
        ran = run(context, found)
        checked = dispatch(context.afresh(), command)  # the roles may have ended while it ran
        after = checked.screen if isinstance(checked, Answer) else ran
        return replace(after, blocks=[*ran.blocks, *after.blocks])

    return Answer(under_way(context, found), then)


def _rollover(context: Context, school: School) -> Answer:
    return Answer(rollover_answers.own(context.services, context.voice, context.caller(), school))


_ABOUT_SCHOOL = {
    "last-run": last_run,
    "run": start,
    "forecast": expected,
    "rollover": _rollover,
}
_AMONG: Mapping[Takes, Callable[[Context, Command, Sequence[School]], Answer | AskForPerson]] = {
    Takes.CASE: _cases,
    Takes.TEXT: _triage,
    Takes.SCHOOLS: _board,
    Takes.PERSON: _person,
}
"""What answers a verb of each kind among the schools at which it is allowed; the others, at one school."""
