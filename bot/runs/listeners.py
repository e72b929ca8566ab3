"""Listeners of the buttons of a held run (approve, reject, examples) and of undo."""

from collections.abc import Callable

from slack_bolt import App
from sqlalchemy.orm import Session

from bot.people import audit
from bot.people.permissions import Act
from bot.runs import copies, decided_screens, screens
from bot.runs.actions import RunAction, RunAuditAction
from bot.slack import notices
from bot.slack.blocks import Screen
from bot.slack.context import Answer
from bot.slack.request import Bot, SlackRequest, as_number, deliver, listen
from provisioning.errors import KnownError
from provisioning.records.schools import School
from provisioning.runs.approvals import approve, reject
from provisioning.runs.held_grounds import HeldGrounds, held_grounds
from provisioning.runs.undo import undo
from provisioning.store import decisions, hold_ends, runs, schools
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
    if _came_too_late(request, RunAuditAction.APPROVE, run, school):
        return

    def then() -> Screen:
        return _decide(request.afresh(), RunAuditAction.APPROVE, run, school, approve)

    running = Answer(notices.sentence("answer.running", request.voice, school=school.name), then)
    request.give(running, lambda: deliver(request))


def _reject(request: SlackRequest) -> None:
    if (found := _run(request, Act.DECIDE, RunAuditAction.REJECT)) is None:
        return
    run, school = found
    if _came_too_late(request, RunAuditAction.REJECT, run, school):
        return
    request.reply.show(_decide(request, RunAuditAction.REJECT, run, school, reject), request.voice)
    deliver(request)


def _decide(
    request: SlackRequest, action: RunAuditAction, run: Run, school: School, decide: Callable[..., Run]
) -> Screen:
    """Carry out a decision on `run`, tell all who were asked, and return what became of what it held."""
    services, user = request.bot.services, request.context.user
    try:
        decided = request.context.change(
            action,
            school.number,
            lambda: decide(services.provisioning, run.known_id, by=user),
            lambda done: done.status if action is RunAuditAction.APPROVE else audit.OK,
        )
    except KnownError as error:
        if error.name != "run-not-held":
            raise
        return _ended(request, run, school, late=True)  # another decided at this very moment
    copies.tell(services, school.number)
    return _ended(request, decided, school)


def _came_too_late(request: SlackRequest, action: RunAuditAction, run: Run, school: School) -> bool:
    """Return whether what `run` held has come to an end before this press; then show what became of it."""
    with request.bot.services.database.reading() as session:
        end = hold_ends.end_of(session, run.known_id)
    if end is None:
        return False
    request.context.record(action, school.number, outcome=audit.GONE)
    request.reply.show(_ended(request, run, school, late=True), request.voice)
    return True


def _ended(request: SlackRequest, run: Run, school: School, *, late: bool = False) -> Screen:
    """Return what became of what `run` held, as the user may see and change it; or what it holds still."""
    services, caller = request.bot.services, request.context.caller()
    voice = request.voice.to(caller, school)
    with services.database.reading() as session:
        end = hold_ends.end_of(session, run.known_id)
    if end is None:
        return decided_screens.held_again(school, run, voice, _grounds(request, run))
    may_undo = services.provisioning.external_directory is None and caller.may(Act.UNDO, school)
    may_decide = caller.may(Act.DECIDE, school)
    return decided_screens.ended(school, end, voice, may_undo=may_undo, may_decide=may_decide, late=late)


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
    if (before := _undone_before(request, run, school)) is not None:
        request.context.record(RunAuditAction.UNDO, school.number, outcome=audit.GONE)
        request.reply.show(before, request.voice)
        copies.tell(request.bot.services, school.number)  # this press came from a message that is not true
        deliver(request)
        return

    def then() -> Screen:
        try:
            done = request.context.change(
                RunAuditAction.UNDO,
                school.number,
                lambda: undo(request.bot.services.provisioning, run.known_id, by=request.context.user),
            )
        except KnownError:
            before = _undone_before(request, run, school)
            if before is None:
                raise
            return before  # another undid it at this very moment
        copies.tell(request.bot.services, school.number)
        voice = request.voice.to(request.context.caller(), school)
        return screens.undone(school, done.run, done.left, voice)

    running = Answer(notices.sentence("answer.running", request.voice, school=school.name), then)
    request.give(running, lambda: deliver(request))


def _undone_before(request: SlackRequest, run: Run, school: School) -> Screen | None:
    """Return who has undone `run` already, and what became of it; None where it has not been undone."""
    with request.bot.services.database.reading() as session:
        by = runs.undone_by(session, run.known_id)
        undone = None if by is None else runs.get(session, by)
    if undone is None:
        return None
    if run.decision is not None:
        return _ended(request, run, school, late=True)
    voice = request.voice.to(request.context.caller(), school)
    return decided_screens.undone_before(school, undone, voice)


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
