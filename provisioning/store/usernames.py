"""Usernames: surname and first initial, unique for good, never reissued."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import cast

from anyascii import anyascii
from sqlalchemy import Table, case
from sqlalchemy.orm import Session

from provisioning.store.bulk import bulk
from provisioning.store.stem_keys import hashed
from provisioning.store.tables.accounts import UsernameStemRow
from provisioning.store.upserts import inserting

DOMAIN = "hwbcymru.net"
_LOCAL = re.compile(r"([a-z]+)([0-9]{0,6})")
_TABLE = cast("Table", UsernameStemRow.__table__)


def stem(surname: str, forename: str) -> str:
    """Return the stem of a username: `BloggsJ`, in ASCII letters only; `User` where no letter is left."""
    letters = _letters(surname)
    if letters.isupper() or letters.islower():
        letters = letters.capitalize()
    return letters + _letters(forename)[:1].upper() or "User"


@lru_cache(maxsize=16_384)
def _letters(name: str) -> str:
    return "".join(letter for letter in anyascii(name) if letter.isalpha())


def give_out(session: Session, names: Sequence[tuple[str, str]]) -> list[str]:
    """Return a new username for each surname and forename of `names`, in order.

    The first of a stem has no number, later ones do; the count of each stem is kept for good.
    """
    stems = [stem(surname, forename) for surname, forename in names]
    wanted = Counter(found.casefold() for found in stems)
    kept_as = hashed(session, wanted)
    counts = {kept_as[key]: count for key, count in wanted.items()}
    last = bulk(session).count_up(_TABLE, "stem", "given_out", counts)
    usernames = []
    for found in stems:
        key = found.casefold()
        place = last[kept_as[key]] - wanted[key] + 1
        wanted[key] -= 1
        usernames.append(f"{found}{'' if place == 1 else place}@{DOMAIN}")
    return usernames


def reserve(session: Session, usernames: Iterable[str]) -> None:
    """Raise the counts of the stems of `usernames`, so that no run issues one of them."""
    counts: defaultdict[str, int] = defaultdict(int)
    for username in usernames:
        local, _, domain = username.casefold().partition("@")
        parts = _LOCAL.fullmatch(local)
        if parts is not None and domain in ("", DOMAIN):
            counts[parts[1]] = max(counts[parts[1]], int(parts[2] or 1))
    if not counts:
        return
    statement = inserting(session, UsernameStemRow)
    ours, held = statement.excluded.given_out, UsernameStemRow.given_out
    statement = statement.on_conflict_do_update(
        index_elements=[UsernameStemRow.stem], set_={"given_out": case((ours > held, ours), else_=held)}
    )
    kept = sorted((kept_as, counts[stem]) for stem, kept_as in hashed(session, counts).items())
    session.execute(statement, [{"stem": kept_as, "given_out": count} for kept_as, count in kept])
