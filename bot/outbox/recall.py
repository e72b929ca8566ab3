"""Takes back what a user may not read any more: messages are emptied, waiting letters settled.

Where a role is taken away, a recall is put into the outbox in that transaction, for the sender to carry out.
Where a role ends by its day or by a user group, `bot.outbox.rights_watch` notices that.
"""

import uuid
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.outbox import letters
from bot.outbox.kinds import Kinds, LetterContext, LetterKind, NoPayload, Unconditional
from bot.outbox.letters import SETTLED, Claimed, Letter
from bot.outbox.tables import OutboxRow
from bot.outbox.transports.outcomes import Outcome, Sent
from bot.people import permissions
from bot.services import Services
from bot.slack.blocks import Screen, escape, section
from bot.slack.voice import Voice

RECALL = "recall"
"""The kind of a letter that is no message: the sender takes back what its addressee may not read."""
_MOST = 500
"""The newest letters to a user that are looked at; older messages stay as they are."""


def put(session: Session, user: str, at: datetime) -> None:
    """Put the recall of what `user` (or each member of a user group) was told into the outbox.

    That is to be done in the transaction in which a role of theirs ends.
    """
    kind = {"kind": RECALL}
    for reader in permissions.users_of(session, user):
        key = f"{RECALL}:{reader}:{uuid.uuid4().hex}"
        letters.put(session, [Letter(key, reader, kind, any_time=True)], at)


def take_back(services: Services, kinds: Kinds, session: Session, user: str, *, role_ended: bool) -> int:
    """Settle the waiting letters that `user` may not read, and put edits that empty such messages.

    Each message is emptied once, and again only where it was edited since. `role_ended` is whether a role of
    theirs has just ended. A letter that may have been posted is left to a sender, who finds out.
    Returns how many letters were settled or will be emptied.
    """
    query = select(OutboxRow).where(OutboxRow.to == user, OutboxRow.given_up_because.is_(None))
    rows = list(session.scalars(query.order_by(OutboxRow.id.desc()).limit(_MOST)))[::-1]
    last = {str(row.payload.get("edits") or row.key): row for row in rows}
    voice = Voice(services.catalogue, "en")
    edits, settled = [], 0
    for row in rows:
        kind = kinds.get(str(row.payload.get("kind")))
        if kind is None or kind is TAKEN_BACK:
            continue
        context = LetterContext(services, session, letters.letter_of(row), voice)
        if _may_read(kind, context, role_ended=role_ended):
            continue
        if row.sent_at is None:
            if not row.doubtful:
                letters.give_up(session, row.id, SETTLED)
                settled += 1
        elif kind.taken_back and row.ts is not None and not row.payload.get("edits"):
            newest = last[row.key]
            if newest.payload.get("kind") != TAKEN_BACK.name:
                edits.append(_emptied(row, newest.id))
    letters.put(session, edits, services.clock.now())
    return settled + len(edits)


def _may_read(kind: LetterKind[NoPayload], context: LetterContext, *, role_ended: bool) -> bool:
    """Return whether a letter may be read; one whose payload can't be read any more may not."""
    try:
        return kind.may_read(context, role_ended=role_ended)
    except (ValueError, LookupError):  # pydantic's ValidationError is a ValueError
        return False


def _emptied(row: OutboxRow, newest: int) -> Letter:
    """Return the edit that empties the message of `row`, whose newest letter has the id `newest`."""
    payload = TAKEN_BACK.write_editable(NoPayload(), row.key)
    return Letter(f"{TAKEN_BACK.name}:{row.id}:{newest}", row.to, payload, any_time=True)


def _screen(context: LetterContext, _: NoPayload) -> Screen:
    said = context.voice.plain("outbox.taken-back")
    return Screen(said, [section(escape(said))])


TAKEN_BACK: LetterKind[NoPayload] = LetterKind(
    name="taken-back",
    payload=NoPayload,
    screen=_screen,
    reader=Unconditional("it says no more than that the reader's role has ended", to_outsiders=True),
    taken_back=False,
)
KINDS = (TAKEN_BACK,)


class RecallTransport:
    """Carries out recalls."""

    def __init__(self, services: Services, kinds: Kinds) -> None:
        self._services, self._kinds = services, kinds

    def carries(self, letter: Letter) -> bool:
        """Return whether a letter is a recall."""
        return letter.payload.get("kind") == RECALL

    def send(self, claimed: Claimed) -> Outcome:
        """Take back what the addressee was told and may not read any more."""
        user = claimed.letter.to
        self._services.database.write(
            lambda session: take_back(self._services, self._kinds, session, user, role_ended=True)
        )
        return Sent()
