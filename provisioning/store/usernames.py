"""Usernames: surname and first initial, unique for good, never reissued (contract, section 3)."""

from collections import Counter
from collections.abc import Mapping, Sequence

from anyascii import anyascii
from sqlalchemy.orm import Session

from provisioning.store.tables import UsernameStemRow
from provisioning.store.upserts import inserting

DOMAIN = "hwbcymru.net"


def stem(surname: str, forename: str) -> str:
    """What a username begins with: `BloggsJ`, in ASCII letters only; `User` where no letter is left."""
    letters = _letters(surname)
    if letters.isupper() or letters.islower():
        letters = letters.capitalize()
    return letters + _letters(forename)[:1].upper() or "User"


def _letters(name: str) -> str:
    return "".join(letter for letter in anyascii(name) if letter.isalpha())


def give_out(session: Session, names: Sequence[tuple[str, str]]) -> list[str]:
    """A new username for each surname and forename, in their order.

    The first of a stem is bare, later ones carry a number; how many were given out is kept for good.
    """
    stems = [stem(surname, forename) for surname, forename in names]
    wanted = Counter(one.casefold() for one in stems)
    last = _count_up(session, wanted) if wanted else {}
    usernames = []
    for one in stems:
        key = one.casefold()
        place = last[key] - wanted[key] + 1
        wanted[key] -= 1
        usernames.append(f"{one}{'' if place == 1 else place}@{DOMAIN}")
    return usernames


def _count_up(session: Session, wanted: Mapping[str, int]) -> dict[str, int]:
    """How many usernames each stem has given out, these included; nobody else counts meanwhile."""
    statement = inserting(session, UsernameStemRow)
    counted = statement.on_conflict_do_update(
        index_elements=[UsernameStemRow.stem],
        set_={"given_out": UsernameStemRow.given_out + statement.excluded.given_out},
    ).returning(UsernameStemRow.stem, UsernameStemRow.given_out)
    # In their order, so that two runs that want the same stems wait for each other and do not lock up.
    rows = [{"stem": key, "given_out": wanted[key]} for key in sorted(wanted)]
    return {row.stem: row.given_out for row in session.execute(counted, rows)}
