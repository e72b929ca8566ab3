"""Accounts made by hand, in August: the file that lists them, and what has become of them."""

from datetime import UTC, date, datetime

from sqlalchemy import select

from provisioning.manual import reviews, upkeep
from provisioning.manual.handmade import FILE, ReviewDecision
from provisioning.manual.reviews import Review
from provisioning.records.accounts import Account, Status
from provisioning.records.people import Kind
from provisioning.store.database import Database
from provisioning.store.tables.reviews import ReviewRow
from tests.builders import GLAN, Schools, write

HEADER = ["school", "username", "name", "kind", "expires_on", "last_signed_in"]
SALLY = [GLAN.number, "SupplyS@hwbcymru.net", "Sally Supply", "non-mis", "2026-09-10", "2026-08-01"]
GWEN = [GLAN.number, "LlywG@hwbcymru.net", "Gwen Llyw", "governor", "", ""]
MERI = [GLAN.number, "MeriM@hwbcymru.net", "Meri Meredydd", "governor", "2027-06-30", ""]
AUGUST = datetime(2026, 8, 26, 8, 0, tzinfo=UTC)


def listed(provisioning: Schools, *rows: list[str], at: datetime = AUGUST) -> None:
    """The file has these rows, and is taken in without trouble."""
    write(provisioning.folder / FILE, [HEADER, *rows], at)
    assert upkeep.take_in(provisioning.at(at)) == ()


def by_hand(provisioning: Schools) -> list[Account]:
    return [account for account in provisioning.accounts() if account.kind in (Kind.NON_MIS, Kind.GOVERNOR)]


def seen(found: Review, username: str = "SupplyS") -> tuple[Status, date | None, ReviewDecision | None]:
    """What a review shows of an account: its status, its end, the decision in force."""
    handmade = next(
        entry.handmade for entry in found.entries if entry.handmade.account.username.startswith(username)
    )
    return (
        handmade.account.status,
        handmade.account.expires_on,
        handmade.decision.choice if handmade.decision else None,
    )


def sally(provisioning: Schools) -> int:
    return reviews.find(provisioning.at(), GLAN.number, Kind.NON_MIS, "supplys")


def deeds(database: Database) -> list[tuple[str, str, dict[str, object] | None, dict[str, object]]]:
    with database.reading() as session:
        rows = session.scalars(select(ReviewRow).order_by(ReviewRow.id))
        return [(row.choice, row.by, row.before, row.after) for row in rows]
