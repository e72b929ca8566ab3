"""Runs as Slack shows them: how they ended, what they hold, and what the next one will do."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.slack.blocks import Block, Screen, actions, button, confirm, context_block, divider, escape, section
from bot.slack.voice import Voice
from knowledge.texts import Text
from provisioning.planning.forecast import Forecast
from provisioning.records import Hold, RunStatus, School
from provisioning.store.decisions import Waiting
from provisioning.store.runs import COUNTS, Run

_MARKS = {
    RunStatus.SUCCEEDED: ":white_check_mark:",
    RunStatus.FAILED: ":x:",
    RunStatus.HELD: ":raised_hand:",
    RunStatus.INTERRUPTED: ":warning:",
    RunStatus.RUNNING: ":hourglass_flowing_sand:",
}
_SAMPLES = 15


def run_line(run: Run, voice: Voice) -> str:
    """A run in a few lines: when it was, how it ended, what it changed, why it failed or holds something."""
    said = voice.mrkdwn(f"run-status.{run.status}")
    when = voice.mrkdwn("cli.moment", moment=run.finished_at or run.started_at)
    lines = [f"{_MARKS[run.status]} {when} – *{said}*"]
    if run.status is RunStatus.HELD:
        lines += [_hold(hold, voice) for hold in run.holds]
    lines.append(voice.mrkdwn(run.error) if run.error else _changes(run, voice))
    return "\n".join(lines)


def last_run(
    school: School,
    last: Run | None,
    latest: Run | None,
    voice: Voice,
    buttons: Sequence[Block],
    notes: Sequence[Text] = (),
) -> Screen:
    """A school's last run: the last successful one, the latest where it was another, and what it noticed."""
    if last is None:
        title = voice.plain("answer.never-run", school=school.name)
    else:
        title = voice.plain("answer.last-run", school=school.name, ran=last.finished_at)
    blocks = [section(f"*{escape(title)}*" + (f"\n{_changes(last, voice)}" if last else ""))]
    if latest is not None and (last is None or latest.id != last.id):
        blocks.append(section(run_line(latest, voice)))
    if notes:
        blocks.append(section("\n".join(f"• {voice.mrkdwn(note)}" for note in notes)))
    if buttons:
        blocks.append(actions(buttons))
    return Screen(title, blocks)


def ran(school: School, run: Run, voice: Voice) -> Screen:
    """A run that has just ended."""
    title = voice.plain("answer.ran", school=school.name)
    return Screen(title, [section(f"*{escape(title)}*\n{run_line(run, voice)}"), divider()])


def held(school: School, run: Run, voice: Voice) -> Screen:
    """A run that waits for a decision: why, with the numbers, and the two buttons that decide."""
    title = voice.plain("held.title", school=school.name, count=run.counts["held"])
    why = "\n".join(_hold(hold, voice) for hold in run.holds)
    return Screen(
        title,
        [
            section(f":raised_hand: *{escape(title)}*\n{why}"),
            section(voice.mrkdwn("held.advice")),
            actions(deciding_buttons(school, run, voice)),
            context_block(voice.mrkdwn("held.run", run=run.id, when=run.finished_at)),
        ],
    )


def deciding_buttons(school: School, run: Run, voice: Voice) -> list[Block]:
    """The buttons under a held run: decide, and see examples first."""
    value = str(run.known_id)
    return [
        button("held:approve", voice.plain("button.approve"), value, "primary")
        | {"confirm": _confirm("approve", school, run, voice)},
        button("held:reject", voice.plain("button.reject"), value, "danger")
        | {"confirm": _confirm("reject", school, run, voice)},
        button("held:samples", voice.plain("button.samples"), value),
    ]


def rejected(school: School, run: Run, voice: Voice) -> Screen:
    """What is said when a held run has been rejected."""
    title = voice.plain("held.rejected", school=school.name)
    by = voice.plain("held.decided-rejected", user=run.decided_by)
    return Screen(title, [section(f"*{escape(title)}*"), context_block(by)])


def reconsider_button(school: School, voice: Voice) -> Block:
    """The button that takes back what was rejected or undone at a school."""
    text = voice.plain("held.reconsider-text", school=school.name)
    words = (voice.plain(f"button.{name}") for name in ("reconsider", "cancel"))
    return button("say:reconsider", voice.plain("button.reconsider"), f"reconsider {school.number}") | {
        "confirm": confirm(voice.plain("held.reconsider-title"), text, *words)
    }


def reconsidered(school: School, count: int, voice: Voice, may_run: bool) -> Screen:
    """How many refusals were taken back, and what comes next."""
    title = voice.plain("held.reconsidered", school=school.name, count=count)
    blocks = [section(f"*{escape(title)}*")]
    if may_run and count:
        row = [button("say:forecast", voice.plain("button.forecast"), f"forecast {school.number}")]
        row.append(button("say:run", voice.plain("button.run-now"), f"run {school.number}"))
        blocks.append(actions(row))
    return Screen(title, blocks)


def undo_button(school: School, run: Run, voice: Voice) -> Block:
    """The button that puts everything back that a run changed."""
    return button("held:undo", voice.plain("button.undo"), str(run.known_id), "danger") | {
        "confirm": _confirm("undo", school, run, voice)
    }


def undone(school: School, run: Run, left: Sequence[str], voice: Voice) -> Screen:
    """What came of an undo, and who was left as they are now."""
    title = voice.plain("held.undone", school=school.name, run=run.undoes)
    blocks = [section(f"*{escape(title)}*\n{run_line(run, voice)}")]
    if left:
        names = " ".join(f"`{escape(identifier)}`" for identifier in left[:_SAMPLES])
        blocks.append(section(f"{voice.mrkdwn('held.left', count=len(left))}\n{names}"))
    return Screen(title, blocks)


def samples(run: Run, waiting: Sequence[Waiting], voice: Voice) -> Screen:
    """Some of what a run holds, by identifier, for those who may see it."""
    title = voice.plain("held.samples", count=len(waiting))
    lines = [
        f"• {voice.mrkdwn(f'change.{one.kind}')}  `{escape(one.identifier)}`" for one in waiting[:_SAMPLES]
    ]
    if len(waiting) > _SAMPLES:
        lines.append(voice.mrkdwn("answer.and-more", count=len(waiting) - _SAMPLES))
    if not lines:
        lines = [_hold(hold, voice) for hold in run.holds]
    return Screen(title, [section(f"*{escape(title)}*"), section("\n".join(lines))])


def forecast(
    school: School, found: Forecast, names: Mapping[str, School], voice: Voice, now: datetime
) -> Screen:
    """What the next run will do, in plain words."""
    title = voice.plain("forecast.title", school=school.name)
    lines = forecast_lines(found, names, voice)
    text = "\n".join(f"• {escape(line)}" for line in lines)
    blocks = [section(f"*{escape(title)}*\n{text}"), context_block(voice.mrkdwn("answer.as-of", now=now))]
    return Screen(f"{title} {', '.join(lines)}", blocks)


def forecast_lines(found: Forecast, names: Mapping[str, School], voice: Voice) -> list[str]:
    """A forecast in plain words: a line each for who moves up, comes, leaves, waits and needs somebody."""
    counted = {
        "move-up": found.move_up,
        "change-class": found.change_class,
        "new": found.new,
        "matched": found.matched,
        "released": found.released,
    }
    lines = [voice.plain(f"forecast.{name}", count=count) for name, count in counted.items() if count]
    for number, count in found.waiting.items():
        lines.append(voice.plain("forecast.waiting", count=count, school=names[number].name))
    if found.need_you:
        lines.append(voice.plain("forecast.need-you", count=found.need_you))
    lines += [" ".join(map(voice.plain, hold.said)) for hold in found.holds]
    return lines or [voice.plain("answer.no-changes")]


def _changes(run: Run, voice: Voice) -> str:
    what = [voice.mrkdwn(f"count.{name}", count=run.counts[name]) for name in COUNTS if run.counts[name]]
    return ", ".join(what) or voice.mrkdwn("answer.no-changes")


def _hold(hold: Hold, voice: Voice) -> str:
    return " ".join(map(voice.mrkdwn, hold.said))


def _confirm(decision: str, school: School, run: Run, voice: Voice) -> Block:
    text = voice.plain(f"held.{decision}-text", school=school.name, count=run.counts["held"])
    words = (voice.plain(f"button.{name}") for name in (decision, "cancel"))
    return confirm(voice.plain(f"held.{decision}-title"), text, *words)
