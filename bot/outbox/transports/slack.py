"""The transport into Slack: letters are posted once, found again where that is doubtful, and edited later."""

import logging
from datetime import timedelta
from http.client import HTTPException
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from sqlalchemy.orm import Session

from bot.outbox import letters
from bot.outbox.kinds import Kinds, LetterContext, LetterKind
from bot.outbox.letters import OUTSIDER, SETTLED, Claimed, Letter
from bot.outbox.transports.outcomes import GivenUp, Outcome, Postponed, Sent, backoff
from bot.people.profiles import Profiles
from bot.services import Services
from bot.slack.client import LimitedClient
from bot.slack.fit import as_message
from bot.slack.uploads import attach
from bot.slack.voice import Voice

log = logging.getLogger(__name__)
_FIRST_IS_WAITING = timedelta(seconds=5)
"""The wait of an edit whose message has not been posted yet."""
_UNSURE = frozenset({"fatal_error", "internal_error", "service_unavailable", "request_timeout"})
_LOCKED_OUT = frozenset(
    {"invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive", "missing_scope"}
)
_TRY_AGAIN = frozenset({"ratelimited", "rate_limited", "team_added_to_org", "org_login_required"})


class SlackTransport:
    """Sends letters to Slack users and channels."""

    def __init__(self, services: Services, kinds: Kinds, client: WebClient, people: Profiles) -> None:
        self._services, self._kinds, self._people = services, kinds, people
        # Letters are tried again by what the outbox knows, not by a client that sleeps on them.
        self._client = LimitedClient(token=client.token, base_url=client.base_url, retry_handlers=[])

    def carries(self, letter: Letter) -> bool:
        """Return true: the sender asks this transport last, for what no other carries."""
        return True

    def send(self, claimed: Claimed) -> Outcome:
        """Post a letter, or edit the message of an earlier one."""
        try:
            if claimed.letter.edits is not None:
                return self._edit(claimed.letter, claimed.letter.edits)
            return self._post(claimed)
        except SlackApiError as error:
            return _refused(claimed, error)
        except (SlackClientError, OSError, HTTPException) as error:
            log.info("Slack could not be reached: %s", type(error).__name__)
            return Postponed(backoff(claimed.attempts), doubtful=True, closed=True)

    def _post(self, claimed: Claimed) -> Outcome:
        letter = claimed.letter
        if claimed.doubtful and (found := self._find(claimed)) is not None:
            return Sent(*found)
        if letter.to_user and (gone := self._gone(letter)) is not None:
            return GivenUp(gone)
        voice = self._voice(letter)
        content = self._content(letter, voice, letter.key)
        if content is None:
            return GivenUp(SETTLED)
        posted = self._client.chat_postMessage(
            channel=letter.to, unfurl_links=False, unfurl_media=False, **content
        )
        channel, ts = str(posted["channel"]), str(posted["ts"])
        return Sent(channel, ts, lambda: self._attach(letter, voice, channel, ts))

    def _gone(self, letter: Letter) -> str | None:
        """Return why the addressee is not to be written to, as Slack says now; None if they are."""
        presence = self._people.presence
        user = presence.user(self._client, letter.to)
        if user.get("deleted"):
            return "user_deleted"
        return OUTSIDER if presence.is_outsider(self._client, user) else None

    def _attach(self, letter: Letter, voice: Voice, channel: str, ts: str) -> None:
        """Put a letter's file into the thread of its message; tried once: the message stands without it."""
        with self._services.database.reading() as session:
            document = self._kind(letter).as_document(self._context(session, letter, voice))
        if document is None:
            return
        try:
            attach(self._client, channel, document, ts)
        except (SlackClientError, OSError, HTTPException) as error:
            log.warning("a letter's picture was not taken: %s", type(error).__name__)

    def _edit(self, letter: Letter, first: str) -> Outcome:
        """Edit the message of the letter whose key is `first`, unless a later edit replaces this one."""
        with self._services.database.reading() as session:
            row = letters.posted(session, first)
            outdated = letters.is_outdated(session, letter)
            waits = row is not None and row.sent_at is None and row.given_up_because is None
            channel, ts = (row.channel, row.ts) if row is not None else (None, None)
        if outdated or (not waits and ts is None):
            return GivenUp(SETTLED)
        if waits:
            return Postponed(_FIRST_IS_WAITING)
        outsider = letter.to_user and self._people.is_outsider(self._client, letter.to)
        if outsider and not self._kind(letter).to_outsiders:
            return GivenUp(SETTLED)
        content = self._content(letter, self._voice(letter), first)
        if content is None:
            return GivenUp(SETTLED)
        self._client.chat_update(channel=str(channel), ts=str(ts), **content)
        return Sent(channel, ts)

    def _find(self, claimed: Claimed) -> tuple[str, str] | None:
        """Return channel and ts of the message that an earlier attempt posted; None where there is none."""
        letter, wanted = claimed.letter, mark(claimed.letter.key)
        channel = letter.to
        if letter.to_user:
            channel = str(self._client.conversations_open(users=letter.to)["channel"]["id"])
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
        """Return a voice in the language of a user; in a channel in that of the installation."""
        if letter.to_user:
            return Voice(self._services.catalogue, self._people.language(self._client, letter.to))
        return Voice(self._services.catalogue, self._services.settings.lang)

    def _content(self, letter: Letter, voice: Voice, key: str) -> dict[str, Any] | None:
        """Return a letter's text and blocks, marked with `key`; None where there is nothing to say."""
        with self._services.database.reading() as session:
            screen = self._kind(letter).as_screen(self._context(session, letter, voice))
        if screen is None:
            return None
        content = as_message(screen, voice)
        first, *others = content["blocks"]
        return content | {"blocks": [{**first, "block_id": mark(key)}, *others]}

    def _kind(self, letter: Letter) -> LetterKind[Any]:
        return self._kinds[letter.kind]

    def _context(self, session: Session, letter: Letter, voice: Voice) -> LetterContext:
        return LetterContext(self._services, session, letter, voice)


def mark(key: str) -> str:
    """Return the id of a message's first block, by which the message of a letter's key is found again."""
    return f"outbox:{key}"


def _refused(claimed: Claimed, error: SlackApiError) -> Outcome:
    """Return what follows from an error that Slack answered (https://docs.slack.dev/apis/web-api)."""
    status, code = error.response.status_code, _code(error)
    if status == 429 or code in _TRY_AGAIN:
        return Postponed(_retry_after(error), claimed.doubtful, closed=True)
    if status >= 500 or code in _UNSURE or not code:
        return Postponed(backoff(claimed.attempts), doubtful=True, closed=True)
    if code in _LOCKED_OUT:
        log.error("Slack does not let the bot in: %s", code)
        return Postponed(backoff(claimed.attempts), claimed.doubtful, closed=True)
    log.warning("letter %s can't be delivered: %s", claimed.id, code)
    return GivenUp(code)


def _code(error: SlackApiError) -> str:
    data = error.response.data
    return str(data.get("error", "")) if isinstance(data, dict) else ""


def _retry_after(error: SlackApiError) -> timedelta:
    wait = str(error.response.headers.get("Retry-After", error.response.headers.get("retry-after", "")))
    return timedelta(seconds=int(wait) if wait.isdigit() else 30)
