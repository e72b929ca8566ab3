"""A maintained school, with what of it matters to provisioning."""

from dataclasses import dataclass
from datetime import date

from knowledge.texts import Bilingual
from provisioning.ids import SchoolNumber


@dataclass(frozen=True, slots=True)
class School:
    """A maintained school; `number` is the 7-digit DfES number, as text, `source` its extracts' format.

    From `closed_on` on the school is closed; `successor` is the number of the school that takes its place.
    """

    number: SchoolNumber
    name: Bilingual
    local_authority: str
    phase: str
    final_year: str | None
    managed_by: str
    contact: str
    source: str = "csv"
    closed_on: date | None = None
    successor: str | None = None

    def is_closed(self, today: date) -> bool:
        """Return whether the school is closed on a day: then it runs no more, and its accounts are free."""
        return self.closed_on is not None and self.closed_on <= today
