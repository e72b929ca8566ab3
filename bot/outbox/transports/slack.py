"""The transport into Slack: letters are posted once, found again where that is doubtful, and edited later.

A channel's history is not searched, which would take the right to read all that is written there: a letter
that may stand in a channel is posted again, and says so.
"""

import logging
from dataclasses import replace
from datetime import timedelta
from http.client import HTTPException
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError
from sqlalchemy.orm import Session

from bot.outbox import letters
from bot.outbox.kinds import Kinds, LetterContext, LetterKind
from bot.outbox.letters import OUTSIDER, SETTLED, UNINSTALLED, Claimed, Letter
from bot.outbox.transports.outcomes import GivenUp, Outcome, Postponed, Sent, backoff
from bot.people.profiles import Profiles
from bot.services import Services
from bot.slack.blocks import context_block, escape
from bot.slack.client import without_retries
from bot.slack.fit import as_message
from bot.slack.installations import NotInstalledError
from bot.slack.uploads import attach
from bot.slack.voice import Voice
from bot.slack_answers import CODES, Meaning, Verdict, judge

log = logging.getLogger(__name__)
_FIRST_IS_WAITING = timedelta(seconds=5)
"""The wait of an edit whose message has not been posted yet."""
_FAILURES = (SlackClientError, OSError, HTTPException)
_FOR_PEOPLE = frozenset({Meaning.LOCKED_OUT, Meaning.UNKNOWN})
"""Meanings of an answer that no time alone changes: the operators are told that letters wait."""


class SlackTransport:
    """Sends letters to Slack users and channels."""

    def __init__(self, services: Services, kinds: Kinds, client: WebClient, people: Profiles) -> None:
        self._services, self._kinds, self._people = services, kinds, people
        # Letters are tried again by what the outbox knows, not by a client that sleeps on them.
        self._client = without_retries(client)
        self._locked_out: str | None = None

    def carries(self, letter: Letter) -> bool:
        """Return true: the sender asks this transport last, for what no other carries."""
        return True

    def send(self, claimed: Claimed) -> Outcome:
        """Post a letter, or edit the message of an earlier one."""
        try:
            outcome = self._try(claimed)
        except NotInstalledError:
            return GivenUp(UNINSTALLED)
        except _FAILURES as error:
            outcome = self._not_sent(claimed, judge(error))
        if isinstance(outcome, Sent):
            self._locked_out = None
        return outcome

    def _try(self, claimed: Claimed) -> Outcome:
        if claimed.letter.edits is not None:
            return self._edit(claimed.letter, claimed.letter.edits)
        return self._post(claimed)

    def _post(self, claimed: Claimed) -> Outcome:
        letter, doubtful = claimed.letter, claimed.doubtful
        if doubtful and letter.to_user and (found := self._find(claimed)) is not None:
            return Sent(*found)
        if letter.to_user and (gone := self._gone(letter)) is not None:
            return GivenUp(gone)
        voice, perhaps_twice = self._voice(letter), doubtful and not letter.to_user
        content = self._content(letter, voice, letter.key, perhaps_twice=perhaps_twice)
        if content is None:
            return GivenUp(SETTLED)
        try:
            posted = self._client.chat_postMessage(
                channel=letter.to, unfurl_links=False, unfurl_media=False, **content
            )
        except NotInstalledError:
            raise
        except _FAILURES as error:
            answer = judge(error)
            return self._not_sent(claimed, answer, doubtful=doubtful or answer.meaning is Meaning.UNSURE)
        channel, ts = posted.get("channel"), posted.get("ts")
        if not (isinstance(channel, str) and isinstance(ts, str)):
            return Postponed(backoff(claimed.attempts), doubtful=True, closed=True)
        return Sent(channel, ts, lambda: self._attach(letter, voice, channel, ts), perhaps_twice)

    def _not_sent(self, claimed: Claimed, found: Verdict, *, doubtful: bool | None = None) -> Outcome:
        """Return what follows from the failure of a call.

        `doubtful` is whether the letter may have been posted: by this call, or else by an earlier attempt.
        """
        if found.is_final:
            log.warning("letter %s can't be delivered: %s", claimed.id, found.said)
            return GivenUp(found.said)
        self._tell_log(claimed, found)
        return Postponed(
            found.wait or backoff(claimed.attempts),
            doubtful=claimed.doubtful if doubtful is None else doubtful,
            closed=found.meaning is not Meaning.UNKNOWN,
            tell=found.code if found.meaning in _FOR_PEOPLE else None,
        )

    def _tell_log(self, claimed: Claimed, found: Verdict) -> None:
        """Note in the log why a letter waits; that the bot is locked out, once for all letters."""
        if found.meaning is not Meaning.LOCKED_OUT:
            log.info("letter %s waits: %s", claimed.id, found.said)
        elif found.code != self._locked_out:
            self._locked_out = found.code
            log.error("all letters wait: Slack says %s (%s)", found.code, CODES[found.said][1])

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
        except _FAILURES as error:
            log.warning("a letter's picture was not taken: %s", judge(error).said)

    def _edit(self, letter: Letter, first: str) -> Outcome:
        """Edit the message of the letter whose key is `first`, unless a later edit replaces this one."""
        with self._services.database.reading() as session:
            row = letters.posted(session, first)
            outdated = letters.is_outdated(session, letter)
            waits = row is not None and row.sent_at is None and row.given_up_because is None
            channel, ts = (row.channel, row.ts) if row is not None else (None, None)
            perhaps_twice = row is not None and letters.is_perhaps_twice(row)
        if outdated or (not waits and ts is None):
            return GivenUp(SETTLED)
        if waits:
            return Postponed(_FIRST_IS_WAITING)
        outsider = letter.to_user and self._people.is_outsider(self._client, letter.to)
        if outsider and not self._kind(letter).to_outsiders:
            return GivenUp(SETTLED)
        content = self._content(letter, self._voice(letter), first, perhaps_twice=perhaps_twice)
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

    def _content(
        self, letter: Letter, voice: Voice, key: str, *, perhaps_twice: bool = False
    ) -> dict[str, Any] | None:
        """Return a letter's text and blocks, marked with `key`; None where there is nothing to say.

        `perhaps_twice` is whether it says that an earlier copy may stand there too.
        """
        kind = self._kind(letter)
        with self._services.database.reading() as session:
            screen = kind.as_screen(self._context(session, letter, voice))
        if screen is None:
            return None
        if perhaps_twice:
            said = voice.plain("outbox.perhaps-twice")
            headline = f"{screen.text} {said}" if kind.bare else screen.text
            screen = replace(screen, text=headline, blocks=[*screen.blocks, context_block(escape(said))])
        content = as_message(screen, voice, bare=kind.bare)
        first, *others = content["blocks"]
        return content | {"blocks": [{**first, "block_id": mark(key)}, *others]}

    def _kind(self, letter: Letter) -> LetterKind[Any]:
        return self._kinds[letter.kind]

    def _context(self, session: Session, letter: Letter, voice: Voice) -> LetterContext:
        return LetterContext(self._services, session, letter, voice)


def mark(key: str) -> str:
    """Return the id of a message's first block, by which the message of a letter's key is found again."""
    return f"outbox:{key}"
