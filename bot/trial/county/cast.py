"""The people of the suggestions: picked from the rolls, each for one problem only."""

from dataclasses import dataclass, replace
from datetime import date

from bot.trial.county.chance import Chance, Upns
from bot.trial.county.learners import THIS_YEAR, first_day
from bot.trial.county.rollover import Rolls, stranger
from bot.trial.county.rolls import LearnerRow, StaffRow
from bot.trial.county.saving import CountyExport
from bot.trial.county.schools import school
from bot.trial.county.staff import new_member


@dataclass(frozen=True)
class Stages:
    """What a school exports over the story.

    `early` is the export of Monday and Tuesday morning, `today` Wednesday morning's, `now` what was saved
    after the school's last run, `mended` what its office will export once it has done what is asked of
    it, `spoilt` what it will export by mistake. None where nothing is saved.
    """

    july: CountyExport | None
    early: CountyExport | None
    today: CountyExport | None
    now: CountyExport | None = None
    mended: CountyExport | None = None
    spoilt: CountyExport | None = None


class Cast:
    """Picks people, and records the name by which a plant refers to them.

    `who` has the identifier (UPN or staff code) for each of those names.
    """

    def __init__(self, july: Rolls, autumn: Rolls, chance: Chance, upns: Upns) -> None:
        self.july, self.autumn = july, autumn
        self.chance, self.upns = chance, upns
        self.who: dict[str, str] = {}
        self._used: set[str] = set()

    def moved(
        self, name: str, origin: str, to: str, *, of_class: str | None = None, renumbered: bool = False
    ) -> LearnerRow:
        """Return a learner in the roll of the school `to` who was in the final year of `origin` in July.

        `of_class` narrows it to a class there; `renumbered` asks for a learner with a new UPN.
        """
        left = {
            row.upn for row in self.autumn[origin].learners if row.left and of_class in (None, row.class_name)
        }
        for row in self.autumn[to].learners:
            came = (row.former_upn or row.upn) in left and bool(row.former_upn) is renumbered
            if came and row.upn not in self._used:
                return self._cast(name, row)
        raise LookupError(f"no person is left for {name}")

    def stays(self, name: str, at: str, year_group: str) -> LearnerRow:
        """Return a learner who was at a school last year and still is."""
        before = {row.upn for row in self.july[at].learners}
        for row in self.autumn[at].learners:
            here = row.upn in before and row.upn not in self._used and row.left is None
            if here and row.year_group == year_group:
                return self._cast(name, row)
        raise LookupError(f"no person is left for {name}")

    def newcomer(self, name: str, at: str, year_group: str, admitted: date | None = None) -> LearnerRow:
        """Return a learner from outside the county, in no roll yet."""
        row = stranger(school(at), year_group, 900 + len(self._used), self.chance, self.upns)
        return self._cast(name, replace(row, admitted=admitted or row.admitted))

    def new_teacher(
        self, name: str, at: str, started: date | None = None, called: tuple[str, str] | None = None
    ) -> StaffRow:
        """Return a new member of staff, in no roll yet; `called` gives a surname and forename."""
        taken = {row.code for row in self.autumn[at].staff} | set(self.who.values())
        starts = started or first_day(THIS_YEAR)
        row = new_member(school(at), starts, "Classroom Teacher", taken, self.chance, called)
        self.who[name] = row.code
        return row

    def teacher(self, name: str, at: str) -> StaffRow:
        """Return a member of staff whose name is unique in the county and is the same in every encoding."""
        named = [(row.surname, row.forename) for roll in self.autumn.values() for row in roll.staff]
        for row in self.autumn[at].staff[2:]:
            plain = not set("ŵŷŴŶ") & set(row.surname + row.forename)
            if plain and row.left is None and named.count((row.surname, row.forename)) == 1:
                self.who[name] = row.code
                return row
        raise LookupError(f"no person is left for {name}")

    def namesake(self, name: str, origin: str, to: str) -> StaffRow:
        """Return the record at a new school of a member of staff picked as `teacher` at the old school."""
        old = next(row for row in self.autumn[origin].staff if row.code == self.who[f"{name}.old"])
        return self.new_teacher(name, to, called=(old.surname, old.forename))

    def _cast(self, name: str, row: LearnerRow) -> LearnerRow:
        self._used |= {row.upn, row.former_upn}
        self.who[name] = row.upn
        return row
