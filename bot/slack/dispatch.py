"""What the bot answers to a command: authorised here, worked out by the floors below, then presented.

Slash commands, buttons, menus and modals all come through here, so that none of them can do what
another may not.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.commands import Command, Takes, Unknown
from bot.desk.answers import Desk
from bot.desk.case import Door
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
from bot.slack.context import Answer, AskAbout, Asker, AskInWords
from provisioning.clock import today
from provisioning.errors import KnownError
from provisioning.records import School
from provisioning.store import schools


def answer(asker: Asker, command: Command | Unknown) -> Answer | AskAbout | AskInWords:
    """The answer to a command, a refusal, or a question back; recorded in the audit, whatever it is."""
    if isinstance(command, Unknown):
        return Answer(notices.unknown(command, help_(asker).blocks, asker.voice))
    subject = command.about if command.verb.takes is Takes.PERSON else None
    try:
        found = _answer(asker, command)
    except KnownError as error:
        asker.record(command.verb.word, command.school, subject, audit.outcome_of(error))
        raise
    if not isinstance(found, Answer):
        asker.record(command.verb.word, command.school, subject, audit.ASKED_BACK)
    else:
        school = found.school or command.school
        asker.record(command.verb.word, school, found.subject or subject, found.outcome)
    return found


def _answer(asker: Asker, command: Command) -> Answer | AskAbout | AskInWords:
    verb = command.verb
    if verb.takes is Takes.WORDS:
        return asked(asker, command.about) if command.about else AskInWords()
    if verb.act is None:
        return Answer(FREE[verb.takes](asker, command))
    if verb.takes is Takes.ROLES:
        return _roles(asker, command)
    allowed = asker.schools(verb.act)
    if not allowed or command.school not in ("", *(school.number for school in allowed)):
        return Answer(asker.refused(verb.act, command.school), outcome=audit.REFUSED)
    if verb.act is Act.DESK:
        return _at_the_desk(asker, command, allowed)
    if verb.takes is Takes.SCHOOLS and not command.school and len(allowed) > 1:
        shown = rollover_answers.board(asker.services, asker.voice, command.about, allowed)
        return Answer(shown.now, shown.then, shown.document)
    if verb.takes is Takes.PERSON and not command.about:
        named = [school for school in allowed if school.number == command.school]
        return AskAbout(verb, named or allowed)
    school = next((one for one in allowed if one.number == command.school), None)
    if school is None and len(allowed) > 1:
        return Answer(notices.which_school(command, allowed, asker.voice), outcome=audit.ASKED_BACK)
    school = school or allowed[0]
    return replace(_at_school(asker, command, school), school=school.number)


def _roles(asker: Asker, command: Command) -> Answer:
    caller = asker.caller()
    if Act.GRANTS not in caller.acts:
        return Answer(asker.refused(Act.GRANTS, ""), outcome=audit.REFUSED)
    with asker.services.database.reading() as session:
        places = Places.of(schools.every(session))
    found = granting.overseen(asker.services.database, caller)
    return Answer(grant_screens.listing(found, command.about, places, asker.voice), modal=True)


def _at_the_desk(asker: Asker, command: Command, allowed: Sequence[School]) -> Answer | AskAbout:
    desk = Desk(asker.services, asker.voice, asker.caller())
    if command.verb.takes is Takes.CASE:
        shown = desk.shown(int(command.about)) if command.about.isdecimal() else desk.queue()
        refused = shown == refusals.refused(Act.DESK, asker.voice)
        return Answer(shown, outcome=audit.REFUSED if refused else audit.OK)
    if not command.about:
        return AskAbout(command.verb, allowed)
    return Answer(desk.opened(*desk.triage(command.about, Door.PASTED, allowed)))


def _at_school(asker: Asker, command: Command, school: School) -> Answer:
    if command.verb.question is not None:
        return diagnosis(asker, command.at(school.number), command.verb.question, school)
    if command.verb.takes is Takes.KIND:
        return Answer(reviews_answers.screen(asker.services, asker.voice, school, command.about))
    if command.verb.takes is Takes.COHORT:
        found = missing_answers.shown(asker.services, asker.voice, school, command.about, asker.user)
        return Answer(found.now, document=found.document)
    return _ABOUT_SCHOOL[command.verb.word](asker, school)


def asked(asker: Asker, words: str, *, kept: bool = False) -> Answer:
    """The answer to a question in plain words; where it is plain about whom, the diagnosis itself.

    `kept`: the answer stays where it is shown, so nobody is looked up but at the press of a button.
    """
    allowed, day = asker.schools(Act.DIAGNOSE), today(asker.services.clock)
    meant = interpretation.meant(understand(words, asker.services.finder, allowed, day))
    if meant.command is not None and allowed and not kept:
        found = answer(asker, meant.command)
        if isinstance(found, Answer):
            return found
    outcome = audit.OK if meant.sure or meant.courtesy else audit.ASKED_BACK
    known = asker.services.house.knowledge
    return Answer(asking_screens.shown(meant, known, day, asker.voice, bool(allowed)), outcome=outcome)


def run_then_check(asker: Asker, school: str, command: Command) -> Answer:
    """Run a school's client, then ask the same question again: the "Run now" of a diagnosis."""
    allowed = {one.number: one for one in asker.schools(Act.RUN)}
    if school not in allowed:
        asker.record("run", school, outcome=audit.REFUSED)
        return Answer(asker.refused(Act.RUN, school))
    asker.record("run", school, outcome=audit.BEGUN)

    def then() -> Screen:
        ran = run(asker, allowed[school])
        checked = answer(asker, command)
        after = checked.screen if isinstance(checked, Answer) else ran
        return replace(after, blocks=[*ran.blocks, *after.blocks])

    return Answer(under_way(asker, allowed[school]), then)


def _rollover(asker: Asker, school: School) -> Answer:
    return Answer(rollover_answers.own(asker.services, asker.voice, asker.caller(), school))


_ABOUT_SCHOOL = {
    "last-run": last_run,
    "run": start,
    "forecast": expected,
    "rollover": _rollover,
}
