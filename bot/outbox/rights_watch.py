"""Notices that users may do less than before, as after a role's last day, or out of a user group."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy.orm import Session

from bot.outbox import letters, recall
from bot.outbox.kinds import LetterKind, by_name
from bot.people import permissions
from bot.services import Services
from provisioning.clock import today

_AT_ONCE = 50
"""Users whose letters are looked at in a check."""
Rights = frozenset[tuple[str, str]]
"""The roles of a user in force, each with its scope."""
_HERE = ("here", "")


class RightsWatch:
    """Takes back what users were told as their rights shrink; after a start, looks at all with letters."""

    def __init__(self, services: Services, kinds: Iterable[LetterKind[Any]]) -> None:
        self._services, self._kinds = services, by_name(kinds)
        self._seen: dict[str, Rights] = {}

    def check(self) -> None:
        """Look at the users whose rights have changed since the last check, a few in each call."""
        with self._services.database.reading() as session:
            readers = letters.readers(session)
            now = self._rights(session, readers)
        changed = [user for user in sorted(readers) if self._seen.get(user) != now[user]]
        for user in changed[:_AT_ONCE]:
            before = self._seen.get(user)
            lost = before is not None and bool(before - now[user])
            if before is None or lost:
                self._take_back(user, role_ended=lost)
            self._seen[user] = now[user]

    def _rights(self, session: Session, readers: Iterable[str]) -> dict[str, Rights]:
        """Return the rights of `readers`; to be a person of this workspace is one of them."""
        outsiders = permissions.outsiders(session)
        found = {user: set() if user in outsiders else {_HERE} for user in readers}
        for grant in permissions.in_force(session, today(self._services.clock)):
            if grant.user in found:
                found[grant.user].add((grant.role, grant.scope))
        return {user: frozenset(rights) for user, rights in found.items()}

    def _take_back(self, user: str, *, role_ended: bool) -> None:
        self._services.database.write(
            lambda session: recall.take_back(
                self._services, self._kinds, session, user, role_ended=role_ended
            )
        )
