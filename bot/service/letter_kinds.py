"""What a letter says at the moment at which it is sent; nothing at all where that has been settled."""

from collections.abc import Callable, Mapping
from datetime import date

from sqlalchemy.orm import Session

from bot.alerts import screens, store
from bot.alerts.alert import Key
from bot.alerts.digest import Section
from bot.desk import letter_screens as case_screens
from bot.desk import notifications, week_screens, weekly
from bot.desk import store as cases
from bot.desk.case_texts import subject
from bot.desk.figures import Week
from bot.identity import letters as identity_letters
from bot.identity import screens as identity_screens
from bot.outbox.letters import Letter
from bot.people import permissions
from bot.people.permissions import Act
from bot.requests import screens as request_screens
from bot.requests import store as request_store
from bot.runs import screens as run_screens
from bot.services import Services
from bot.slack.blocks import Screen
from bot.slack.uploads import Document
from bot.slack.voice import Voice
from bot.watches import screens as watch_screens
from knowledge.texts import Text
from provisioning.clock import today
from provisioning.records import RunStatus, School
from provisioning.store import identities, runs, schools

Say = Callable[["Wording", Session, Letter, Voice], Screen | None]


class Wording:
    """Says letters by their kind."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def screen(self, letter: Letter, voice: Voice) -> Screen | None:
        """A letter as a screen; None where there is nothing to say any more."""
        with self._services.database.reading() as session:
            return _KINDS[letter.payload["kind"]](self, session, letter, voice)

    def alert(self, session: Session, letter: Letter, voice: Voice) -> Screen | None:
        """An alert as it stands; one that was put right before anybody heard of it is no news."""
        alert = store.one(session, Key.read(str(letter.about)))
        if alert is None or not (alert.open or letter.payload["edits"]):
            return None
        return screens.alert(alert, schools.one(session, alert.key.school), voice)

    def reminder(self, session: Session, letter: Letter, voice: Voice) -> Screen | None:
        """What somebody had put off, if it still stands open."""
        alert = store.one(session, Key.read(letter.payload["alert"]))
        if alert is None or not alert.open:
            return None
        return screens.reminder(alert, schools.one(session, alert.key.school), voice)

    def digest(self, session: Session, letter: Letter, voice: Voice) -> Screen | None:
        """A digest, on its own day: yesterday's is no news."""
        day = date.fromisoformat(letter.payload["day"])
        if day != today(self._services.clock):
            return None
        sections = [
            Section(Text.from_json(one["title"]), tuple(map(Text.from_json, one["lines"])), one["school"])
            for one in letter.payload["sections"]
        ]
        return screens.digest(day, sections, voice)

    def held(self, session: Session, letter: Letter, voice: Voice) -> Screen | None:
        """A run that holds something, if it still does."""
        run = runs.one(session, letter.payload["run"])
        if run.status is not RunStatus.HELD:
            return None
        return run_screens.held(schools.one(session, run.school), run, voice)

    def identity(self, session: Session, letter: Letter, voice: Voice) -> Screen | None:
        """That accounts are in doubt at a school, if they still are, to those who still may decide."""
        school = schools.one(session, letter.payload["school"])
        waiting = identities.waiting(session, school.number)
        if not waiting or not self._may(session, letter.to, Act.DECIDE, school):
            return None
        return identity_screens.news(school, len(waiting), voice)

    def case(self, session: Session, letter: Letter, voice: Voice) -> Screen | None:
        """A case in the desk's channel as it stands; one that was resolved before it was told is no news."""
        case = cases.find(session, letter.payload["case"])
        if case is None or not (case.open or letter.payload["edits"]):
            return None
        day = today(self._services.clock)
        about = subject(case, self._services.provisioning.knowledge, day)
        school = schools.one(session, case.school) if case.school else None
        return case_screens.in_channel(case, school, about, voice, day)

    def case_answer(self, session: Session, letter: Letter, voice: Voice) -> Screen | None:
        """The desk's reply, as it was sent."""
        case = cases.find(session, letter.payload["case"])
        if case is None:
            return None
        replies = [
            one.note
            for one in cases.events(session, case.number)
            if one.at.isoformat() == letter.payload["at"] and one.note
        ]
        return case_screens.answer(case, replies[-1], voice) if replies else None

    def case_outcome(self, session: Session, letter: Letter, voice: Voice) -> Screen | None:
        """That a case is resolved, if it still is."""
        case = cases.find(session, letter.payload["case"])
        return None if case is None or case.open else case_screens.outcome(case, voice)

    def case_handed(self, session: Session, letter: Letter, voice: Voice) -> Screen | None:
        """That a case is now somebody's, if it still is."""
        case = cases.find(session, letter.payload["case"])
        if case is None or not case.open or case.taken_by != letter.to:
            return None
        by = [one.by for one in cases.events(session, case.number) if one.to == letter.to]
        about = subject(case, self._services.provisioning.knowledge, today(self._services.clock))
        return case_screens.handed(case, about, by[-1], voice)

    def case_due(self, session: Session, letter: Letter, voice: Voice) -> Screen | None:
        """That a case has waited for long enough, to whoever still has it."""
        case = cases.find(session, letter.payload["case"])
        if case is None or not case.open or case.taken_by != letter.to or case.waiting_for is not None:
            return None
        about = subject(case, self._services.provisioning.knowledge, today(self._services.clock))
        return case_screens.due(case, about, voice)

    def desk_week(self, session: Session, letter: Letter, voice: Voice) -> Screen | None:
        """A week of the service desk."""
        return week_screens.summary(_week(session, letter), voice)

    def document(self, letter: Letter, voice: Voice) -> Document | None:
        """What goes into the thread of a letter, where there is such a thing."""
        if letter.payload["kind"] != weekly.KIND:
            return None
        from bot.desk.week_picture import document  # drawing takes its time to come up

        with self._services.database.reading() as session:
            return document(_week(session, letter), voice)

    def request(self, session: Session, letter: Letter, voice: Voice) -> Screen | None:
        """A request as it stands, to those who may run that school's client."""
        one = request_store.one(session, letter.payload["request"])
        if one is None or not (one.open or letter.payload["edits"]):
            return None
        known = {school.number: school for school in schools.every(session)}
        if not self._may(session, letter.to, Act.RUN, known[one.school]):
            return None
        return request_screens.letter(one, known, voice, letter.to)

    def request_news(self, session: Session, letter: Letter, voice: Voice) -> Screen | None:
        """What came of a request, to those who have asked and still have their role."""
        one = request_store.one(session, letter.payload["request"])
        enquiry = schools.one(session, letter.payload["school"])
        if one is None or not self._may(session, letter.to, Act.DIAGNOSE, enquiry):
            return None
        school = schools.one(session, one.school)
        foreign = not self._may(session, letter.to, Act.LAST_RUN, school)
        return request_screens.news(letter.payload, one, school, foreign, voice)

    def watch(self, session: Session, letter: Letter, voice: Voice) -> Screen | None:
        """The end of a watch, to whoever asked for it and may still know."""
        school = schools.one(session, letter.payload["school"])
        if not self._may(session, letter.to, Act.DIAGNOSE, school):
            return None
        return watch_screens.news(letter.payload, school, voice)

    def _may(self, session: Session, user: str, act: Act, school: School) -> bool:
        return permissions.caller(session, user, today(self._services.clock)).may(act, school)

    def trouble(self, session: Session, letter: Letter, voice: Voice) -> Screen | None:
        """Somebody or something that messages can't reach."""
        return screens.trouble(letter.payload["to"], letter.payload["why"], voice)


def _week(session: Session, letter: Letter) -> Week:
    return weekly.figures(session, date.fromisoformat(letter.payload["monday"]))


_KINDS: Mapping[str, Say] = {
    "alert": Wording.alert,
    "reminder": Wording.reminder,
    "digest": Wording.digest,
    "held": Wording.held,
    identity_letters.KIND: Wording.identity,
    "request": Wording.request,
    "request-news": Wording.request_news,
    "watch": Wording.watch,
    "trouble": Wording.trouble,
    notifications.CASE: Wording.case,
    notifications.ANSWER: Wording.case_answer,
    notifications.OUTCOME: Wording.case_outcome,
    notifications.HANDED: Wording.case_handed,
    notifications.DUE: Wording.case_due,
    weekly.KIND: Wording.desk_week,
}
