"""Findings of a diagnosis, as every feature shows them: a step's line, the next action, the records' age."""

from datetime import datetime

from bot.people.reader import Turn
from bot.slack.voice import Voice
from diagnostics.verdict import ExtractAge, Next, Outcome, Verdict
from diagnostics.wording import answer, extract_text, question
from knowledge.texts import Text

MARKS = {
    Outcome.HOLDS: ":white_check_mark:",
    Outcome.FAILS: ":x:",
    Outcome.UNKNOWN: ":grey_question:",
    Outcome.NOT_APPLICABLE: ":heavy_minus_sign:",
    Outcome.NOT_REACHED: ":white_circle:",
}
"""The sign of each outcome; they differ by shape and not by colour alone."""
_IN_THE_WAY = (Outcome.FAILS, Outcome.UNKNOWN)


def step_line(verdict: Verdict, voice: Voice) -> str:
    """Return a step's question, its answer and its evidence: in one line, or two where it is in the way."""
    asks = f"{voice.mrkdwn(question(verdict.step))} *{voice.mrkdwn(answer(verdict, voice.catalogue))}.*"
    detail = voice.mrkdwn(verdict.detail)
    if verdict.outcome in _IN_THE_WAY:
        return f"{MARKS[verdict.outcome]}  {asks}\n>{_quoted(detail)}"
    # A step that holds takes one line, so that those that fail stand out.
    evidence = "" if verdict.outcome is Outcome.NOT_REACHED else f" {detail}"
    return f"{MARKS[verdict.outcome]}  {asks}{evidence}"


def stage_line(stage: Verdict, voice: Voice) -> str:
    """Return a stage's name, its question, the answer and the evidence."""
    name, asks = voice.mrkdwn(f"step.{stage.step}.title"), voice.mrkdwn(question(stage.step))
    said = voice.mrkdwn(answer(stage, voice.catalogue))
    detail = _quoted(voice.mrkdwn(stage.detail))
    return f"{MARKS[stage.outcome]}  *{name}* · {asks} *{said}.*\n>{detail}"


def next_line(move: Next, voice: Voice, *, starts: bool = False) -> str:
    """Return whose move it is, told to the reader, what is to be done, and how to reach others.

    `starts` says that the reader may start the run that mends it.
    """
    if move.who == "nobody":
        return f":point_right: {voice.mrkdwn(move.action)}"
    lines = [f":point_right: *{whose_move(move.who, voice, starts=starts)}*", voice.mrkdwn(move.action)]
    if voice.reader is None or not voice.reader.is_(move.who):
        told = f"{voice.mrkdwn(f'who.{move.who}')}: " if starts else ""
        lines.append(f"_{told}{contact_of(move, voice)}_")
    return "\n".join(lines)


def turn_of(who: str, voice: Voice, *, starts: bool = False) -> Turn:
    """Return whose move it is to the reader where `who` acts next; `starts` is that of `next_line`."""
    return Turn.THEIRS if voice.reader is None else voice.reader.turn(who, starts=starts)


def whose_move(who: str, voice: Voice, *, starts: bool = False) -> str:
    """Return whose move it is where `who` acts next: the reader's own, or who else's."""
    match turn_of(who, voice, starts=starts):
        case Turn.YOURS:
            return voice.mrkdwn(f"move.yours.{who}")
        case Turn.START:
            return voice.mrkdwn("move.start")
        case _:
            return voice.mrkdwn(f"who.{who}")


def in_short(who: str, turn: Turn, voice: Voice) -> str:
    """Return whose move it is in a word or two, unescaped: the reader's by their `turn`, or that of `who`."""
    own = {Turn.YOURS: Text("board.you"), Turn.START: Text("move.start")}
    return voice.plain(own.get(turn, Text(f"who-short.{who}")))


def starts_here(said: Text, who: str, voice: Voice) -> bool:
    """Return whether the reader may start the run that puts a stage with the detail `said` right.

    `who` acts at the stage.
    """
    return voice.reader is not None and voice.reader.starts(said, who)


def contact_of(move: Next, voice: Voice) -> str:
    """Return how to reach who acts next: as the school's record has it, else in words for the reader."""
    general = Text(f"who.{move.who}.contact")
    if voice.reader is None or voice.catalogue.say(general, "en") != move.contact.en:
        return voice.name(move.contact)
    return voice.mrkdwn(voice.reader.contact(move.who, voice.catalogue))


def basis_line(extract: ExtractAge | None, now: datetime, voice: Voice, *more: str) -> str:
    """Return what an answer rests on: the records at the time `now`, the age of the `extract`, and `more`.

    The age is left out where the extract can't be read: the answer itself says so.
    """
    said = [voice.mrkdwn("answer.as-of", now=now)]
    said += [voice.mrkdwn(extract_text(extract))] if extract else []
    return " · ".join([*said, *more])


def _quoted(words: str) -> str:
    """Return `words` with each line in the quotation, such as the end of a client's log."""
    return words.replace("\n", "\n>")
