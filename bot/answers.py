"""What the bot answers to a command: authorised here, worked out by the floors below, then presented.

Slash commands, buttons, menus and modals all come through here, so that none of them can do what
another may not.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from bot import access, asking, audit, granting, groups, preferences, reviewing, rollover
from bot.access import Act, Caller
from bot.audit import Looked
from bot.bootstrap import Services
from bot.commands import Command, Takes, Unknown, Verb
from bot.desk.case import Door
from bot.desking import Desk
from bot.documents import Document
from bot.plain_words import understand
from bot.presenters import answers, notices, roles
from bot.presenters import asking as asking_screens
from bot.presenters import grants as grant_screens
from bot.presenters import runs as run_screens
from bot.presenters.blocks import Block, Screen, button
from bot.presenters.desk import ask_button
from bot.presenters.grants import Places
from bot.presenters.requests import manager_button
from bot.presenters.voice import Voice
from bot.presenters.watching import listed, watch_button
from bot.requests.recipients import alone
from bot.requests.wanted import of_diagnosis
from bot.watching import store as watch_store
from bot.watching.watch import watchable
from diagnostics.verdict import Diagnosis
from diagnostics.walk import diagnose, run_that_mends
from knowledge.texts import Language
from provisioning.clock import today
from provisioning.errors import KnownError
from provisioning.forecast import forecast
from provisioning.records import RunStatus, School
from provisioning.runs import dry_run, provision
from provisioning.store import runs, schools

T = TypeVar("T")
_LANGUAGES: dict[str, Language] = {
    "english": "en",
    "saesneg": "en",
    "en": "en",
    "cymraeg": "cy",
    "welsh": "cy",
    "cy": "cy",
}


@dataclass(frozen=True)
class Answer:
    """What to show now; `then` is work that takes longer, whose result takes its place.

    `document` makes a file, which goes to whoever asked and to nobody else. `modal`: it opens one where it
    was typed. The rest is for the audit.
    """

    screen: Screen
    then: Callable[[], Screen] | None = None
    document: Callable[[], Document] | None = None
    modal: bool = False
    outcome: str = audit.OK
    school: str | None = None
    subject: str | None = None


@dataclass(frozen=True)
class AskAbout:
    """There is nothing to answer yet: a modal asks about whom, at one of these schools."""

    verb: Verb
    schools: Sequence[School]


@dataclass(frozen=True)
class AskInWords:
    """There is nothing to answer yet: a modal asks for a question."""


@dataclass(frozen=True)
class Asker:
    """Somebody who asks, and the voice in which they are answered; who is away has no roles."""

    services: Services
    user: str
    voice: Voice
    away: bool = False

    def caller(self) -> Caller:
        """The grants in force today."""
        if self.away:
            return Caller(self.user, ())
        with self.services.database.reading() as session:
            return access.caller(session, self.user, today(self.services.clock))

    def schools(self, act: Act) -> list[School]:
        """The schools at which this may be done."""
        caller = self.caller()
        with self.services.database.reading() as session:
            return caller.schools(act, schools.every(session))

    def known(self) -> list[School]:
        """The schools over which there is any role."""
        caller = self.caller()
        with self.services.database.reading() as session:
            return [school for school in schools.every(session) if caller.knows(school)]

    def refused(self, act: Act, number: str) -> Screen:
        """Why there is no answer: the same sentence whether or not the school or the person exists."""
        return roles.refusal_at(self.caller(), act, number, self.known(), self.voice)

    def record(
        self, deed: str, school: str | None = None, subject: str | None = None, outcome: str = audit.OK
    ) -> None:
        """Record in the audit what this person has looked up or changed, before they are shown anything."""
        now = self.services.clock.now()
        audit.keep(
            self.services.database, Looked(now, self.user, "slack", deed, school or None, subject, outcome)
        )

    def change(
        self,
        deed: str,
        school: str | None,
        do: Callable[[], T],
        outcome: Callable[[T], str] = lambda _done: audit.OK,
        subject: str | None = None,
    ) -> T:
        """Change something, recorded before it begins and again with what came of it."""
        self.record(deed, school, subject, audit.BEGUN)
        try:
            done = do()
        except KnownError as error:
            self.record(deed, school, subject, audit.outcome_of(error))
            raise
        self.record(deed, school, subject, outcome(done))
        return done


def answer(asker: Asker, command: Command | Unknown) -> Answer | AskAbout | AskInWords:
    """The answer to a command, a refusal, or a question back; recorded in the audit, whatever it is."""
    if isinstance(command, Unknown):
        return Answer(notices.unknown(command, _help(asker).blocks, asker.voice))
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
        return Answer(_FREE[verb.takes](asker, command))
    if verb.takes is Takes.ROLES:
        return _roles(asker, command)
    allowed = asker.schools(verb.act)
    if not allowed or command.school not in ("", *(school.number for school in allowed)):
        return Answer(asker.refused(verb.act, command.school), outcome=audit.REFUSED)
    if verb.act is Act.DESK:
        return _at_the_desk(asker, command, allowed)
    if verb.takes is Takes.SCHOOLS and not command.school and len(allowed) > 1:
        shown = rollover.board(asker.services, asker.voice, command.about, allowed)
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
        return Answer(desk.shown(int(command.about)) if command.about.isdecimal() else desk.queue())
    if not command.about:
        return AskAbout(command.verb, allowed)
    return Answer(desk.opened(*desk.triage(command.about, Door.PASTED, allowed)))


def _at_school(asker: Asker, command: Command, school: School) -> Answer:
    if command.verb.question is not None:
        return _diagnosis(asker, command.at(school.number), school)
    if command.verb.takes is Takes.KIND:
        return Answer(reviewing.screen(asker.services, asker.voice, school, command.about))
    if command.verb.takes is Takes.COHORT:
        found = groups.shown(asker.services, asker.voice, school, command.about, asker.user)
        return Answer(found.now, document=found.document)
    return _ABOUT_SCHOOL[command.verb.word](asker, school)


def asked(asker: Asker, words: str, *, kept: bool = False) -> Answer:
    """The answer to a question in plain words; where it is plain about whom, the diagnosis itself.

    `kept`: the answer stays where it is shown, so nobody is looked up but at the press of a button.
    """
    allowed, day = asker.schools(Act.DIAGNOSE), today(asker.services.clock)
    meant = asking.meant(understand(words, asker.services.finder, allowed, day))
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
        ran = _run(asker, allowed[school])
        checked = answer(asker, command)
        after = checked.screen if isinstance(checked, Answer) else ran
        return replace(after, blocks=[*ran.blocks, *after.blocks])

    return Answer(_running(asker, allowed[school]), then)


def _diagnosis(asker: Asker, command: Command, school: School) -> Answer:
    question, house = command.verb.question, asker.services.house
    assert question is not None  # noqa: S101 - for the type checker; the caller has looked
    found = diagnose(house, question, command.about, school.number)
    edition = house.knowledge.edition(found.entry, today(house.clock))
    buttons = _buttons(asker, command, found)
    shown = answers.diagnosis(found, edition, asker.voice, house.clock.now(), buttons)
    return Answer(shown, outcome=found.cause, subject=found.identifier)


def _buttons(asker: Asker, command: Command, found: Diagnosis) -> list[Block]:
    voice, buttons = asker.voice, []
    mends = run_that_mends(found)
    if mends is not None and asker.caller().may(Act.RUN, mends):
        key = "button.run-now" if mends.number == found.school.number else "button.run-previous"
        words = voice.plain(key, school=mends.name)
        buttons.append(button("run-now", words, f"{mends.number} {command.line}", "primary"))
    if _is_askable(asker, found):
        buttons.append(manager_button(command.line, voice))
    if command.verb.question is not None and watchable(command.verb.question, found):
        buttons.append(watch_button(command.line, voice))
    buttons.append(button("say:again", voice.plain("button.check-again"), command.line))
    buttons.append(button("say:faq", voice.plain("button.show-faq"), f"faq {found.entry}"))
    buttons.append(ask_button(command.line, voice))
    return buttons


def _is_askable(asker: Asker, found: Diagnosis) -> bool:
    """Whether it is the move of somebody else who runs a client, and can be asked."""
    wants = of_diagnosis(found)
    if not wants:
        return False
    with asker.services.database.reading() as session:
        grants = access.in_force(session, today(asker.services.clock))
    return any(not alone(asker.user, want.school, grants) for want in wants)


def _last_run(asker: Asker, school: School) -> Answer:
    with asker.services.database.reading() as session:
        last, latest = runs.last_success(session, school.number), runs.latest(session, school.number)
    buttons = []
    caller, voice = asker.caller(), asker.voice
    if caller.may(Act.RUN, school):
        buttons.append(button("say:run", voice.plain("button.run-now"), f"run {school.number}"))
        buttons.append(button("say:forecast", voice.plain("button.forecast"), f"forecast {school.number}"))
    if latest is not None and latest.status is RunStatus.HELD and caller.may(Act.DECIDE, school):
        buttons += run_screens.deciding_buttons(school, latest, voice)
    ours = asker.services.house.elsewhere is None
    if ours and latest is not None and latest.undoable and caller.may(Act.UNDO, school):
        buttons.append(run_screens.undo_button(school, latest, voice))
    return Answer(run_screens.last_run(school, last, latest, asker.voice, buttons))


def _forecast(asker: Asker, school: School) -> Answer:
    house = asker.services.house
    run, draft = dry_run(house, school.number)
    if draft is None:
        return Answer(run_screens.ran(school, run, asker.voice))
    with house.database.reading() as session:
        names = {one.number: one for one in schools.every(session)}
    found = forecast(draft)
    return Answer(run_screens.forecast(school, found, names, asker.voice, house.clock.now()))


def _start_run(asker: Asker, school: School) -> Answer:
    return Answer(_running(asker, school), lambda: _run(asker, school), outcome=audit.BEGUN)


def _running(asker: Asker, school: School) -> Screen:
    return notices.sentence("answer.running", asker.voice, school=school.name)


def _run(asker: Asker, school: School) -> Screen:
    try:
        run = provision(asker.services.house, school.number, started_by=asker.user)
    except KnownError as error:
        asker.record("run", school.number, outcome=audit.outcome_of(error))
        return notices.problem(error, asker.voice)
    asker.record("run", school.number, outcome=run.status)
    return run_screens.ran(school, run, asker.voice)


def _faq(asker: Asker, command: Command) -> Screen:
    known, day = asker.services.house.knowledge, today(asker.services.clock)
    if not command.about:
        every = [(entry, entry.in_force(day)) for entry in known.entries.values()]
        return answers.faq_list(every, asker.voice)
    entry = known.entries.get(command.about.casefold())
    if entry is None:
        raise KnownError("entry-unknown", entry=command.about, known=", ".join(known.entries))
    return answers.faq(entry, entry.in_force(day), asker.voice)


def _language(asker: Asker, command: Command) -> Screen:
    chosen = _LANGUAGES.get(command.about.casefold())
    if chosen is None:
        return notices.sentence("language.which", asker.voice)
    with asker.services.database.writing() as session:
        preferences.choose_language(session, asker.user, chosen)
    return notices.sentence("language.chosen", replace(asker.voice, language=chosen))


def _rollover(asker: Asker, school: School) -> Answer:
    return Answer(rollover.own(asker.services, asker.voice, asker.caller(), school))


def _dates(asker: Asker, command: Command) -> Screen:
    return rollover.dates(asker.services, asker.voice, command.about, asker.schools(Act.LAST_RUN))


def watches(asker: Asker) -> Screen:
    """What somebody has asked to be told of, at the schools about which they may still ask."""
    allowed = {school.number: school for school in asker.schools(Act.DIAGNOSE)}
    with asker.services.database.reading() as session:
        own = [one for one in watch_store.every(session, asker.user) if one.school in allowed]
    return listed(own, allowed, asker.voice)


def _watches(asker: Asker, _command: Command) -> Screen:
    return watches(asker)


def _help(asker: Asker, _command: Command | None = None) -> Screen:
    return roles.help_(asker.caller().acts, asker.voice)


_FREE: Mapping[Takes, Callable[[Asker, Command], Screen]] = {
    Takes.ENTRY: _faq,
    Takes.DATES: _dates,
    Takes.LANGUAGE: _language,
    Takes.OWN: _watches,
    Takes.NOTHING: _help,
}
_ABOUT_SCHOOL = {
    "last-run": _last_run,
    "run": _start_run,
    "forecast": _forecast,
    "rollover": _rollover,
}
