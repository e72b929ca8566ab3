"""Listeners of the buttons of a watch: start and stop."""

from slack_bolt import App

from bot.commands import Command
from bot.people.permissions import Act
from bot.slack import notices
from bot.slack.request import Bot, SlackRequest, acknowledge, answering, as_number
from bot.watches import screens, store
from bot.watches.actions import WatchAction, WatchAuditAction
from bot.watches.answers import watches
from bot.watches.watch import Watch, watchable
from diagnostics.walk import diagnose


def register(app: App, bot: Bot) -> None:
    """Register the buttons."""
    app.action(WatchAction.START)(ack=acknowledge, lazy=[answering(bot, _start)])
    app.action(WatchAction.STOP)(ack=acknowledge, lazy=[answering(bot, _stop)])


def _start(request: SlackRequest) -> None:
    """Begin a watch over the question of the button's command line, with the cause found now."""
    command = request.parse(request.value)
    question = command.verb.question if isinstance(command, Command) else None
    if not isinstance(command, Command) or question is None:
        return request.reply.show(notices.sentence("answer.retired", request.voice), request.voice)
    school = request.context.school(Act.DIAGNOSE, command.school)
    if school is None:
        refused = request.context.refuse(WatchAuditAction.START, Act.DIAGNOSE, command.school, command.about)
        return request.reply.show(refused, request.voice)
    services, now = request.bot.services, request.bot.services.clock.now()
    found = diagnose(services.provisioning, question, command.about, school.number)
    if not watchable(question, found):
        request.context.record(WatchAuditAction.START, school.number, found.identifier, found.cause)
        return request.reply.show(notices.sentence("watch.settled", request.voice), request.voice)
    watch = Watch(request.context.user, school.number, question, found.identifier, found.cause, now)
    kept, new = request.context.change(
        WatchAuditAction.START,
        school.number,
        lambda: services.database.write(lambda session: store.start(session, watch)),
        lambda _: found.cause,
        subject=found.identifier,
    )
    return request.reply.show(screens.started(kept, school, new, request.voice), request.voice)


def _stop(request: SlackRequest) -> None:
    """Stop a watch of the user's own, and list those that are left."""
    stopped = request.bot.services.database.write(
        lambda session: store.stop(session, request.context.user, as_number(request.value))
    )
    if stopped is not None:
        request.context.record(WatchAuditAction.STOP, stopped.school, stopped.identifier)
    request.reply.show(watches(request.context), request.voice)
