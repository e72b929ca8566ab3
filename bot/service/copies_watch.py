"""Notices that messages about decisions may not say what is so any more, whichever process has decided."""

from bot.identity import letters as identity_letters
from bot.runs import copies
from bot.services import Services
from provisioning.store import hold_ends


class CopiesWatch:
    """Edits the messages about held runs and accounts in doubt after runs and decisions.

    The process that decides edits them at once. This does what such a process left undone, as where it ended
    after a decision, or after one was taken back, and before the edits; and it does what follows from a run.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._seen: hold_ends.Mark | None = None

    def check(self) -> None:
        """Look at the messages, if a run, a decision or its end has come since the last check."""
        with self._services.database.asking() as session:
            mark = hold_ends.mark(session)
        if mark == self._seen:
            return
        copies.tell(self._services)
        identity_letters.tell(self._services)
        self._seen = mark
