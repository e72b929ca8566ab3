"""The rollover board in words, for screen readers: which schools are open, and at which stages."""

from collections.abc import Sequence

from bot.rollover.boards import Board
from bot.slack import limits
from bot.slack.fit import cut
from bot.slack.voice import Voice
from diagnostics.readiness import Readiness


def page_aloud(title: str, place: str, schools: Sequence[Readiness], voice: Voice) -> str:
    """Return a page of the board: title, `place`, then each school with its open stages and who acts."""
    return "\n".join([f"{title}.", f"{place}.", *(_school(school, voice) for school in schools)])


def alt_text(found: Board, voice: Voice) -> str:
    """Return the picture's description: the counts, then the open schools, worst first, with their stages.

    Schools that would not fit into Slack's limit are counted.
    """
    said = voice.plain(
        "board.alt", year=found.dates.year, now=found.as_of, ready=found.ready, count=len(found.schools)
    )
    schools = [_stages(school, voice) for school in found.schools if school.open]
    left = limits.FILE_ALT_TEXT - len(voice.plain("answer.and-more", count=len(schools))) - 1
    for place, school in enumerate(schools):
        if len(said) + 1 + len(school) > left:
            more = voice.plain("answer.and-more", count=len(schools) - place)
            return f"{said} {more}"
        said = f"{said} {school}"
    return cut(said, limits.FILE_ALT_TEXT)


def state_of(found: Readiness) -> str:
    """Return `ready`, `open`, or `waiting` where nothing is open and a stage is not due yet."""
    return "ready" if found.ready else "open" if found.open else "waiting"


def _school(found: Readiness, voice: Voice) -> str:
    """Return a school's state, or its open stages and who acts next."""
    if not found.open:
        state = voice.plain(f"board.school-{state_of(found)}", count=0)
        return f"{found.school.name.in_(voice.language)}: {state}."
    who = [voice.plain("board.spoken-next", who=voice.plain(f"who.{found.next.who}"))] if found.next else []
    return " ".join([_stages(found, voice), *who])


def _stages(found: Readiness, voice: Voice) -> str:
    """Return a school's name with its open stages."""
    stages = ", ".join(voice.plain(f"step.{stage.step}.title") for stage in found.open)
    return voice.plain("board.spoken-open", school=found.school.name, stages=stages)
