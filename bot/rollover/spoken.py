"""The rollover board in words, for screen readers: which schools are open, and at which stages."""

from collections.abc import Sequence

from bot.people.permissions import Caller
from bot.rollover.boards import Board
from bot.rollover.next_words import next_aloud
from bot.rollover.standing_words import state_words
from bot.slack import limits
from bot.slack.fit import cut
from bot.slack.voice import Voice
from diagnostics.school_stages import SchoolStages
from diagnostics.tally import Standing


def page_aloud(
    heads: Sequence[str], schools: Sequence[SchoolStages], found: Board, caller: Caller, voice: Voice
) -> str:
    """Return a page of the board `found`: `heads`, then each of `schools` with what is open and who acts."""
    said = [f"{head}." for head in heads]
    return "\n".join([*said, *(_school(school, found, caller, voice) for school in schools)])


def alt_text(found: Board, voice: Voice) -> str:
    """Return the picture's description: the counts, then the open schools, worst first, with their stages.

    Schools that would not fit into Slack's limit are counted.
    """
    said = voice.plain(
        "board.alt", year=found.dates.year, now=found.as_of, said=voice.plain(found.tally.said)
    )
    schools = [_named(school, found.standing(school), voice) for school in found.schools if school.open]
    left = limits.FILE_ALT_TEXT - len(voice.plain("answer.and-more", count=len(schools))) - 1
    for place, school in enumerate(schools):
        if len(said) + 1 + len(school) > left:
            more = voice.plain("answer.and-more", count=len(schools) - place)
            return f"{said} {more}"
        said = f"{said} {school}"
    return cut(said, limits.FILE_ALT_TEXT)


def _school(school: SchoolStages, found: Board, caller: Caller, voice: Voice) -> str:
    """Return the state of a school of the board `found`, or its open stages and who acts next."""
    named = _named(school, found.standing(school), voice)
    return f"{named} {next_aloud(school, found, caller, voice)}".rstrip()


def _named(found: SchoolStages, at: Standing, voice: Voice) -> str:
    """Return a school's name with what is open there, or its state."""
    joint = ", " if found.open else ": "
    return f"{found.school.name.in_(voice.language)}{joint}{state_words(at, voice).replace(' · ', '; ')}."
