"""The keys under which stems of usernames are kept: as hashes, which can be counted up and not read.

A stem is a surname and an initial, so its plain text would be a name kept for good. The first hash is keyed
with a secret that the database has from its migration; where a key of the settings is at hand, a second hash
is keyed with that. A reader who has the secret and the key can still try names one by one: without such a
key, a reader of the whole database has both.
"""

from collections.abc import Iterable
from hashlib import blake2b
from typing import cast

from sqlalchemy import Table, delete, insert, select, update
from sqlalchemy.orm import Session

from provisioning.errors import KnownError
from provisioning.store.database import Database
from provisioning.store.tables.accounts import StemSecretRow, UsernameStemRow

KEY = "stems_key"
"""The name of the settings' key in the `info` of a session."""
HASH_BYTES = 16
_TABLE = cast("Table", UsernameStemRow.__table__)


def hashed(session: Session, stems: Iterable[str]) -> dict[str, str]:
    """Return each of the case-folded `stems` with the hash by which it is kept.

    Raises `KnownError` where the stems are kept under another key of the settings than the one at hand.
    """
    kept, key = session.execute(select(StemSecretRow.secret, StemSecretRow.key)).one(), _outer(session)
    if kept.key != _mark(key):
        raise KnownError("username-key-other")
    first = bytes.fromhex(kept.secret)
    inner = {stem: hash_of(stem, first) for stem in stems}
    return inner if key is None else {stem: hash_of(found, key) for stem, found in inner.items()}


def hash_of(text: str, key: bytes) -> str:
    """Return the hash of `text`, keyed with `key` of up to 64 bytes, in hexadecimal."""
    return blake2b(text.encode(), key=key, digest_size=HASH_BYTES).hexdigest()


def adopt(database: Database) -> None:
    """Hash the stems a second time, with the settings' key, where they are kept without one.

    Raises `KnownError` as `is_adopted` does.
    """
    if not is_adopted(database, database.session_info.get(KEY)):
        database.write(_hash_again)
        database.scrub()


def is_adopted(database: Database, key: bytes | None) -> bool:
    """Return whether the stems are kept under `key`; False where they are kept without any yet.

    Raises `KnownError` where they are kept under another key.
    """
    with database.reading() as session:
        kept = session.scalars(select(StemSecretRow.key)).one()
    if kept not in ("", _mark(_folded(key))):
        raise KnownError("username-key-other")
    return bool(kept) or key is None


def _hash_again(session: Session) -> None:
    key = _outer(session)
    row = session.scalars(select(StemSecretRow).with_for_update()).one()
    if row.key or key is None:
        return  # another process was first
    stems = session.execute(select(_TABLE.c.stem, _TABLE.c.given_out)).all()
    session.execute(delete(UsernameStemRow))
    if stems:
        session.execute(
            insert(UsernameStemRow),
            [{"stem": hash_of(stem, key), "given_out": count} for stem, count in stems],
        )
    session.execute(update(StemSecretRow).values(key=_mark(key)))


def _outer(session: Session) -> bytes | None:
    return _folded(session.info.get(KEY))


def _folded(key: bytes | None) -> bytes | None:
    """Return a key of any length as one of 32 bytes."""
    return None if key is None else blake2b(key, digest_size=32).digest()


def _mark(key: bytes | None) -> str:
    """Return what tells `key` from others and says nothing of it; blank for none."""
    return "" if key is None else hash_of("the key of the usernames", key)
