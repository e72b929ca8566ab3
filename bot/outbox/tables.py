"""The table of the outbox."""

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from provisioning.store.tables.base import Base, Recorded, partial_index, prefix_index

_WAITING = "sent_at IS NULL AND given_up_because IS NULL"
_KEPT, _GIVEN_UP = "given_up_because IS NULL", "given_up_because IS NOT NULL"


class OutboxRow(Recorded, Base):
    """A letter: its unique key lets it be sent once, by however many processes and attempts.

    `about` and `revision` belong to letters whose message is edited later. `created_at` and `sent_at` are by
    the clock in use; claims and delays are by the system's. `doubtful`: an attempt was begun whose outcome is
    not known. `failures` counts the attempts in which the letter itself could not be made.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        # Nearly all letters are sent: what is asked every few seconds reads none of those.
        partial_index("ix_outbox_waiting", "id", where=_WAITING),
        partial_index("ix_outbox_to", "to", "id", where=_KEPT),
        partial_index("ix_outbox_given_up_because", "given_up_because", where=_GIVEN_UP),
        # Letters are found by the beginning of a text, in which a language's order is of no use.
        prefix_index("ix_outbox_about", "about"),
        prefix_index("ix_outbox_key_begins", "key").ddl_if(dialect="postgresql"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    to: Mapped[str] = mapped_column(String(32))
    payload: Mapped[dict[str, Any]]
    about: Mapped[str | None] = mapped_column(String(64))
    revision: Mapped[int | None]
    any_time: Mapped[bool]
    created_at: Mapped[datetime]
    not_before: Mapped[datetime | None]
    attempts: Mapped[int]
    failures: Mapped[int] = mapped_column(default=0, server_default="0")
    claimed_until: Mapped[datetime | None]
    doubtful: Mapped[bool]
    sent_at: Mapped[datetime | None]
    channel: Mapped[str | None] = mapped_column(String(32))
    ts: Mapped[str | None] = mapped_column(String(32))
    given_up_because: Mapped[str | None] = mapped_column(String(64))
