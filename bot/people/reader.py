"""The wording that a reader gets by their roles: whose move it is, how records are called. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.people.permissions import MAY, Act, Role
from diagnostics.stages import run_helps
from knowledge.texts import Catalogue, Text

_FILE_READERS = frozenset({Role.MIS_ADMINISTRATOR, Role.ADMINISTRATOR})
"""Roles whose users read of extracts, lines and rejected rows; others of the school's records."""
_HERE: Mapping[str, Role] = {
    "mis-administrator": Role.MIS_ADMINISTRATOR,
    "provisioning-manager": Role.PROVISIONING_MANAGER,
    "local-authority": Role.LOCAL_AUTHORITY,
    "digital-champion": Role.DIGITAL_CHAMPION,
    "service-desk": Role.SERVICE_DESK,
}
"""The role at the school itself of each party that can act next."""
_AT_PREVIOUS: Mapping[str, Role] = {
    "previous-school": Role.MIS_ADMINISTRATOR,
    "previous-provisioning-manager": Role.PROVISIONING_MANAGER,
}
"""The role at the previous school of each party there."""
_EVERYDAY = "everyday"
"""The first part of the keys of texts that stand in for others: `everyday.step.mis-record.rejected`."""
_FILE_ERRORS = ("error.extract", "error.export")
"""The beginnings of the keys of what is wrong with a file: others are told in one sentence, with one hint."""
_OFFICE = "office"
"""That of texts which stand in for others where MIS administrators read of their own move."""


def is_at_previous(who: str) -> bool:
    """Return whether the party `who` is at a previous school."""
    return who in _AT_PREVIOUS


class Turn(StrEnum):
    """Whose move it is, to a reader."""

    YOURS = "yours"
    START = "start"
    THEIRS = "theirs"


@dataclass(frozen=True)
class Reader:
    """The roles of a reader at the school that an answer is about, and at the previous school."""

    here: frozenset[Role] = frozenset()
    at_previous: frozenset[Role] = frozenset()

    @property
    def reads_of_files(self) -> bool:
        """Whether extracts, lines and rejected rows are the reader's business."""
        return bool(self.here & _FILE_READERS)

    @property
    def may_run(self) -> bool:
        """Whether the reader may start the school's client."""
        return bool(self.here & MAY[Act.RUN])

    def turn(self, who: str, *, starts: bool = False) -> Turn:
        """Return whose move it is where `who` acts next; `starts` says that the reader may start the run."""
        if starts:
            return Turn.START
        return Turn.YOURS if self.is_(who) else Turn.THEIRS

    def starts(self, said: Text, who: str) -> bool:
        """Return whether the reader may start the run that puts a stage right, at which `who` acts.

        `said` is the stage's detail: where a run can't succeed, none may be started there.
        """
        return run_helps(said) and who == "provisioning-manager" and self.may_run

    def is_(self, who: str) -> bool:
        """Return whether the reader is the party `who`, by their roles."""
        return _HERE.get(who) in self.here or _AT_PREVIOUS.get(who) in self.at_previous

    def contact(self, who: str, known: Catalogue) -> Text:
        """Return how `who` is reached in general: in the words for the reader's role, where there are any."""
        keys = (f"who.{who}.contact-for.{role}" for role in Role if role in self.here)
        return Text(next((key for key in keys if key in known), f"who.{who}.contact"))

    def worded(self, said: Text, known: Catalogue) -> Text:
        """Return `said` in the words for the reader, with the texts among its values."""
        if Role.MIS_ADMINISTRATOR not in self.here and self.reads_of_files:
            return said
        key = self._key(said.key)
        values = {
            name: self.worded(value, known) if isinstance(value, Text) else value
            for name, value in said.values.items()
        }
        return replace(said, key=key if key in known else said.key, values=values)

    def _key(self, key: str) -> str:
        """Return the key of the text that stands for the one with `key`, if there is one for the reader."""
        if self.reads_of_files:
            return f"{_OFFICE}.{key}"
        for error in _FILE_ERRORS:
            if key.startswith(f"{error}-"):
                return f"{_EVERYDAY}.{error}{'.hint' if key.endswith('.hint') else ''}"
        return f"{_EVERYDAY}.{key}"


def reader_of_several(roles: Iterable[Role]) -> Reader | None:
    """Return the reader that a user with `roles` is of what is about no one school: it is no one's move.

    None for those who look after files, who read all texts as they are.
    """
    return None if _FILE_READERS.intersection(roles) else Reader()
