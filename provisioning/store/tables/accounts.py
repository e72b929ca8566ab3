"""The tables of accounts, of the usernames given out, and of every change: by runs and by people."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from provisioning.clock import system_time
from provisioning.ids import Fingerprint
from provisioning.store.tables.base import Base, partial_index
from provisioning.store.tables.runs import RunRow
from provisioning.store.tables.schools import SchoolRow


class AccountRow(Base):
    """An account; one per UPN in the whole installation, one per staff code in a school."""

    __tablename__ = "accounts"
    __table_args__ = (
        UniqueConstraint("school", "staff_code"),
        # Only staff are searched by name: a member of staff who moves gets a new account.
        partial_index("ix_accounts_staff_name", "surname", "forename", where="kind = 'staff'"),
        partial_index("ix_accounts_by_hand", "school", "kind", where="kind IN ('non-mis', 'governor')"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    school: Mapped[str] = mapped_column(ForeignKey(SchoolRow.number))
    username: Mapped[str]
    username_key: Mapped[str] = mapped_column(unique=True)
    surname: Mapped[str]
    forename: Mapped[str]
    status: Mapped[str] = mapped_column(String(8))
    upn: Mapped[str | None] = mapped_column(String(13), unique=True)
    staff_code: Mapped[str | None]
    year_group: Mapped[str | None]
    class_name: Mapped[str | None]
    released_from: Mapped[str | None] = mapped_column(String(7))
    released_at: Mapped[datetime | None]
    arrived_from: Mapped[str | None] = mapped_column(String(7))
    arrived_at: Mapped[datetime | None]
    expires_on: Mapped[date | None]
    last_signed_in: Mapped[date | None]
    date_of_birth: Mapped[date | None]


class UsernameStemRow(Base):
    """How many usernames a stem has given out, so that none is ever given out again.

    The stem is a name: it is kept as a hash alone, see `provisioning.store.stem_keys`.
    """

    __tablename__ = "username_stems"

    stem: Mapped[str] = mapped_column(primary_key=True)
    given_out: Mapped[int]


class StemSecretRow(Base):
    """The secret of the hashes of stems, made once by a migration, and the mark of the settings' key.

    `key` is blank while the stems are kept without such a key.
    """

    __tablename__ = "stem_secrets"

    secret: Mapped[str] = mapped_column(String(64), primary_key=True)
    key: Mapped[str] = mapped_column(String(32))


class JournalRow(Base):
    """One change of a run: the account before and after, so that it can be explained and undone."""

    __tablename__ = "journal"

    id: Mapped[int] = mapped_column(primary_key=True)
    run: Mapped[int] = mapped_column(ForeignKey(RunRow.id), index=True)
    # No foreign key: undoing a create deletes the account, and the journal stays.
    account: Mapped[int] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(String(12))
    person: Mapped[str] = mapped_column(String(8))
    identifier: Mapped[str]
    fingerprint: Mapped[Fingerprint] = mapped_column(String(64))
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any]]


class CorrectionRow(Base):
    """A correction that a person made of what no file overwrites: the field before and after, never changed.

    No foreign key to the account, as in the journal. `case` is that of the desk whose text was corrected; of
    a text only its length is kept.
    """

    __tablename__ = "corrections"

    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[int | None] = mapped_column(index=True)
    case: Mapped[int | None]
    field: Mapped[str] = mapped_column(String(24))
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any]]
    by: Mapped[str]
    at: Mapped[datetime]
    recorded_at: Mapped[datetime] = mapped_column(default=system_time)
