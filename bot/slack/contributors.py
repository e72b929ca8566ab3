"""What features add to screens that are not their own: the types of contributors.

`bot/service/features.py` lists the contributors in the order in which they stand on the screen.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.commands import Command
from bot.slack.blocks import Block
from bot.slack.buttons import Manner
from bot.slack.tasks import Task
from diagnostics.missing import Missing
from diagnostics.still_active import StillActive
from diagnostics.verdict import Diagnosis
from knowledge.ids import Question
from provisioning.records.schools import School

if TYPE_CHECKING:
    from bot.slack.context import Context


@dataclass(frozen=True)
class SchoolAtHome:
    """A school in Home, as contributors get it; where there are many, `missing` is not searched, and None."""

    school: School
    missing: Missing | None


DiagnosisButtons = Callable[["Context", Command, Question, Diagnosis], Sequence[Block]]
"""A feature's buttons under a diagnosis; the command's line asks the question again."""
DiagnosisNotes = Callable[["Context", Diagnosis], Sequence[str]]
"""A feature's lines above the buttons of a diagnosis, as mrkdwn."""
SeveralParts = Callable[["Context", Command, Sequence[Diagnosis]], Sequence[Block]]
"""A feature's blocks under the answer about several people; the command's line asks about all again."""
GroupButtons = Callable[["Context", Missing, Callable[[str], str]], Mapping[str, Sequence[Block]]]
"""A feature's buttons under the groups of missing accounts, by cause; the function returns a cause's line."""
GroupNotes = Callable[["Context", Missing], Mapping[str, Sequence[str]]]
"""A feature's lines about the groups of missing accounts, by cause, as mrkdwn."""
EndingButtons = Callable[["Context", StillActive, Callable[[str], str]], Mapping[str, Sequence[Block]]]
"""A feature's buttons under the groups of accounts that should have ended, as `GroupButtons`."""
HomeSection = Callable[["Context"], Sequence[Block]]
"""A feature's part of Home: above the schools, or as a notice under the title of Home and of `/hwb mine`."""
HomeSchoolLines = Callable[["Context", Sequence[SchoolAtHome]], Mapping[str, Sequence[Block]]]
"""A feature's lines about the schools in Home, by school number; what it needs of all is read together."""
HomeSchoolWords = Callable[["Context", Sequence[SchoolAtHome]], Mapping[str, str]]
"""A feature's few words about each school in Home, as mrkdwn, where there are several: a line a school."""
Tasks = Callable[["Context"], Sequence[Task]]
"""A feature's things that wait for the user, or that they wait for."""
RunButtons = Callable[["Context", School], Sequence[Block]]
"""A feature's buttons under a school's latest run."""


@dataclass(frozen=True)
class Features:
    """What the features declare and contribute; each sequence is in the order of the screen."""

    manners: Mapping[str, Manner] = field(default_factory=dict)
    diagnosis_buttons: Sequence[DiagnosisButtons] = ()
    diagnosis_notes: Sequence[DiagnosisNotes] = ()
    several_parts: Sequence[SeveralParts] = ()
    group_buttons: Sequence[GroupButtons] = ()
    group_notes: Sequence[GroupNotes] = ()
    ending_buttons: Sequence[EndingButtons] = ()
    run_buttons: Sequence[RunButtons] = ()
    home_sections: Sequence[HomeSection] = ()
    home_school_lines: Sequence[HomeSchoolLines] = ()
    home_school_words: Sequence[HomeSchoolWords] = ()
    tasks: Sequence[Tasks] = ()
    notices: Sequence[HomeSection] = ()
