"""Watches as Slack shows them: begun, listed, stopped, and the news at their end."""

from collections.abc import Mapping, Sequence

from bot.slack.blocks import Block, Screen, button, escape, section
from bot.slack.voice import Voice
from bot.watches.actions import WatchAction
from bot.watches.watch import Watch, WatchEnd, WatchNews
from knowledge.ids import Question
from knowledge.texts import Text, say_day, say_time
from provisioning.clock import uk_date
from provisioning.records.schools import School


def watch_button(question: Question, line: str, voice: Voice) -> Block:
    """Return the button that begins a watch over `question`, which the command `line` asks."""
    key = "watch.class-button" if question is Question.OLD_CLASS else "watch.button"
    return button(WatchAction.START, voice.plain(key), line)


def started(watch: Watch, school: School, new: bool, voice: Voice) -> Screen:
    """Return the answer to a user who begins a watch, `new` or had already: when it ends, and Stop."""
    key = "watch.started" if new else "watch.already"
    said = voice.plain(key, school=school.name, until=watch.until)
    return Screen(said, [section(escape(said), _stop(watch, voice))])


def listed(watches: Sequence[Watch], schools: Mapping[str, School], voice: Voice) -> Screen:
    """Return a user's watches, each with its Stop button; `schools` are by number."""
    if not watches:
        said = voice.plain("watch.none")
        return Screen(said, [section(escape(said))])
    title = voice.plain("watch.list", count=len(watches))
    blocks = [section(f"*{escape(title)}*")]
    for watch in watches:
        question = voice.plain(f"verb.{watch.question}.title")
        said = voice.mrkdwn(
            "watch.line", question=question, school=schools[watch.school].name, until=watch.until
        )
        stop = _stop(watch, voice, f"{watch.identifier}, {question}")
        blocks.append(section(f"`{escape(watch.identifier)}` · {said}", stop))
    return Screen(title, blocks)


def news(end: WatchEnd, school: School, voice: Voice) -> Screen:
    """Return the message at the end of a watch: it names no person, for it stays in Slack.

    What was asked is told as the user asked it: when, and about whose year group.
    """
    old_class = end.news is WatchNews.THERE and end.question is Question.OLD_CLASS
    key = "watch.news-up-to-date" if old_class else f"watch.news-{end.news}"
    said = voice.plain(key, about=_about(end, school, voice))
    opens = button(WatchAction.WATCHED, voice.plain("button.open"), end.line)
    return Screen(said, [section(escape(said), opens)])


def _about(end: WatchEnd, school: School, voice: Voice) -> Text:
    """Return whom a watch was about, in words that the user who asked understands."""
    if end.since is None:
        return Text("watch.about-something", {"school": school.name})
    values = {
        "school": school.name,
        "year": Text("cohort.year", {"name": end.year}) if end.year else "",
        "day": say_day(uk_date(end.since), voice.language),
        "time": say_time(end.since, voice.language),
    }
    return Text("watch.about-learner" if end.learner else "watch.about-staff", values)


def _stop(watch: Watch, voice: Voice, about: str = "") -> Block:
    return button(WatchAction.STOP, voice.plain("watch.stop"), str(watch.id), about=about)
