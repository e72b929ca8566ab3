"""Screens of runs: how they ended, what they hold, and forecasts."""

from collections.abc import Sequence

from bot.runs.actions import RunAction
from bot.runs.grounds_screen import example, grounds_of_holds
from bot.runs.noticed import NOTHING, Noticed
from bot.runs.who import decided_by, undone_by
from bot.slack.blocks import Block, Screen, actions, button, confirm, context_block, escape, section
from bot.slack.fit import paragraphs
from bot.slack.voice import Voice
from knowledge.texts import Catalogue, Text, text
from provisioning.records.runs import Hold, RunStatus
from provisioning.records.schools import School
from provisioning.runs.held_grounds import HeldGrounds
from provisioning.store.decisions import StoredChange
from provisioning.store.runs import COUNTS, Run

_MARKS = {
    RunStatus.SUCCEEDED: ":white_check_mark:",
    RunStatus.FAILED: ":x:",
    RunStatus.HELD: ":raised_hand:",
    RunStatus.INTERRUPTED: ":warning:",
    RunStatus.RUNNING: ":hourglass_flowing_sand:",
    RunStatus.PARTIAL: ":white_check_mark:",
}
_SAMPLES = 15
"""Identifiers that are shown as examples of what a run holds, or left."""


def run_line(run: Run, voice: Voice) -> str:
    """Return a run in a few lines: its time, status and changes, and why it failed or is held."""
    said = voice.mrkdwn(f"run-status.{run.status}")
    when = voice.mrkdwn("cli.moment", moment=run.finished_at or run.started_at)
    lines = [f"{_MARKS[run.status]} {when} – *{said}*"]
    lines += _came_of_holds(run, voice)
    if run.error is None:
        lines.append(changes(run, voice))
    else:
        lines += [voice.mrkdwn(said) for said in failure(run.error, voice.catalogue)]
    lines += map(voice.mrkdwn, about_others(run))
    return "\n".join(lines)


def about_holds(run: Run) -> list[Text]:
    """Return what a run holds and why, or what came of that by a person's decision."""
    if run.status in (RunStatus.HELD, RunStatus.PARTIAL):
        return [said for hold in run.holds for said in hold.said]
    return [text(f"held.was-{run.decision}")] if run.holds and run.decision else []


def about_others(run: Run) -> list[Text]:
    """Return to how many people a run was restricted, and what waits for the school's next run."""
    if run.only is None or run.undoes is not None:
        return []
    return [text("some.only", count=run.only), *_waiting(run)]


def _waiting(run: Run) -> list[Text]:
    """Return what a run of some people alone has left to the school's next run."""
    waiting = [text("some.held")] if run.holds else []
    return [*waiting, text("some.others", count=run.others)] if run.others else waiting


def _came_of_holds(run: Run, voice: Voice) -> list[str]:
    """Return what came of what `run` held, and who decided that, or who made the undo that `run` is."""
    return [*map(voice.mrkdwn, about_holds(run)), *_who(run, voice)]


def _who(run: Run, voice: Voice) -> list[str]:
    if run.undoes is not None:
        return [undone_by(run, voice)]
    return [decided_by(run, voice)] if run.decision else []


def failure(error: Text, catalogue: Catalogue) -> list[Text]:
    """Return why a run failed, and what to do about it where the error says so."""
    hint = f"{error.key}.hint"
    return [error, Text(hint, error.values)] if hint in catalogue else [error]


def last_run(
    school: School,
    last: Run | None,
    latest: Run | None,
    voice: Voice,
    buttons: Sequence[Block],
    found: Noticed = NOTHING,
    grounds: HeldGrounds | None = None,
    of_some: Run | None = None,
) -> Screen:
    """Return a school's last successful run (`last`), its `latest` if that is another, and what was `found`.

    That is what the latest run that did not fail noticed. `grounds` are those to decide the latest by.
    Where the latest has failed since, that comes first. `of_some` is a later run of some people alone.
    """
    if last is None:
        title = voice.plain("answer.never-run", school=school.name)
    elif last.undoes is not None:
        title = voice.plain("held.undone", school=school.name, run=last.undoes)
    else:
        title = voice.plain("answer.last-run", school=school.name, ran=last.finished_at)
    lines = [changes(last, voice), *_came_of_holds(last, voice)] if last else []
    blocks = [section("\n".join([f"*{escape(title)}*", *lines]))]
    newer = []
    if latest is not None and latest != last:
        newer = [section(run_line(latest, voice)), *_grounds(latest, grounds, voice)]
    noticed = _noticed(found, voice)
    if last is not None and newer and latest is not None and latest.failed:
        title = voice.plain("answer.latest-failed", school=school.name)
        blocks = [section(f"*{escape(title)}*\n{run_line(latest, voice)}"), *blocks, *noticed]
    elif latest is not None and latest.failed:
        blocks += [*noticed, *newer]
    else:
        blocks += [*newer, *noticed]
    if of_some is not None:
        blocks.append(section(_of_some_line(of_some, voice)))
    if buttons:
        blocks.append(actions(buttons))
    return Screen(title, blocks)


def ran(
    school: School,
    run: Run,
    voice: Voice,
    found: Noticed = NOTHING,
    grounds: HeldGrounds | None = None,
    *,
    may_decide: bool = False,
) -> Screen:
    """Return a run that has just ended, what it `found`, and the `grounds` to decide it by where it is held.

    Where it is held, callers who `may_decide` get the buttons, and others are told who has been asked.
    """
    title = voice.plain("answer.ran", school=school.name)
    blocks = [section(f"*{escape(title)}*\n{run_line(run, voice)}"), *_grounds(run, grounds, voice)]
    blocks += _noticed(found, voice)
    if run.status is RunStatus.HELD and run.id is not None:
        asked = context_block(voice.mrkdwn("held.asked"))
        blocks.append(actions(deciding_buttons(school, run, voice)) if may_decide else asked)
    return Screen(title, blocks)


def provisioned_some(
    school: School, run: Run, voice: Voice, found: Noticed, *, may_undo: bool = False
) -> Screen:
    """Return a run of some people of a school that has just ended, with the button that undoes it."""
    title = voice.plain(
        "some.done" if run.changed else "some.nothing", school=school.name, count=run.changed or run.only
    )
    blocks = [section(f"*{escape(title)}*\n{run_line(run, voice)}"), *_noticed(found, voice)]
    if may_undo and run.undoable:
        blocks.append(actions([undo_button(school, run, voice)]))
    return Screen(title, blocks)


def _of_some_line(run: Run, voice: Voice) -> str:
    """Return a run of some people alone in a few lines: that it was that, and what came of it."""
    when = run.finished_at or run.started_at
    if run.undoes is None:
        said = [voice.mrkdwn("some.run", when=when, count=run.only)]
    else:
        said = [voice.mrkdwn("some.undone", when=when, count=run.only, run=run.undoes), _who(run, voice)[0]]
    told = [*about_holds(run), *_waiting(run)]
    lines = [f"{_MARKS[run.status]} *{said[0]}*", *said[1:], changes(run, voice), *map(voice.mrkdwn, told)]
    return "\n".join(lines)


def _noticed(found: Noticed, voice: Voice) -> list[Block]:
    lines = [f"• {voice.mrkdwn(said)}" for said in found.said]
    return [section(part) for part in paragraphs(lines)]


def _grounds(run: Run, grounds: HeldGrounds | None, voice: Voice) -> list[Block]:
    """Return the `grounds` to decide a run by, where it is held and its holds have been told already."""
    if run.status is not RunStatus.HELD:
        return []
    said = [_bullets(texts, voice) for _, texts in grounds_of_holds(run.holds, grounds)]
    return [section(part) for part in paragraphs([line for lines in said for line in lines])]


def _bullets(said: Sequence[Text], voice: Voice) -> list[str]:
    return [f"• {voice.mrkdwn(text)}" for text in said]


def held(school: School, run: Run, voice: Voice, grounds: HeldGrounds | None = None) -> Screen:
    """Return a held run: why, with the numbers and the `grounds`, and the buttons that decide."""
    title = voice.plain("held.title", school=school.name, count=run.counts["held"])
    lines = [f":raised_hand: *{escape(title)}*"]
    for hold, texts in grounds_of_holds(run.holds, grounds):
        lines += [_hold(hold, voice), *_bullets(texts, voice)]
    return Screen(
        title,
        [
            *(section(part) for part in paragraphs(lines)),
            section(voice.mrkdwn("held.advice")),
            actions(deciding_buttons(school, run, voice)),
            context_block(voice.mrkdwn("held.run", run=run.id, when=run.finished_at)),
        ],
    )


def deciding_buttons(school: School, run: Run, voice: Voice) -> list[Block]:
    """Return the buttons under a held run: approve, reject, and examples of what it holds."""
    value = str(run.known_id)
    return [
        button(RunAction.APPROVE, voice.plain("button.approve"), value, "primary")
        | {"confirm": _confirm("approve", school, run, voice)},
        button(RunAction.REJECT, voice.plain("button.reject"), value, "danger")
        | {"confirm": _confirm("reject", school, run, voice)},
        button(RunAction.SAMPLES, voice.plain("button.samples"), value),
    ]


def reconsider_button(school: School, voice: Voice) -> Block:
    """Return the button that takes back what was rejected or undone at a school, after a confirmation."""
    asked = voice.plain("held.reconsider-text", school=school.name)
    words = (voice.plain(f"button.{name}") for name in ("reconsider", "cancel"))
    return button(RunAction.RECONSIDER, voice.plain("button.reconsider"), f"reconsider {school.number}") | {
        "confirm": confirm(voice.plain("held.reconsider-title"), asked, *words)
    }


def reconsidered(school: School, count: int, voice: Voice, *, may_run: bool) -> Screen:
    """Return the number of refusals taken back, with buttons for the next run if the caller `may_run`."""
    title = voice.plain("held.reconsidered", school=school.name, count=count)
    blocks = [section(f"*{escape(title)}*")]
    if may_run and count:
        row = [button(RunAction.FORECAST, voice.plain("button.forecast"), f"forecast {school.number}")]
        row.append(button(RunAction.RUN, voice.plain("button.run-now"), f"run {school.number}"))
        blocks.append(actions(row))
    return Screen(title, blocks)


def undo_button(school: School, run: Run, voice: Voice) -> Block:
    """Return the button that undoes a run."""
    return button(RunAction.UNDO, voice.plain("button.undo"), str(run.known_id), "danger") | {
        "confirm": _confirm("undo", school, run, voice)
    }


def undone(school: School, run: Run, left: Sequence[str], voice: Voice) -> Screen:
    """Return the `run` that undid another; `left` are the accounts that have changed since and stay so."""
    title = voice.plain("held.undone", school=school.name, run=run.undoes)
    blocks = [section(f"*{escape(title)}*\n{run_line(run, voice)}")]
    if left:
        names = " ".join(f"`{escape(identifier)}`" for identifier in left[:_SAMPLES])
        blocks.append(section(f"{voice.mrkdwn('held.left', count=len(left))}\n{names}"))
    return Screen(title, blocks)


def samples(
    run: Run, waiting: Sequence[StoredChange], voice: Voice, grounds: HeldGrounds | None = None
) -> Screen:
    """Return examples of what a run holds, by identifier; where it holds none of them, why it is held.

    `grounds` have the changes in full, where they could be worked out.
    """
    title = voice.plain("held.samples", count=len(waiting))
    lines = [f"• {_sample(change, grounds, voice)}" for change in waiting[:_SAMPLES]]
    if len(waiting) > _SAMPLES:
        lines.append(voice.mrkdwn("answer.and-more", count=len(waiting) - _SAMPLES))
    if not lines:
        lines = [_hold(hold, voice) for hold in run.holds]
    return Screen(title, [section(f"*{escape(title)}*"), section("\n".join(lines))])


def _sample(waiting: StoredChange, grounds: HeldGrounds | None, voice: Voice) -> str:
    identifier = f"`{escape(waiting.identifier)}`"
    change = grounds.changes.get(waiting.fingerprint) if grounds else None
    if change is None:
        return f"{voice.mrkdwn(f'change.{waiting.kind}')}  {identifier}"
    return f"{identifier}: {voice.mrkdwn(example(change))}"


def counted(run: Run) -> list[Text]:
    """Return what a run did, a text for each count; of an undo, how many accounts it put back."""
    if run.undoes is not None:
        return [text("count.put-back", count=run.changed)]
    return [text(f"count.{name}", count=run.counts[name]) for name in COUNTS if run.counts[name]]


def changes(run: Run, voice: Voice) -> str:
    """Return what a run did in a line."""
    return ", ".join(map(voice.mrkdwn, counted(run))) or voice.mrkdwn("answer.no-changes")


def _hold(hold: Hold, voice: Voice) -> str:
    return " ".join(map(voice.mrkdwn, hold.said))


def _confirm(decision: str, school: School, run: Run, voice: Voice) -> Block:
    text = voice.plain(f"held.{decision}-text", school=school.name, count=run.counts["held"])
    words = (voice.plain(f"button.{name}") for name in (decision, "cancel"))
    return confirm(voice.plain(f"held.{decision}-title"), text, *words)
