"""The buttons of a watch: tell me when it is there, and stop."""

from slack_bolt import App

from bot.commands import Command, parse
from bot.people import audit
from bot.people.permissions import Act
from bot.questions.answers import watches
from bot.slack import notices
from bot.slack.request import Bot, Turn, acknowledge, safely
from bot.watches import screens, store
from bot.watches.watch import Watch, watchable
from diagnostics.walk import diagnose

WATCH, STOP = "watch", "watch-stopped"
"""What each is called in the audit."""


def register(app: App, bot: Bot) -> None:
    """Listen to the buttons."""
    app.action(screens.START)(ack=acknowledge, lazy=[safely(bot, _start)])
    app.action(screens.STOP)(ack=acknowledge, lazy=[safely(bot, _stop)])


def _start(turn: Turn) -> None:
    """Watch what the button's command line asks, as the records stand now."""
    command, allowed = parse(_value(turn)), turn.asker.schools(Act.DIAGNOSE)
    question = command.verb.question if isinstance(command, Command) else None
    if not isinstance(command, Command) or question is None:
        return turn.reply.show(notices.sentence("answer.retired", turn.voice), turn.voice)
    school = next((one for one in allowed if one.number == command.school), None)
    if school is None:
        turn.asker.record(WATCH, command.school, command.about, audit.REFUSED)
        return turn.reply.show(turn.asker.refused(Act.DIAGNOSE, command.school), turn.voice)
    services, now = turn.bot.services, turn.bot.services.clock.now()
    found = diagnose(services.house, question, command.about, school.number)
    if not watchable(question, found):
        turn.asker.record(WATCH, school.number, found.identifier, found.cause)
        return turn.reply.show(notices.sentence("watch.settled", turn.voice), turn.voice)
    watch = Watch(turn.asker.user, school.number, question, found.identifier, found.cause, now)
    kept, new = turn.asker.change(
        WATCH,
        school.number,
        lambda: services.database.write(lambda session: store.start(session, watch)),
        lambda _: found.cause,
        subject=found.identifier,
    )
    return turn.reply.show(screens.started(kept, school, new, turn.voice), turn.voice)


def _stop(turn: Turn) -> None:
    """Stop one of one's own, and show what is left."""
    value, services = _value(turn), turn.bot.services
    id_ = int(value) if value.isdecimal() else 0
    stopped = services.database.write(lambda session: store.stop(session, turn.asker.user, id_))
    if stopped is not None:
        turn.asker.record(STOP, stopped.school, stopped.identifier)
    turn.reply.show(watches(turn.asker), turn.voice)


def _value(turn: Turn) -> str:
    return str(turn.body["actions"][0]["value"])
