"""What watches add to other screens: the button that begins a watch, and a user's watches."""

from collections.abc import Sequence

from bot.commands import Command
from bot.people.permissions import Act
from bot.slack.blocks import Block, button
from bot.slack.context import Context
from bot.slack.tasks import Stand, Task
from bot.slack.voice import Voice
from bot.watches import store
from bot.watches.actions import WatchAction
from bot.watches.screens import watch_button
from bot.watches.watch import Watch, watchable
from diagnostics.verdict import Diagnosis
from knowledge.ids import Question
from knowledge.texts import Text
from provisioning.records.schools import School


def diagnosis_buttons(
    context: Context, command: Command, question: Question, found: Diagnosis
) -> Sequence[Block]:
    """Return the button, if what was found leaves something to wait for."""
    return [watch_button(question, command.line, context.voice)] if watchable(question, found) else []


def tasks(context: Context) -> Sequence[Task]:
    """Return the user's watches, at the schools about which they may still ask."""
    allowed: dict[str, School] = {school.number: school for school in context.schools(Act.DIAGNOSE)}
    with context.services.database.reading() as session:
        own = [watch for watch in store.every(session, context.user) if watch.school in allowed]
    return [_task(watch, allowed[watch.school], context.voice) for watch in own]


def _task(watch: Watch, school: School, voice: Voice) -> Task:
    """Return a watch without its identifier: Home and the list stay open on the screen."""
    said = Text("watch.waits", {"question": Text(f"verb.{watch.question}.title"), "until": watch.until})
    name = school.name.in_(voice.language)
    opens = button(
        WatchAction.WATCHED, voice.plain("button.open"), watch.line, about=f"{name}, {voice.plain(said)}"
    )
    return Task(Stand.WATCHED, said, school, watch.since, opens)
