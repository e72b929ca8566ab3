"""Empties the outbox: each letter that is due goes to its transport, and what came of it is noted."""

import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from slack_sdk import WebClient
from sqlalchemy.orm import Session

from bot import hours
from bot.outbox import letters
from bot.outbox.kinds import LetterKind, by_name
from bot.outbox.letters import SETTLED, Claimed
from bot.outbox.transports.hand_over import HandOverTransport
from bot.outbox.transports.outcomes import GivenUp, Outcome, Postponed, Sent, Transport
from bot.outbox.transports.slack import SlackTransport
from bot.outbox.trouble import trouble_letters
from bot.people import permissions
from bot.people.profiles import Profiles
from bot.services import Services
from provisioning.clock import uk_date

_AT_ONCE = 50
"""The greatest number of letters that are sent in a pass."""


class Sender:
    """Sends the letters of some kinds; any number of processes may have one.

    `clock` is the system's time, by which claims and delays are counted.
    """

    def __init__(
        self,
        services: Services,
        client: WebClient,
        kinds: Iterable[LetterKind[Any]],
        people: Profiles | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._services, self._moment, known = services, clock, by_name(kinds)
        self._transports: tuple[Transport, ...] = (
            HandOverTransport(services, known),
            SlackTransport(services, known, client, people or Profiles(services.database)),
        )
        self._one_pass = threading.Lock()

    def deliver(self) -> int:
        """Send the letters that are due, in order; return how many were tried."""
        done = 0
        with self._services.database.reading() as session:
            if not letters.waiting(session):
                return done  # the usual case: no write transaction, which would hold up a run
        with self._one_pass:
            while done < _AT_ONCE:
                claimed = self._claim()
                if claimed is None:
                    break
                done += 1
                outcome = self._transport(claimed).send(claimed)
                self._note(claimed, outcome)
                if isinstance(outcome, Postponed) and outcome.closed:
                    break
        return done

    def _claim(self) -> Claimed | None:
        office_open = hours.is_open(self._services.clock.now())
        return self._services.database.write(
            lambda session: letters.claim(session, self._moment(), office_open=office_open)
        )

    def _transport(self, claimed: Claimed) -> Transport:
        return next(transport for transport in self._transports if transport.carries(claimed.letter))

    def _note(self, claimed: Claimed, outcome: Outcome) -> None:
        match outcome:
            case Sent():
                self._sent(claimed, outcome)
            case Postponed():
                self._postpone(claimed, outcome)
            case GivenUp():
                self._give_up(claimed, outcome.why)

    def _sent(self, claimed: Claimed, outcome: Sent) -> None:
        at = self._services.clock.now()
        self._services.database.write(
            lambda session: letters.sent(session, claimed.id, at, outcome.channel, outcome.ts)
        )
        if outcome.then is not None:
            outcome.then()

    def _postpone(self, claimed: Claimed, outcome: Postponed) -> None:
        until = self._moment() + outcome.by
        self._services.database.write(
            lambda session: letters.postpone(session, claimed.id, until, doubtful=outcome.doubtful)
        )

    def _give_up(self, claimed: Claimed, why: str) -> None:
        """Give a letter up; unless it was settled or an edit, the operators are told."""
        now, letter = self._services.clock.now(), claimed.letter

        def work(session: Session) -> None:
            letters.give_up(session, claimed.id, why)
            if why != SETTLED and letter.edits is None:
                operators = permissions.operators(session, uk_date(now))
                letters.put(session, trouble_letters(letter, why, operators), now)

        self._services.database.write(work)
