"""The queue of letters in the store: put in once, claimed by one sender at a time, sent or given up."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import Session

from bot.outbox.tables import OutboxRow
from bot.outbox.transports.external import Route
from bot.people.addresses import SlackAddress, in_workspace
from bot.slack_answers import CODES, Meaning
from provisioning.store.database import Database
from provisioning.store.portions import portions
from provisioning.store.prefixes import begins

CLAIM = timedelta(minutes=2)
"""How long a claim lasts: longer than a transport can take to answer."""
SETTLED = "settled"
"""The reason of a letter that was given up because there is nothing to say; put in again, it is sent."""
NOT_MADE = "not-made"
"""The reason of a letter that could not be made, however often that was tried."""
OUTSIDER = "user_is_outsider"
"""The reason of a letter to a user who is no person of this workspace, such as a guest."""
UNINSTALLED = "workspace_uninstalled"
"""The reason of a letter into a workspace in which the app is not installed (any more)."""
UNREACHABLE = frozenset(
    {OUTSIDER, "user_deleted", *(code for code, (meaning, _) in CODES.items() if meaning is Meaning.GONE)}
)
"""The reasons (Slack's error codes, but for the first two) that mean that the addressee is gone."""
GONE = timedelta(days=7)
"""How long a user counts as gone after a message could not reach them; then they are tried again."""

_HELD_UP = 10
"""The attempts that take a quarter of an hour, with the pauses between them."""

_PERHAPS_TWICE = "perhaps_twice"
"""What the payload of a letter has beside its kind's own, where its message may be there twice."""


@dataclass(frozen=True)
class Letter:
    """A letter to `to`: a Slack user, a channel, or an address of another transport.

    `payload` is what its kind has written (see `bot.outbox.kinds`). `about` and `revision` belong to letters
    whose message is edited as its subject changes; an edit names in its payload the key of the first letter.
    `any_time`: not in office hours only.
    """

    key: str
    to: str
    payload: Mapping[str, Any] = field(hash=False)
    about: str | None = None
    revision: int | None = None
    any_time: bool = False

    @property
    def kind(self) -> str:
        """The name of its kind."""
        return str(self.payload["kind"])

    @property
    def edits(self) -> str | None:
        """The key of the letter whose message this one edits; None where it is a message of its own."""
        edits = self.payload.get("edits")
        return str(edits) if edits else None

    @property
    def to_user(self) -> bool:
        """Whether it goes to a Slack user, not to a channel or out of Slack."""
        return is_user(self.to)


@dataclass(frozen=True)
class Claimed:
    """A letter that a sender has claimed; `doubtful` where an earlier attempt may have been successful."""

    id: int
    letter: Letter
    attempts: int
    doubtful: bool
    created_at: datetime
    failures: int = 0


def put(session: Session, letters: Iterable[Letter], at: datetime) -> None:
    """Put letters into the queue; of a key that is there already, only where that was settled unsent."""
    wanted = list(letters)
    there: dict[str, OutboxRow] = {}
    for some in portions(sorted({letter.key for letter in wanted})):
        there |= {row.key: row for row in session.scalars(select(OutboxRow).where(OutboxRow.key.in_(some)))}
    for letter in wanted:
        row = there.get(letter.key)
        if row is None:
            row = there[letter.key] = OutboxRow(key=letter.key, to=letter.to, attempts=0, doubtful=False)
            session.add(row)
        elif row.given_up_because != SETTLED or row.sent_at is not None:
            continue
        row.payload, row.about, row.revision = dict(letter.payload), letter.about, letter.revision
        row.any_time, row.created_at, row.given_up_because = letter.any_time, at, None
    session.flush()


def put_new(database: Database, wanted: Callable[[Session], Iterable[Letter]], at: datetime) -> None:
    """Put in those letters `wanted` that never were; without any, no write transaction holds up a run."""
    with database.reading() as session:
        new = [letter for letter in wanted(session) if posted(session, letter.key) is None]
    if new:
        database.write(lambda session: put(session, new, at))


def waiting(session: Session) -> bool:
    """Return whether any letter is neither sent nor given up."""
    return session.scalars(select(OutboxRow.id).where(*_WAITS).limit(1)).first() is not None


def held_up(session: Session) -> tuple[int, datetime] | None:
    """Return how many letters have failed for a quarter of an hour, and since when the oldest of them waits.

    None where there is none.
    """
    query = select(func.count(), func.min(OutboxRow.created_at)).where(
        *_WAITS, OutboxRow.attempts >= _HELD_UP
    )
    count, since = session.execute(query).one()
    return (count, since) if count else None


def depth(session: Session, route: Route) -> tuple[int, datetime | None]:
    """Return how many letters wait that go by `route`, and since when the oldest of them does."""
    query = select(func.count(), func.min(OutboxRow.created_at)).where(*_WAITS, _goes(route))
    count, since = session.execute(query).one()
    return count, since


def withdraw(session: Session, workspace: str) -> int:
    """Give up every letter that waits to go into a `workspace`; return how many those were."""
    statement = (
        update(OutboxRow)
        .where(in_workspace(OutboxRow.to, workspace), *_WAITS)
        .values(given_up_because=UNINSTALLED, claimed_until=None, doubtful=False)
    )
    return len(session.scalars(statement.returning(OutboxRow.id)).all())


def claim(
    session: Session,
    moment: datetime,
    *,
    office_open: bool,
    route: Route | None = None,
    besides: Collection[str] = (),
) -> Claimed | None:
    """Claim the next letter that is due; no other sender gets it until the claim ends.

    `route` narrows to letters that go by it; those into the workspaces `besides` are left.
    """
    query = select(OutboxRow).where(*_due(moment, office_open=office_open, route=route))
    for workspace in besides:
        query = query.where(~in_workspace(OutboxRow.to, workspace))
    row = session.scalars(query.order_by(OutboxRow.id).limit(1).with_for_update(skip_locked=True)).first()
    if row is None:
        return None
    found = Claimed(row.id, letter_of(row), row.attempts, row.doubtful, row.created_at, row.failures)
    row.claimed_until, row.doubtful, row.attempts = moment + CLAIM, True, row.attempts + 1
    return found


def any_due(moment: datetime, *, office_open: bool, route: Route | None = None) -> ColumnElement[bool]:
    """Return the condition that `claim` would find a letter."""
    return select(OutboxRow.id).where(*_due(moment, office_open=office_open, route=route)).exists()


_WAITS = (OutboxRow.sent_at.is_(None), OutboxRow.given_up_because.is_(None))


def _due(moment: datetime, *, office_open: bool, route: Route | None) -> Iterator[ColumnElement[bool]]:
    yield from _WAITS
    yield or_(OutboxRow.not_before.is_(None), OutboxRow.not_before <= moment)
    yield or_(OutboxRow.claimed_until.is_(None), OutboxRow.claimed_until <= moment)
    if not office_open:
        yield OutboxRow.any_time.is_(True)
    if route is not None:
        yield _goes(route)


def _goes(route: Route) -> ColumnElement[bool]:
    if route is Route.SLACK:
        return OutboxRow.to.not_in([other.value for other in Route if other is not Route.SLACK])
    return OutboxRow.to == route.value


def sent(
    session: Session,
    id_: int,
    at: datetime,
    channel: str | None,
    ts: str | None,
    *,
    perhaps_twice: bool = False,
) -> None:
    """Note that a letter was sent; `channel` and `ts` are those of its Slack message.

    `perhaps_twice` is whether that says that an earlier copy may be there, which its edits say too.
    """
    row = _row(session, id_)
    if perhaps_twice:
        row.payload = {**row.payload, _PERHAPS_TWICE: True}
    row.sent_at, row.channel, row.ts = at, channel, ts
    row.claimed_until, row.doubtful = None, False


def postpone(session: Session, id_: int, until: datetime, *, doubtful: bool) -> None:
    """Put a letter off until a moment; `doubtful` where the outcome of this attempt is not known."""
    row = _row(session, id_)
    row.not_before, row.claimed_until, row.doubtful = until, None, doubtful


def count_failure(session: Session, id_: int) -> None:
    """Note that a letter could not be made in this attempt."""
    _row(session, id_).failures += 1


def give_up(session: Session, id_: int, why: str) -> None:
    """Give a letter up, for a reason."""
    row = _row(session, id_)
    row.given_up_because, row.claimed_until, row.doubtful = why[:64], None, False


def posted(session: Session, key: str) -> OutboxRow | None:
    """Return the row of the letter with a key."""
    return session.scalars(select(OutboxRow).where(OutboxRow.key == key)).first()


def is_outdated(session: Session, letter: Letter) -> bool:
    """Return whether a later edit of this letter's message waits or has been made."""
    if letter.revision is None:
        return False
    query = select(OutboxRow.id).where(
        OutboxRow.about == letter.about, OutboxRow.to == letter.to, OutboxRow.revision > letter.revision
    )
    return session.scalars(query.limit(1)).first() is not None


def keyed(session: Session, prefix: str) -> list[OutboxRow]:
    """Return the letters whose key begins with a prefix."""
    query = select(OutboxRow).where(begins(session, OutboxRow.key, prefix))
    return list(session.scalars(query.order_by(OutboxRow.id)))


def told(session: Session, prefix: str) -> frozenset[str]:
    """Return the addressees of letters whose key begins with a prefix, that were sent or will be."""
    return frozenset(row.to for row in keyed(session, prefix) if row.given_up_because is None)


def about(session: Session, prefix: str) -> list[OutboxRow]:
    """Return the letters whose `about` begins with a prefix, in the order in which they were put in."""
    query = select(OutboxRow).where(begins(session, OutboxRow.about, prefix))
    return list(session.scalars(query.order_by(OutboxRow.id)))


def readers(session: Session) -> frozenset[str]:
    """Return the Slack users to whom a letter in the outbox was sent, or will be.

    Each is sought after the one before in the index of addressees: they are few, and their letters are many.
    """
    least, kept = select(func.min(OutboxRow.to).label("to")), OutboxRow.given_up_because.is_(None)
    found = least.where(kept).cte("addressees", recursive=True)
    following = least.where(kept, OutboxRow.to > found.c.to).correlate(found).scalar_subquery()
    found = found.union_all(select(following).where(found.c.to.is_not(None)))
    return frozenset(to for to in session.scalars(select(found.c.to)) if to is not None and is_user(to))


def unreachable(session: Session, since: datetime) -> frozenset[str]:
    """Return the addressees that were found to be gone since a moment."""
    query = select(OutboxRow.to).where(
        OutboxRow.given_up_because.in_(UNREACHABLE), OutboxRow.created_at >= since
    )
    return frozenset(session.scalars(query.distinct()))


def is_user(to: str) -> bool:
    """Return whether an address is a Slack user, not a channel or out of Slack."""
    return SlackAddress.of(to).is_user


def is_perhaps_twice(row: OutboxRow) -> bool:
    """Return whether the message of a letter says that an earlier copy of it may be there."""
    return bool(row.payload.get(_PERHAPS_TWICE))


def _row(session: Session, id_: int) -> OutboxRow:
    return session.get_one(OutboxRow, id_, with_for_update=True)


def letter_of(row: OutboxRow) -> Letter:
    """Return the letter of a row."""
    return Letter(row.key, row.to, row.payload, row.about, row.revision, row.any_time)
