"""What became of what a run held: who decided, when, what it changed, and the buttons that take it back."""

from dataclasses import replace

from bot.runs.actions import RunAction
from bot.runs.screens import changes, failure, held, reconsider_button, undo_button
from bot.runs.who import decided_by, taken_back_by, undone_by
from bot.slack.blocks import Block, Screen, actions, button, context_block, escape, section
from bot.slack.voice import Voice
from provisioning.records.schools import School
from provisioning.runs.held_grounds import HeldGrounds
from provisioning.store.hold_ends import EndedHold, HoldEnd
from provisioning.store.runs import Run


def ended(
    school: School,
    end: EndedHold,
    voice: Voice,
    *,
    may_undo: bool = False,
    may_decide: bool = False,
    late: bool = False,
) -> Screen:
    """Return what became of what a run held at `school`; `late` is whether a press came after that.

    Readers who `may_undo` get the button that undoes the run, and those who `may_decide` the one that takes
    back what was rejected or undone.
    """
    title = voice.plain(f"held.end-{end.how}", school=school.name, run=end.run.id)
    mark = ":white_check_mark:" if end.how is HoldEnd.APPROVED else ":ballot_box_with_check:"
    blocks = [section("\n".join([f"{mark} *{escape(title)}*", *_lines(end, voice)]))]
    if late:
        came = "replaced" if end.how is HoldEnd.REPLACED else "decided"
        blocks.insert(0, section(voice.mrkdwn(f"held.too-late-{came}")))
    if buttons := _buttons(school, end, voice, may_undo=may_undo, may_decide=may_decide):
        blocks.append(actions(buttons))
    return Screen(title, [*blocks, context_block(voice.mrkdwn("held.run", run=end.run.id, when=_when(end)))])


def undone_before(school: School, undone: Run, voice: Voice) -> Screen:
    """Return who had undone a run of `school` before a press of *Undo*, with the run `undone` that did so."""
    title = voice.plain("held.undone", school=school.name, run=undone.undoes)
    lines = [f"*{escape(title)}*", undone_by(undone, voice), changes(undone, voice)]
    opens = button(RunAction.LAST_RUN, voice.plain("button.last-run"), f"last-run {school.number}")
    late = section(voice.mrkdwn("held.too-late-undone"))
    return Screen(title, [late, section("\n".join(lines)), actions([opens])])


def held_again(school: School, run: Run, voice: Voice, grounds: HeldGrounds | None = None) -> Screen:
    """Return a held run; one that an approval has left held, with the reason before what it holds now."""
    shown = held(school, run, voice, grounds)
    if run.error is None:
        return shown
    why = "\n".join(voice.mrkdwn(said) for said in failure(run.error, voice.catalogue))
    return replace(shown, blocks=[section(f":warning: {why}"), *shown.blocks])


def _lines(end: EndedHold, voice: Voice) -> list[str]:
    """Return who decided, and what came of it."""
    if end.how is HoldEnd.REPLACED:
        return [voice.mrkdwn("held.replaced", when=end.run.finished_at)]
    lines = [decided_by(end.run, voice)]
    if end.how is HoldEnd.APPROVED:
        lines.append(changes(end.run, voice))
    if end.undone is not None:
        lines += [undone_by(end.undone, voice), changes(end.undone, voice)]
    if end.left:
        lines.append(voice.mrkdwn("held.left-alone", count=end.left))
    if end.taken_back is not None:
        lines.append(f"{taken_back_by(end.taken_back, voice)} {voice.mrkdwn('held.asks-again')}")
    elif end.how not in (HoldEnd.APPROVED, HoldEnd.REPLACED):
        lines.append(voice.mrkdwn(f"held.stays-{end.how}"))
    return lines


def _buttons(
    school: School, end: EndedHold, voice: Voice, *, may_undo: bool, may_decide: bool
) -> list[Block]:
    buttons = []
    if end.how is HoldEnd.APPROVED and may_undo and end.run.undoable:
        buttons.append(undo_button(school, end.run, voice))
    if end.how in (HoldEnd.REJECTED, HoldEnd.UNDONE) and may_decide:
        buttons.append(reconsider_button(school, voice))
    words = voice.plain("button.last-run")
    return [*buttons, button(RunAction.LAST_RUN, words, f"last-run {school.number}")]


def _when(end: EndedHold) -> object:
    return end.run.finished_at or end.run.started_at
