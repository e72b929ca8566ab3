"""Brings letters to Slack: each once, later if Slack is not there, and nobody who is gone is tried again."""

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.client import HTTPException
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from sqlalchemy.orm import Session

from bot import hours
from bot.desk.delivery import hand
from bot.desk.external_desk import OUTSIDE, NotTaken
from bot.outbox import letters
from bot.outbox.letters import SETTLED, UNREACHABLE, Claimed, Letter
from bot.people import permissions
from bot.people.profiles import Profiles
from bot.service.letter_kinds import Wording
from bot.services import Services
from bot.slack.fit import as_message
from bot.slack.uploads import attach
from bot.slack.voice import Voice
from provisioning.clock import uk_date

log = logging.getLogger(__name__)
_AT_ONCE = 50
_LONGEST = 600.0
_LAST_ATTEMPT = 150
"""At a desk outside Slack: after about a day it is given up and the operators are told."""
_UNSURE = frozenset({"fatal_error", "internal_error", "service_unavailable", "request_timeout"})
_LOCKED_OUT = frozenset(
    {"invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive", "missing_scope"}
)
_TRY_AGAIN = frozenset({"ratelimited", "rate_limited", "team_added_to_org", "org_login_required"})


class _Later(Exception):
    """Slack does not take letters now."""


class Sender:
    """Sends what waits; a sender in each process, as many processes as there may be."""

    def __init__(
        self,
        services: Services,
        client: WebClient,
        people: Profiles | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._services, self._moment = services, clock
        # Letters are tried again by what the outbox knows, not by a client that sleeps on them.
        self._client = WebClient(
            token=client.token, base_url=client.base_url, timeout=client.timeout, retry_handlers=[]
        )
        self._people = people or Profiles(services.database)
        self._wording = Wording(services)
        self._one_pass = threading.Lock()

    def deliver(self) -> int:
        """Send everything that is due, one after another; how many letters there were."""
        done = 0
        with self._services.database.reading() as session:
            if not letters.waiting(session):
                return done  # most of the time; a run at work is not kept from the database for it
        with self._one_pass:
            while done < _AT_ONCE:
                claimed = self._claim()
                if claimed is None:
                    break
                done += 1
                try:
                    self._send(claimed)
                except _Later:
                    break
        return done

    def _claim(self) -> Claimed | None:
        office_open = hours.is_open(self._services.clock.now())
        return self._services.database.write(
            lambda session: letters.claim(session, self._moment(), office_open=office_open)
        )

    def _send(self, claimed: Claimed) -> None:
        try:
            self._try(claimed)
        except SlackApiError as error:
            self._refused(claimed, error)
        except (SlackClientError, OSError, HTTPException) as error:
            log.info("Slack could not be reached: %s", type(error).__name__)
            self._postpone(claimed, _backoff(claimed), doubtful=True)
            raise _Later from None

    def _try(self, claimed: Claimed) -> None:
        letter = claimed.letter
        if letter.to == OUTSIDE:
            self._hand(claimed)
            return
        if letter.payload.get("edits"):
            self._edit(claimed, str(letter.payload["edits"]))
            return
        if claimed.doubtful and (found := self._find(claimed)) is not None:
            self._sent(claimed, *found)
            return
        if _is_person(letter.to) and self._client.users_info(user=letter.to)["user"].get("deleted"):
            self._give_up(claimed, "user_deleted")
            return
        voice = self._voice(letter)
        content = self._content(letter, voice, letter.key)
        if content is None:
            self._give_up(claimed, SETTLED)
            return
        said = self._client.chat_postMessage(channel=letter.to, **content)
        self._sent(claimed, str(said["channel"]), str(said["ts"]))
        self._attach(letter, voice, str(said["channel"]), str(said["ts"]))

    def _attach(self, letter: Letter, voice: Voice, channel: str, ts: str) -> None:
        """A letter's picture, in its thread: once, for the letter says the same in words."""
        document = self._wording.document(letter, voice)
        if document is None:
            return
        try:
            attach(self._client, channel, document, ts)
        except (SlackClientError, OSError) as error:
            log.warning("a letter's picture was not taken: %s", type(error).__name__)

    def _hand(self, claimed: Claimed) -> None:
        """To a desk outside Slack: its troubles keep no other letter waiting."""
        try:
            there = hand(self._services, claimed.letter)
        except NotTaken as refused:
            if refused.for_good or claimed.attempts >= _LAST_ATTEMPT:
                log.warning("letter %s was not taken: %s", claimed.id, refused)
                self._give_up(claimed, str(refused))
            else:
                self._postpone(claimed, _backoff(claimed), doubtful=False)
        else:
            if there:
                self._sent(claimed, None, None)
            else:
                self._give_up(claimed, SETTLED)

    def _edit(self, claimed: Claimed, first: str) -> None:
        letter = claimed.letter
        with self._services.database.reading() as session:
            row = letters.posted(session, first)
            outdated = letters.is_outdated(session, letter)
            waits = row is not None and row.sent_at is None and row.given_up_because is None
            at = (row.channel, row.ts) if row is not None else (None, None)
        if outdated or (not waits and at[1] is None):
            self._give_up(claimed, SETTLED)
        elif waits:
            self._postpone(claimed, timedelta(seconds=5), doubtful=False)
        elif (content := self._content(letter, self._voice(letter), first)) is not None:
            self._client.chat_update(channel=str(at[0]), ts=str(at[1]), **content)
            self._sent(claimed, *at)
        else:
            self._give_up(claimed, SETTLED)

    def _find(self, claimed: Claimed) -> tuple[str, str] | None:
        """A message that an earlier attempt may have left, by the key that its first block carries."""
        to, wanted = claimed.letter.to, mark(claimed.letter.key)
        channel = str(self._client.conversations_open(users=to)["channel"]["id"]) if _is_person(to) else to
        since = str((claimed.created_at - timedelta(minutes=10)).timestamp())
        cursor: str | None = None
        while True:
            page = self._client.conversations_history(channel=channel, oldest=since, limit=200, cursor=cursor)
            for message in page["messages"]:
                if any(block.get("block_id") == wanted for block in message.get("blocks", ())):
                    return channel, str(message["ts"])
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return None

    def _voice(self, letter: Letter) -> Voice:
        """A person's own language; in a channel the installation's."""
        if _is_person(letter.to):
            return Voice(self._services.catalogue, self._people.language(self._client, letter.to))
        return Voice(self._services.catalogue, self._services.settings.lang)

    def _content(self, letter: Letter, voice: Voice, key: str) -> dict[str, Any] | None:
        """A letter's text and blocks, marked with `key`; None where there is no more to say."""
        screen = self._wording.screen(letter, voice)
        if screen is None:
            return None
        content = as_message(screen, voice)
        first, *others = content["blocks"]
        return content | {"blocks": [{**first, "block_id": mark(key)}, *others]}

    def _refused(self, claimed: Claimed, error: SlackApiError) -> None:
        status, code = error.response.status_code, _code(error)
        if status == 429 or code in _TRY_AGAIN:
            self._postpone(claimed, _retry_after(error), doubtful=claimed.doubtful)
            raise _Later from None
        if status >= 500 or code in _UNSURE or not code:
            self._postpone(claimed, _backoff(claimed), doubtful=True)
            raise _Later from None
        if code in _LOCKED_OUT:
            log.error("Slack does not let the bot in: %s", code)
            self._postpone(claimed, _backoff(claimed), doubtful=claimed.doubtful)
            raise _Later from None
        log.warning("letter %s can't be delivered: %s", claimed.id, code)
        self._give_up(claimed, code)

    def _sent(self, claimed: Claimed, channel: str | None, ts: str | None) -> None:
        at = self._services.clock.now()
        self._services.database.write(lambda session: letters.sent(session, claimed.id, at, channel, ts))

    def _postpone(self, claimed: Claimed, by: timedelta, *, doubtful: bool) -> None:
        until = self._moment() + by
        self._services.database.write(
            lambda session: letters.postpone(session, claimed.id, until, doubtful=doubtful)
        )

    def _give_up(self, claimed: Claimed, why: str) -> None:
        now, letter = self._services.clock.now(), claimed.letter
        troubled = why != SETTLED and not letter.payload.get("edits")

        def work(session: Session) -> None:
            letters.give_up(session, claimed.id, why)
            if troubled:
                about = letter.to if why in UNREACHABLE else why
                payload = {"kind": "trouble", "to": letter.to, "why": why}
                told = [one for one in permissions.operators(session, uk_date(now)) if one != letter.to]
                letters.put(session, [Letter(f"trouble:{about}:{one}", one, payload) for one in told], now)

        self._services.database.write(work)


def mark(key: str) -> str:
    """The id of a letter's first block, by which its message is found again."""
    return f"outbox:{key}"


def _is_person(to: str) -> bool:
    return to.startswith(("U", "W"))


def _code(error: SlackApiError) -> str:
    data = error.response.data
    return str(data.get("error", "")) if isinstance(data, dict) else ""


def _retry_after(error: SlackApiError) -> timedelta:
    wait = str(error.response.headers.get("Retry-After", error.response.headers.get("retry-after", "")))
    return timedelta(seconds=int(wait) if wait.isdigit() else 30)


def _backoff(claimed: Claimed) -> timedelta:
    """Longer after each attempt, up to ten minutes."""
    return timedelta(seconds=min(2.0 ** (claimed.attempts + 1), _LONGEST))
