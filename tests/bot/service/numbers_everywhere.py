"""How many schools are ready, open, not known and on the way, as each place says it to its readers."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from bot.alerts.known_facts import KnownFacts
from bot.people.permissions import Caller
from bot.rollover.boards import Board, Boards
from bot.rollover.screens import board, board_csv, home_line
from bot.rollover.spoken import alt_text
from bot.services import Services
from bot.slack.voice import Voice
from bot.slots import members
from diagnostics.readiness import Readiness
from diagnostics.tally import SchoolState, Tally, tally
from provisioning.clock import FixedClock, today
from provisioning.store import schools as school_store

_MENDING = "open, may mend itself at the next run"


def numbers_everywhere(behind: Services, known: KnownFacts, at: datetime) -> Mapping[str, str]:
    """The sentence of counts `at` a moment, by the place that says it; digests rest on what is `known`."""
    voice = Voice(behind.catalogue, "en")
    behind = replace(behind, provisioning=replace(behind.provisioning, clock=FixedClock(at)))
    with behind.database.reading() as session:
        every = school_store.every(session)
    among = [school for school in every if not school.is_closed(today(behind.clock))]
    scheduled = members(behind.settings.groups, among)
    known.of(behind.provisioning, among, frozenset())
    found = Boards().make(behind, among)
    page = board(found, 0, "", [], Caller("U0READER", ()), voice)
    said = {
        "board": _of_heading(str(page.blocks[0]["text"]["text"])),
        "board, read aloud": _of_heading(str(page.aloud).partition("\nAs the records")[0]).replace(".", ""),
        "picture, read aloud": alt_text(found, voice).split(". ")[1].removesuffix("."),
        "file": voice.plain(_counted(_states_in_file(found, voice)).said),
        "Home": voice.plain(_counted(_states_at_home(found, scheduled, voice)).said),
    }
    if known.standings:
        said["digest"] = voice.plain(tally(known.standings.values()).said)
    return said


def _of_heading(text: str) -> str:
    title, _, rest = text.partition("\n")
    said = title.strip("*").partition(": ")[2]
    return f"{said}: {rest}" if rest else said


def _states_in_file(found: Board, voice: Voice) -> Iterable[str]:
    rows = csv.DictReader(io.StringIO(board_csv(found, voice).decode("utf-8-sig")))
    return [row["How it stands"] for row in rows]


def _states_at_home(found: Board, scheduled: Iterable[str], voice: Voice) -> Iterable[str]:
    return [_state_at_home(school, set(scheduled), voice) for school in found.schools]


def _state_at_home(found: Readiness, scheduled: set[str], voice: Voice) -> str:
    line = home_line(found, scheduled, voice).partition("Rollover: ")[2]
    if re.match(r"\d+ open", line):
        return _MENDING if re.search(r"· may mend \w+ at the next run", line) else "open"
    return "not known" if re.match(r"\d+ not known", line) else line.partition(",")[0]


def _counted(states: Iterable[str]) -> Tally:
    """The counts of the words by which a place calls each school's state."""
    count = Counter(states)
    return Tally(
        schools=count.total(),
        open=count["open"] + count[_MENDING],
        unknown=count["not known"],
        waiting=count["on the way"],
        ready=count[SchoolState.READY],
        mending=count[_MENDING],
    )
