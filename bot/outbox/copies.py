"""Copies of one message: each reader has theirs, and all are edited when what they tell has changed."""

from collections.abc import Iterable
from typing import TypeVar

from bot.outbox.kinds import LetterKind
from bot.outbox.letters import Letter, letter_of
from bot.outbox.tables import OutboxRow

P = TypeVar("P")


def edits(kind: LetterKind[P], rows: Iterable[OutboxRow], payload: P, about: str) -> list[Letter]:
    """Return an edit of each message of `rows` whose newest letter does not say yet what `payload` says.

    `rows` are the letters of `kind` about a subject, first ones and edits, in the order in which they were
    put in; `about` is the subject. A letter that was given up has no message.
    """
    firsts: dict[str, OutboxRow] = {}
    newest: dict[str, OutboxRow] = {}
    for row in rows:
        of = str(row.payload.get("edits") or row.key)
        firsts.setdefault(of, row)
        newest[of] = row
    return [
        Letter(
            f"{key}:{(newest[key].revision or 0) + 1}",
            first.to,
            kind.write_editable(payload, key),
            about=about,
            revision=(newest[key].revision or 0) + 1,
            any_time=True,
        )
        for key, first in firsts.items()
        if first.key == key
        and first.given_up_because is None
        and kind.read(letter_of(newest[key])) != payload
    ]
