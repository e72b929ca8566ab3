"""Empties the outbox: each letter that is due goes to its transport, and what came of it is noted."""

import logging
import threading
import traceback
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import Any

from slack_sdk import WebClient
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from bot.outbox import letters, recall
from bot.outbox.kinds import LetterContext, LetterKind, by_name
from bot.outbox.letters import NOT_MADE, SETTLED, Claimed, Letter
from bot.outbox.recall import RecallTransport
from bot.outbox.transports.external import Route
from bot.outbox.transports.hand_over import OutsideTransport, events_service, external_service
from bot.outbox.transports.outcomes import GivenUp, NotMade, Outcome, Postponed, Sent, Transport, backoff
from bot.outbox.transports.slack import SlackTransport
from bot.outbox.trouble import not_made_letters, operators_for, trouble_letters, waiting_letters
from bot.people.addresses import workspace_of
from bot.people.profiles import Profiles
from bot.services import Services
from bot.slack.voice import Voice
from provisioning.clock import system_time, uk_date

log = logging.getLogger(__name__)
_AT_ONCE = 50
"""The greatest number of letters that are sent in a pass."""
_TRIES = 5
"""The attempts after which a letter that can't be made is given up."""


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
        clock: Callable[[], datetime] = system_time,
    ) -> None:
        self._services, self._moment, known = services, clock, by_name(kinds)
        self._kinds, self._recalls = known, RecallTransport(services, known)
        self._transports: tuple[Transport, ...] = (
            OutsideTransport(services, known, Route.OUTSIDE, external_service),
            OutsideTransport(services, known, Route.EVENTS, events_service),
            SlackTransport(services, known, client, people or Profiles(services.database)),
        )
        self._one_pass = {route: threading.Lock() for route in Route}

    def deliver(self, *routes: Route) -> int:
        """Send the letters that are due by `routes` (all, if none is named); return how many were tried.

        A route is emptied by one caller at a time, and waits for no other route.
        """
        with self._services.database.reading() as session:
            if not letters.waiting(session):
                return 0  # the usual case: no write transaction, which would hold up a run
        return sum(self._deliver(route) for route in routes or Route)

    def _deliver(self, route: Route) -> int:
        done, closed = 0, set[str]()
        with self._one_pass[route]:
            while done < _AT_ONCE:
                claimed = self._claim(route, closed)
                if claimed is None:
                    break
                done += 1
                outcome = self._send(claimed)
                self._note(claimed, outcome)
                if isinstance(outcome, Postponed) and outcome.closed:
                    workspace = workspace_of(claimed.letter.to)
                    if not workspace:
                        break
                    closed.add(workspace)  # trouble in one workspace holds up none of the others
        return done

    def _claim(self, route: Route, closed: Collection[str]) -> Claimed | None:
        office_open = self._services.settings.office.is_open(self._services.clock.now())
        return self._services.database.write(
            lambda session: letters.claim(
                session, self._moment(), office_open=office_open, route=route, besides=closed
            )
        )

    def _send(self, claimed: Claimed) -> Outcome:
        """Try to send a letter; an error in it or in its wording keeps no other letter waiting."""
        try:
            if self._recalls.carries(claimed.letter):
                return self._recalls.send(claimed)
            return next(way for way in self._transports if way.carries(claimed.letter)).send(claimed)
        except (OperationalError, InterfaceError):
            raise  # the database is away: that is no fault of the letter's
        except Exception as error:  # whatever a letter's kind raises, the others are sent
            # Where it happened, without the error's own words: they may quote what the letter tells.
            where = "".join(traceback.format_tb(error.__traceback__))
            log.error("letter %s could not be made: %s\n%s", claimed.id, type(error).__name__, where)
            return NotMade()

    def _note(self, claimed: Claimed, outcome: Outcome) -> None:
        match outcome:
            case Sent():
                self._sent(claimed, outcome)
            case Postponed():
                self._postpone(claimed, outcome)
            case GivenUp():
                self._give_up(claimed, outcome.why)
            case NotMade():
                self._not_made(claimed)

    def _sent(self, claimed: Claimed, outcome: Sent) -> None:
        at, letter = self._services.clock.now(), claimed.letter

        def work(session: Session) -> None:
            letters.sent(
                session, claimed.id, at, outcome.channel, outcome.ts, perhaps_twice=outcome.perhaps_twice
            )
            if self._is_unreadable(session, letter):  # the role ended while this was on its way
                recall.put(session, letter.to, at)

        self._services.database.write(work)
        if outcome.then is not None:
            try:
                outcome.then()
            except Exception as error:  # the letter is sent, and others wait
                log.error("what follows letter %s failed: %s", claimed.id, type(error).__name__)

    def _is_unreadable(self, session: Session, letter: Letter) -> bool:
        kind = self._kinds.get(str(letter.payload.get("kind")))
        if kind is None or not letter.to_user:
            return False
        voice = Voice(self._services.catalogue, "en")
        return not kind.may_read(LetterContext(self._services, session, letter, voice))

    def _not_made(self, claimed: Claimed) -> None:
        """Put off a letter that could not be made; after a few attempts give it up and tell the operators."""
        now, letter = self._services.clock.now(), claimed.letter
        until = self._moment() + backoff(claimed.failures)

        def work(session: Session) -> None:
            letters.count_failure(session, claimed.id)
            if claimed.failures + 1 < _TRIES:
                letters.postpone(session, claimed.id, until, doubtful=claimed.doubtful)
                return
            letters.give_up(session, claimed.id, NOT_MADE)
            operators = operators_for(self._services.settings, session, letter.to, uk_date(now))
            letters.put(session, not_made_letters(letter, claimed.id, operators), now)

        self._services.database.write(work)

    def _postpone(self, claimed: Claimed, outcome: Postponed) -> None:
        until, now = self._moment() + outcome.by, self._services.clock.now()

        def work(session: Session) -> None:
            letters.postpone(session, claimed.id, until, doubtful=outcome.doubtful)
            if outcome.tell is not None:
                operators = operators_for(self._services.settings, session, claimed.letter.to, uk_date(now))
                told = waiting_letters(session, claimed.letter, outcome.tell, operators, uk_date(now))
                letters.put(session, told, now)

        self._services.database.write(work)

    def _give_up(self, claimed: Claimed, why: str) -> None:
        """Give a letter up; unless it was settled or an edit, the operators are told."""
        now, letter = self._services.clock.now(), claimed.letter

        def work(session: Session) -> None:
            letters.give_up(session, claimed.id, why)
            if why != SETTLED and letter.edits is None:
                day = uk_date(now)
                operators = operators_for(self._services.settings, session, letter.to, day)
                letters.put(session, trouble_letters(letter, why, operators, day), now)

        self._services.database.write(work)
