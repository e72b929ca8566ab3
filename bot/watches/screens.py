"""Watches as Slack shows them: begun, listed, stopped, and what is told at their end."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.slack.blocks import Block, Screen, button, escape, section
from bot.slack.voice import Voice
from bot.watches.watch import Watch, WatchNews
from knowledge.ids import Question
from provisioning.records import School

START, STOP = "watch:start", "watch:stop"


def watch_button(line: str, voice: Voice) -> Block:
    """The button that begins a watch over what a command line asks."""
    return button(START, voice.plain("watch.button"), line)


def started(watch: Watch, school: School, new: bool, voice: Voice) -> Screen:
    """That it is watched, until when, and the way back."""
    key = "watch.started" if new else "watch.already"
    said = voice.plain(key, school=school.name, until=watch.until)
    return Screen(said, [section(escape(said), _stop(watch, voice))])


def listed(watches: Sequence[Watch], schools: Mapping[str, School], voice: Voice) -> Screen:
    """What somebody watches, each with its Stop."""
    if not watches:
        said = voice.plain("watch.none")
        return Screen(said, [section(escape(said))])
    title = voice.plain("watch.list", count=len(watches))
    blocks = [section(f"*{escape(title)}*")]
    for one in watches:
        said = voice.mrkdwn(
            "watch.line",
            question=voice.plain(f"verb.{one.question}.title"),
            school=schools[one.school].name,
            until=one.until,
        )
        blocks.append(section(f"`{escape(one.identifier)}` · {said}", _stop(one, voice)))
    return Screen(title, blocks)


def news(payload: Mapping[str, Any], school: School, voice: Voice) -> Screen:
    """What is told at the end of a watch: of nobody in particular, for it stays in Slack."""
    what = WatchNews(payload["news"])
    old_class = what is WatchNews.THERE and payload["question"] == Question.OLD_CLASS
    said = voice.plain("watch.news-up-to-date" if old_class else f"watch.news-{what}", school=school.name)
    opens = button("aside:watched", voice.plain("button.open"), payload["line"])
    return Screen(said, [section(escape(said), opens)])


def _stop(watch: Watch, voice: Voice) -> Block:
    return button(STOP, voice.plain("watch.stop"), str(watch.id))
