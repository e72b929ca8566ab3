"""Answers of the verbs `last-run`, `forecast`, `run` and `reconsider`."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.commands import Command, Takes, Verb
from bot.people import audit
from bot.people.permissions import Act
from bot.runs import copies, forecast_screens, screens
from bot.runs.actions import RunAction, RunAuditAction
from bot.runs.noticed import NOTHING, noticed
from bot.slack import notices
from bot.slack.blocks import Block, Screen, button, divider, section
from bot.slack.context import Answer, Between, Context
from bot.slack.dispatch import dispatch
from bot.slack.freeze_words import unchanged
from bot.slack.handlers import at_one_school
from provisioning.errors import KnownError
from provisioning.planning.forecast import forecast
from provisioning.records.runs import RunStatus
from provisioning.records.schools import School
from provisioning.runs.held_grounds import held_grounds
from provisioning.runs.school_run import dry_run, provision
from provisioning.store import decisions
from provisioning.store.freezes import SchoolFrozen
from provisioning.store.latest_runs import last_partial, latest_of
from provisioning.store.runs import Run


def last_run(context: Context, _command: Command, school: School) -> Answer:
    """Return the last run of `school`, with buttons for the decisions that the caller may take."""
    with context.services.database.reading() as session:
        latest, last = latest_of(session, school.number)
        of_some = _since(latest, last_partial(session, school.number))
        telling = last if latest is None or latest.failed else latest
        found = noticed(session, [telling])[telling.known_id] if telling else NOTHING
        grounds = held_grounds(context.services.provisioning, session, latest) if latest else None
    buttons = _last_run_buttons(context, school, latest)
    shown = screens.last_run(school, last, latest, context.voice, buttons, found, grounds, of_some)
    return Answer(shown)


def _since(latest: Run | None, of_some: Run | None) -> Run | None:
    """Return a run of some people alone, if it began after the `latest` run of the whole school."""
    if of_some is None or latest is None or of_some.known_id > latest.known_id:
        return of_some
    return None


def _last_run_buttons(context: Context, school: School, latest: Run | None) -> list[Block]:
    """Return the buttons under the `latest` run of `school` that the caller may use, and contributors'."""
    buttons: list[Block] = []
    caller, voice = context.caller(), context.voice
    if caller.may(Act.RUN, school):
        if not context.frozen([school]):
            buttons.append(button(RunAction.RUN, voice.plain("button.run-now"), f"run {school.number}"))
        buttons.append(
            button(RunAction.FORECAST, voice.plain("button.forecast"), f"forecast {school.number}")
        )
    if latest is not None and latest.status is RunStatus.HELD and caller.may(Act.DECIDE, school):
        buttons += screens.deciding_buttons(school, latest, voice)
    if caller.may(Act.DECIDE, school) and _has_refusals(context, school):
        buttons.append(screens.reconsider_button(school, voice))
    for contribute in context.features.run_buttons:
        buttons += contribute(context, school)
    accounts_are_here = context.services.provisioning.external_directory is None
    if accounts_are_here and latest is not None and latest.undoable and caller.may(Act.UNDO, school):
        buttons.append(screens.undo_button(school, latest, voice))
    return buttons


def _has_refusals(context: Context, school: School) -> bool:
    """Return whether anything stands that was rejected or undone at `school`."""
    with context.services.database.reading() as session:
        return bool(decisions.refused(session, school.number))


def next_run(context: Context, _command: Command, school: School) -> Answer:
    """Return the forecast of the next run of `school`."""
    provisioning = context.services.provisioning
    planned, proposal = dry_run(provisioning, school.number)
    if proposal is None:
        return Answer(screens.ran(school, planned, context.voice))
    names: dict[str, School] = {school.number: school for school in context.every_school()}
    found = forecast(proposal)
    return Answer(forecast_screens.forecast(school, found, names, context.voice, provisioning.clock.now()))


def reconsider(context: Context, _command: Command, school: School) -> Answer:
    """Forget what was rejected or undone at `school`, so that its next run asks again."""

    def forget() -> int:
        with context.services.database.writing() as session:
            now = context.services.clock.now()
            return decisions.take_back(session, school.number, context.user, now)

    count = context.change(RunAuditAction.RECONSIDER, school.number, forget)
    copies.tell(context.services, school.number)
    may_run = context.caller().may(Act.RUN, school)
    return Answer(screens.reconsidered(school, count, context.voice, may_run=may_run))


def start(context: Context, _command: Command, school: School) -> Answer:
    """Start a run of `school`, whose result follows; while it is frozen, say that nothing was changed."""
    if context.frozen([school]):
        return Answer(run(context, school), outcome=audit.BEGUN)
    return Answer(under_way(context, school), lambda: run(context, school), outcome=audit.BEGUN)


def under_way(context: Context, school: School) -> Screen:
    """Return the screen while `school` runs."""
    return notices.sentence("answer.running", context.voice, school=school.name)


@dataclass(frozen=True)
class _Ended:
    """The screen of a run that has ended, or of its error, and whether it `succeeded`."""

    screen: Screen
    succeeded: bool = False


def run(context: Context, school: School) -> Screen:
    """Run `school`, and return the screen of the run or of its error."""
    return _run(context, school).screen


def _run(context: Context, school: School) -> _Ended:
    voice = context.voice.to(context.caller(), school)
    try:
        done = provision(context.services.provisioning, school.number, started_by=context.user)
    except KnownError as error:
        context.record(RunAuditAction.RUN, school.number, outcome=audit.outcome_of(error))
        if isinstance(error, SchoolFrozen):
            return _Ended(unchanged(context, school, error))
        return _Ended(notices.problem(error, voice))
    context.record(RunAuditAction.RUN, school.number, outcome=done.status)
    with context.services.database.reading() as session:
        found = noticed(session, [done])[done.known_id]
        grounds = held_grounds(context.services.provisioning, session, done)
    may_decide = context.caller().may(Act.DECIDE, school)
    shown = screens.ran(school, done, voice, found, grounds, may_decide=may_decide)
    return _Ended(shown, done.status is RunStatus.SUCCEEDED)


def run_then_check(context: Context, number: str, command: Command) -> Answer:
    """Run the school `number`, then answer `command` again: the button "Run now" of a diagnosis."""
    school = context.school(Act.RUN, number)
    if school is None:
        return Answer(context.refuse(RunAuditAction.RUN, Act.RUN, number))
    context.record(RunAuditAction.RUN, number, outcome=audit.BEGUN)
    return Answer(
        under_way(context, school), lambda: with_check(context, command, run(context, school).blocks)
    )


def run_both_then_check(context: Context, numbers: Sequence[str], command: Command) -> Answer:
    """Run the previous school and then the own one, two `numbers`, and answer `command` again.

    The own school runs only where the previous school's run has succeeded.
    """
    found = [context.school(Act.RUN, number) for number in numbers]
    for number, school in zip(numbers, found, strict=True):
        if school is None:
            return Answer(context.refuse(RunAuditAction.RUN, Act.RUN, number))
    first, second = (school for school in found if school is not None)
    context.record(RunAuditAction.RUN, first.number, outcome=audit.BEGUN)
    voice, names = context.voice, {"first": first.name, "second": second.name}

    def then() -> Screen | Between:
        ended = _run(context, first)
        if not ended.succeeded:
            told = section(voice.mrkdwn("answer.second-not-run", **names))
            return with_check(context, command, [*ended.screen.blocks, told])
        now_runs = [*ended.screen.blocks, section(voice.mrkdwn("answer.second-runs", **names))]
        return Between(replace(ended.screen, blocks=now_runs), lambda: run_second(ended.screen.blocks))

    def run_second(above: Sequence[Block]) -> Screen:
        current = context.afresh()  # the roles may have ended while the first ran
        if current.school(Act.RUN, second.number) is None:
            told = current.refuse(RunAuditAction.RUN, Act.RUN, second.number)
            return replace(told, blocks=[*above, divider(), *told.blocks])
        current.record(RunAuditAction.RUN, second.number, outcome=audit.BEGUN)
        ran = run(current, second)
        return with_check(current, command, [*above, divider(), *ran.blocks])

    return Answer(notices.sentence("answer.running-both", voice, **names), then)


def with_check(context: Context, command: Command, above: Sequence[Block]) -> Screen:
    """Answer `command` again, and return the screen with the blocks of what has run `above` it.

    What stands there already, such as that runs are frozen, is not told again.
    """
    checked = dispatch(context.afresh(), command)  # the roles may have ended while it ran
    if not isinstance(checked, Answer):
        return Screen(context.voice.plain("modal.title"), above)
    below = [block for block in checked.screen.blocks if block == divider() or block not in above]
    return replace(checked.screen, blocks=[*above, divider(), *below])


VERBS = (
    Verb("last-run", "rhediad-diwethaf", Takes.SCHOOL, at_one_school(last_run), Act.LAST_RUN),
    Verb("run", "rhedeg", Takes.SCHOOL, at_one_school(start), Act.RUN),
    Verb("forecast", "rhagolwg", Takes.SCHOOL, at_one_school(next_run), Act.RUN),
    Verb("reconsider", "ailystyried", Takes.SCHOOL, at_one_school(reconsider), Act.DECIDE),
)
