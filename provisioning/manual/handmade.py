"""Accounts made by hand, and the decisions on them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from provisioning.clock import uk_date
from provisioning.records.accounts import Account
from provisioning.records.people import Kind

FILE = "non_mis.csv"
"""The file that lists the accounts made by hand, for the whole installation."""

BY_PORTAL = "portal"
"""The actor of reviews that the portal's export shows: an account has been kept for longer there."""

MADE_BY_HAND = (Kind.NON_MIS, Kind.GOVERNOR)
"""The kinds of account that runs do not change."""


class Term(StrEnum):
    """For how long an account is kept."""

    ONE_MONTH = "1m"
    THREE_MONTHS = "3m"
    SIX_MONTHS = "6m"
    YEAR = "year"


class ReviewDecision(StrEnum):
    """An event in the life of an account made by hand: by the file, a person, its date, or an undo."""

    LISTED = "listed"
    RENEWED = "renewed"
    KEEP = "keep"
    DEACTIVATE = "deactivate"
    AT_DATE = "deactivate-at-date"
    IN_PORTAL = "in-portal"
    EXPIRED = "expired"
    UNUSED = "unused"
    UNDO = "undo"


ENDINGS = (ReviewDecision.EXPIRED, ReviewDecision.UNUSED)
"""How an account ends by itself."""

DECISIONS = (ReviewDecision.KEEP, ReviewDecision.DEACTIVATE, ReviewDecision.AT_DATE, ReviewDecision.IN_PORTAL)
"""The decisions of a review; `IN_PORTAL` notes that the account was reviewed in the portal."""


@dataclass(frozen=True)
class Decision:
    """A review decision on an account, and until when it is kept."""

    id: int
    choice: ReviewDecision
    until: date | None
    by: str
    at: datetime

    @property
    def day(self) -> date:
        """The day on which it was decided."""
        return uk_date(self.at)


@dataclass(frozen=True)
class Handmade:
    """An account made by hand: since when it is known, and the decision in force.

    `ending` is set where it has ended by itself and no person has decided on it since; `revived_on` is the
    day on which a person last undid such an ending.
    """

    account: Account
    known_since: date | None = None
    decision: Decision | None = None
    ending: Decision | None = None
    revived_on: date | None = None

    @property
    def kept(self) -> bool:
        """Whether the decision in force keeps it."""
        return self.decision is not None and self.decision.choice is ReviewDecision.KEEP

    @property
    def ended_unseen(self) -> bool:
        """Whether it has ended by itself, and no person has decided that or reviewed it since."""
        return self.ending is not None and not self.ends_as_decided

    @property
    def ends_as_decided(self) -> bool:
        """Whether a review decided that it ends on its date, and no person has undone that ending since."""
        if self.decision is None or self.decision.choice is not ReviewDecision.AT_DATE:
            return False
        return self.revived_on is None or self.revived_on <= self.decision.day
