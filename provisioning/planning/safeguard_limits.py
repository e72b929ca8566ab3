"""From which numbers on the safeguards hold changes back. Pure.

The reasons are in `docs/decisions/holds.md`.
"""

from dataclasses import dataclass

from provisioning.records.people import Kind


@dataclass(frozen=True)
class Limit:
    """`few` or more and over `percent` are held back: small schools mend small accidents by hand.

    `least` is how many active accounts of the kind a school must have to be judged at all: with fewer it is
    being loaded for the first time, or is very small.
    """

    few: int
    percent: int
    least: int = 0

    def is_over(self, measured: int, total: int) -> bool:
        """Return whether `measured` of `total` is too much."""
        return total >= self.least and measured >= self.few and measured * 100 > total * self.percent


@dataclass(frozen=True)
class SafeguardLimits:
    """The limits in force, one for each safeguard; for `leavers` and `creates` one for each kind of person.

    `export_shrunk` is of the portal's export: one that lacks so many active accounts of a school is broken.
    What differs from the defaults comes from the settings, which bound it.
    """

    shrunk: Limit = Limit(10, 20)
    learners_leaving: Limit = Limit(10, 10)
    staff_leaving: Limit = Limit(5, 30)
    learners_created: Limit = Limit(10, 20, least=50)
    staff_created: Limit = Limit(5, 30, least=10)
    year_jump: Limit = Limit(10, 20)
    classes_lost: Limit = Limit(10, 20)
    export_shrunk: Limit = Limit(10, 50)

    def leaving(self, kind: Kind) -> Limit:
        """Return how many people of a kind may leave at once."""
        return self.staff_leaving if kind is Kind.STAFF else self.learners_leaving

    def created(self, kind: Kind) -> Limit:
        """Return how many people of a kind may get accounts at once."""
        return self.staff_created if kind is Kind.STAFF else self.learners_created


DEFAULT_LIMITS = SafeguardLimits()
