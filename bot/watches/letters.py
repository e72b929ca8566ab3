"""The letter that tells the user who asked for a watch how it ended."""

from bot.outbox.kinds import LetterContext, LetterKind, ReaderRight
from bot.outbox.letters import Letter
from bot.people.permissions import Act
from bot.slack.blocks import Screen
from bot.watches import screens
from bot.watches.watch import Watch, WatchEnd, WatchNews
from provisioning import upn
from provisioning.store import schools


def end_letter(watch: Watch, news: WatchNews, year: str | None = None) -> Letter:
    """Return the letter to the user of `watch`, which ends with `news`; `year` is a learner's year group."""
    learner = upn.looks_like(watch.identifier)
    end = WatchEnd(watch.line, watch.school, news, watch.question, watch.since, year, learner)
    payload = WATCH.write(end)
    return Letter(f"watch:{watch.id}:{watch.since.isoformat()}:{watch.user}", watch.user, payload)


def _end(context: LetterContext, end: WatchEnd) -> Screen:
    return screens.news(end, schools.get(context.session, end.school), context.voice)


WATCH = LetterKind(
    name="watch",
    payload=WatchEnd,
    screen=_end,
    reader=ReaderRight(Act.DIAGNOSE, lambda _, end: end.school),
)
KINDS = (WATCH,)
