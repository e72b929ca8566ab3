"""What features add to screens that are not their own: the shapes of contributors, and their value.

`bot/service/features.py` declares which there are, and in which order they stand on the screen.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.commands import Command
from bot.slack.blocks import Block
from bot.slack.buttons import Manner
from diagnostics.missing import Missing
from diagnostics.verdict import Diagnosis
from knowledge.ids import Question
from provisioning.records import School

if TYPE_CHECKING:
    from bot.slack.context import Context


@dataclass(frozen=True)
class SchoolAtHome:
    """A school in Home, as its contributors are handed it.

    `missing` is None if it was not looked for, because the caller has many schools; `schools` is how many.
    """

    school: School
    missing: Missing | None
    schools: int


DiagnosisButtons = Callable[["Context", Command, Question, Diagnosis], Sequence[Block]]
"""A feature's buttons under a diagnosis; the line of the command asks the question again."""
GroupButtons = Callable[["Context", Missing, Callable[[str], str]], Mapping[str, Sequence[Block]]]
"""A feature's buttons under the groups of missing accounts, by cause; the function gives a cause's line."""
HomeSection = Callable[["Context"], Sequence[Block]]
"""A feature's part of Home, above the schools."""
HomeSchoolLines = Callable[["Context", SchoolAtHome], Sequence[Block]]
"""A feature's lines about a school in Home."""


@dataclass(frozen=True)
class Features:
    """What the features declare and contribute; each sequence is in the order of the screen."""

    manners: Mapping[str, Manner] = field(default_factory=dict)
    diagnosis_buttons: Sequence[DiagnosisButtons] = ()
    group_buttons: Sequence[GroupButtons] = ()
    home_sections: Sequence[HomeSection] = ()
    home_school_lines: Sequence[HomeSchoolLines] = ()
