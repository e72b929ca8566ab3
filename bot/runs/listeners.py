"""Listeners of the buttons of a held run (approve, reject, examples) and of undo."""

from slack_bolt import App
from sqlalchemy.orm import Session

from bot.people.permissions import Act
from bot.runs import screens
from bot.runs.actions import RunAction, RunAuditAction
from bot.slack import notices
from bot.slack.blocks import Screen
from bot.slack.context import Answer
from bot.slack.request import Bot, SlackRequest, as_number, listen
from provisioning.errors import KnownError
from provisioning.records.runs import RunStatus
from provisioning.records.schools import School
from provisioning.runs.approvals import approve, reject
from provisioning.runs.held_grounds import HeldGrounds, held_grounds
from provisioning.runs.undo import undo
from provisioning.store import decisions, runs, schools
from provisioning.store.runs import Run


def register(app: App, bot: Bot) -> None:
    """Register the buttons."""
    listen(
        app,
        bot,
        {
            RunAction.APPROVE: _approve,
            RunAction.REJECT: _reject,
            RunAction.SAMPLES: _samples,
            RunAction.UNDO: _undo,
        },
    )


def _approve(request: SlackRequest) -> None:
    if (found := _run(request, Act.DECIDE, RunAuditAction.APPROVE)) is None:
        return
    run, school = found

    def then() -> Screen:
        decided = request.context.change(
            RunAuditAction.APPROVE,
            school.number,
            lambda: approve(request.bot.services.provisioning, run.known_id, by=request.context.user),
            lambda done: done.status,
        )
        if decided.status is RunStatus.HELD:
            return screens.held(school, decided, request.voice, _grounds(request, decided))
        return screens.ran(school, decided, request.voice)

    request.give(Answer(notices.sentence("answer.running", request.voice, school=school.name), then))


def _reject(request: SlackRequest) -> None:
    if (found := _run(request, Act.DECIDE, RunAuditAction.REJECT)) is None:
        return
    run, school = found
    decided = request.context.change(
        RunAuditAction.REJECT,
        school.number,
        lambda: reject(request.bot.services.provisioning, run.known_id, by=request.context.user),
    )
    request.reply.show(screens.rejected(school, decided, request.voice), request.voice)


def _samples(request: SlackRequest) -> None:
    if (found := _run(request, Act.DIAGNOSE, RunAuditAction.SAMPLES)) is None:
        return
    run, school = found
    request.context.record(RunAuditAction.SAMPLES, school.number)
    with request.bot.services.database.reading() as session:
        waiting = decisions.held(session, run.known_id)
    shown = screens.samples(run, waiting, request.voice, _grounds(request, run))
    request.reply.show(shown, request.voice)


def _grounds(request: SlackRequest, run: Run) -> HeldGrounds | None:
    services = request.bot.services
    with services.database.reading() as session:
        return held_grounds(services.provisioning, session, run)


def _undo(request: SlackRequest) -> None:
    if (found := _run(request, Act.UNDO, RunAuditAction.UNDO)) is None:
        return
    run, school = found

    def then() -> Screen:
        done = request.context.change(
            RunAuditAction.UNDO,
            school.number,
            lambda: undo(request.bot.services.provisioning, run.known_id, by=request.context.user),
        )
        return screens.undone(school, done.run, done.left, request.voice)

    request.give(Answer(notices.sentence("answer.running", request.voice, school=school.name), then))


def _run(request: SlackRequest, act: Act, action: RunAuditAction) -> tuple[Run, School] | None:
    """Return the run of a button and its school, if the user may do `act`; else show the refusal."""
    with request.bot.services.database.reading() as session:
        found = _known(session, as_number(request.value))
    school = found[1] if found else None
    refused = request.context.refusal(action, act, school)
    if refused is None:
        return found
    request.aside.show(refused, request.voice)
    return None


def _known(session: Session, id_: int) -> tuple[Run, School] | None:
    """Return a run with its school; None where no run has the id."""
    try:
        run = runs.get(session, id_)
    except KnownError:
        return None
    return run, schools.get(session, run.school)
