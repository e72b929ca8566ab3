"""Who acts next at a school of the board, told to its reader."""

from bot.people.permissions import Caller
from bot.people.reader import Reader, Turn
from bot.rollover.boards import Board
from bot.slack.findings import in_short
from bot.slack.voice import Voice
from diagnostics.school_stages import SchoolStages
from provisioning.records.schools import School


def turn_of(school: SchoolStages, found: Board, caller: Caller) -> Turn:
    """Return whose move the first open stage of `school` on the board `found` is, to `caller`."""
    if school.next is None or school.pressing is None:
        return Turn.THEIRS
    known: dict[str, School] = {each.school.number: each.school for each in found.schools}
    there = (known[number] for number in school.next.at if number in known)
    reader = Reader(caller.roles(school.school), caller.roles(*there))
    starts = reader.starts(school.pressing.detail, school.next.who)
    return reader.turn(school.next.who, starts=starts and school.school.number not in found.frozen)


def who_next(school: SchoolStages, found: Board, caller: Caller, voice: Voice) -> str:
    """Return who acts next at `school` in a word or two; blank where no person has to."""
    if school.next is None:
        return ""
    return in_short(school.next.who, turn_of(school, found, caller), voice)


def next_aloud(school: SchoolStages, found: Board, caller: Caller, voice: Voice) -> str:
    """Return the sentence that says who acts next at `school`; blank where no person has to."""
    if school.next is None:
        return ""
    match turn_of(school, found, caller):
        case Turn.YOURS:
            return voice.plain("board.spoken-you")
        case Turn.START:
            return f"{voice.plain('move.start')}."
        case _:
            return voice.plain("board.spoken-next", who=voice.plain(f"who.{school.next.who}"))
