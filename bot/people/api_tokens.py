"""Tokens by which other systems read the API: each has a role over scopes, until a day.

A token's secret is shown once, when it is made; only its hash is kept. The secret has 256 random bits, so
that a plain SHA-256 can't be tried name by name, and needs no salt.
"""

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.people.permissions import Caller, Grant, Role
from bot.people.slack_user import SlackUser
from bot.people.tables import ApiTokenRow
from provisioning.clock import uk_date
from provisioning.errors import KnownError

PREFIX = "hwb_"
"""With what each secret begins, so that programs which look for secrets in files find it."""
LONGEST_DAYS = 400
"""The days for which a token is good at most: a school year and the summer after it."""


@dataclass(frozen=True)
class ApiToken:
    """A token by its `name`, which says for what system it is; it is good until `ends_on`, included."""

    name: str
    role: Role
    scopes: tuple[str, ...]
    ends_on: date
    made_at: datetime

    @property
    def who(self) -> str:
        """What the audit calls it."""
        return f"api:{self.name}"

    @property
    def caller(self) -> Caller:
        """The caller with the token's role over each of its scopes."""
        grants = (Grant(self.who, self.role, scope, self.ends_on) for scope in self.scopes)
        return Caller(SlackUser(self.who), tuple(grants))


def add(session: Session, token: ApiToken) -> str:
    """Keep `token`, and return its new secret; raises `KnownError` where its name is taken, or its day wrong.

    A name is taken until its token is revoked, also where that has ended.
    """
    today = uk_date(token.made_at)
    if not today <= token.ends_on or (token.ends_on - today).days > LONGEST_DAYS:
        raise KnownError("api-token-until", day=token.ends_on, longest=LONGEST_DAYS)
    if session.get(ApiTokenRow, token.name) is not None:
        raise KnownError("api-token-taken", name=token.name)
    secret = PREFIX + secrets.token_urlsafe(32)
    session.add(
        ApiTokenRow(
            name=token.name,
            hash=_hash(secret),
            role=token.role.value,
            scopes=list(token.scopes),
            ends_on=token.ends_on,
            made_at=token.made_at,
        )
    )
    session.flush()
    return secret


def every(session: Session) -> list[ApiToken]:
    """Return all tokens that were not revoked, by name."""
    return [_token(row) for row in session.scalars(select(ApiTokenRow).order_by(ApiTokenRow.name))]


def revoke(session: Session, name: str) -> None:
    """Delete a token; raises `KnownError` where there is none of that name."""
    row = session.get(ApiTokenRow, name)
    if row is None:
        raise KnownError("api-token-unknown", name=name)
    session.delete(row)


def find(session: Session, secret: str) -> ApiToken | None:
    """Return the token with a `secret`, also where it has ended; None where there is none."""
    row = session.scalars(select(ApiTokenRow).where(ApiTokenRow.hash == _hash(secret))).first()
    return None if row is None else _token(row)


def _hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def _token(row: ApiTokenRow) -> ApiToken:
    return ApiToken(row.name, Role(row.role), tuple(row.scopes), row.ends_on, row.made_at)
