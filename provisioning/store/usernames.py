"""Usernames: surname and first initial, unique for good, never reissued (contract, section 3)."""

from collections.abc import Sequence

from anyascii import anyascii
from sqlalchemy import select
from sqlalchemy.orm import Session

from provisioning.store.tables import UsernameStemRow

DOMAIN = "hwbcymru.net"
_AT_ONCE = 500


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
    keys = sorted({one.casefold() for one in stems})
    rows: dict[str, UsernameStemRow] = {}
    for start in range(0, len(keys), _AT_ONCE):
        query = (
            select(UsernameStemRow)
            .where(UsernameStemRow.stem.in_(keys[start : start + _AT_ONCE]))
            .order_by(UsernameStemRow.stem)
            .with_for_update()
        )
        rows |= {row.stem: row for row in session.scalars(query)}
    usernames = []
    for one in stems:
        row = rows.get(one.casefold())
        if row is None:
            row = rows[one.casefold()] = UsernameStemRow(stem=one.casefold(), given_out=0)
            session.add(row)
        row.given_out += 1
        number = "" if row.given_out == 1 else str(row.given_out)
        usernames.append(f"{one}{number}@{DOMAIN}")
    session.flush()
    return usernames
