"""Letters while Slack and the way to it fail: each arrives once, or says that it may be there twice.

A story is an afternoon of twelve letters: to users, to a channel, and edits. Half of all calls meet a trouble
(a web filter's page, a cut or short answer, a dropped line, a 5xx, a limit, a revoked token), before or after
they were carried out; for an hour no connection is taken; for a while the token is an old one; senders are
killed between posting and noting it. `make test` tries two stories, `make campaign` 200; a finding names its
seed, and is tried again with LETTERS_FROM=seed LETTERS_IN_TROUBLE=1.
"""

import os
import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from bot.outbox import letters
from bot.outbox.letters import SETTLED, Letter
from bot.outbox.sending import Sender
from bot.outbox.tables import OutboxRow
from bot.outbox.transports.slack import mark
from bot.people import permissions
from bot.people.permissions import EVERYWHERE, Grant, Role
from bot.service.bootstrap import knowledge
from bot.service.features import LETTER_KINDS, VERBS
from bot.services import Services
from bot.settings import Settings
from bot.slack.client import LimitedClient
from knowledge.texts import Text
from provisioning.store.database import Database
from slack_workspace import WorkspaceServer
from slack_workspace.state import PostedMessage
from slack_workspace.troubles import Trouble, Troubles
from tests.bot.app_fixtures import CARYS, DAI, GRANTS, HELP, NIA, PRYS, WYN, room, swept, words
from tests.builders import NOW, Schools

STORIES = int(os.environ.get("LETTERS_IN_TROUBLE", "2"))
FROM = int(os.environ.get("LETTERS_FROM", "0"))
AT_ONCE = 20
"""Stories of one test."""
pytestmark = [pytest.mark.slow, pytest.mark.integration]

DAY = NOW.date()
NOWHERE = "http://127.0.0.1:9/api/"
ONCE_MORE = ("This message may be here twice", "Efallai fod y neges hon yma ddwywaith")
SECTIONS = [{"title": Text("digest.coming").to_json(), "lines": [], "school": None}]
FOREIGN = ("filtered", "category", "upstream", "DOCTYPE")


class Dying(Sender):
    """A sender whose process is killed as soon as a letter is posted, before that is noted."""

    def _sent(self, *_: object) -> None:
        raise KeyboardInterrupt


class Story:
    """An afternoon, with what `seed` brings."""

    def __init__(self, seed: int, services: Services, server: WorkspaceServer) -> None:
        self.chance = random.Random(seed)
        self.seed, self.services, self.server, self.moment = seed, services, server, NOW
        self.firsts: dict[str, str] = {}

    def put(self) -> None:
        """Put a letter or two into the outbox, and perhaps an edit of it."""
        to = self.chance.choice((CARYS, DAI, WYN, PRYS, HELP, HELP))
        key = f"story:{self.seed}:{len(self.firsts)}"
        payload = {"kind": "digest", "day": DAY.isoformat(), "sections": SECTIONS}
        found = [Letter(key, to, payload)]
        if self.chance.random() < 0.3:
            found.append(Letter(f"{key}:edit", to, payload | {"edits": key}))
        self.firsts[key] = to
        self.services.database.write(lambda session: letters.put(session, found, NOW))

    def sender(self, kind: type[Sender] = Sender, *, token: str = "", url: str = "") -> Sender:
        """A sender of a process that has just begun."""
        client = LimitedClient(token=token or self.server.bot_token, base_url=url or self.server.api_url)
        return kind(self.services, client, LETTER_KINDS, clock=lambda: self.moment)

    def passes(self, sender: Callable[[], Sender], count: int, *pauses: float) -> None:
        """Let senders pass over the outbox, some seconds after each other."""
        for _ in range(count):
            with suppress(KeyboardInterrupt):
                sender().deliver()
            self.moment += timedelta(seconds=self.chance.choice(pauses))

    def play(self) -> None:
        """Let the afternoon pass, until no letter waits any more."""
        troubles = frozenset(Trouble) - {Trouble.SLOW}
        kept = self.sender()
        for _ in range(4):
            for _ in range(3):
                self.put()
            self.server.trouble(Troubles(troubles, share=0.5, seed=self.seed))
            self.passes(lambda: kept, 6, 3, 60, 600)
            self.passes(lambda: self.sender(Dying), self.chance.randrange(3), 3, 121)
            self.passes(self.sender, 4, 3, 60, 600)
            self.server.trouble(Troubles())
            match self.chance.randrange(3):
                case 0:
                    self.passes(lambda: self.sender(url=NOWHERE), 20, 180)
                case 1:
                    self.passes(lambda: self.sender(token="xoxb-before-it-was-rotated"), 5, 60, 600)
        self.passes(self.sender, 60, 600)

    def rows(self) -> list[OutboxRow]:
        """The letters, those to the operators among them."""
        with self.services.database.reading() as session:
            found = session.query(OutboxRow).order_by(OutboxRow.id).all()
            session.expunge_all()
            return found

    def posted(self, key: str) -> list[PostedMessage]:
        """The messages of a letter in all conversations, in order."""
        every = self.server.workspace.conversations.values()
        found = [message for where in every for message in where.messages.values()]
        return [message for message in found if any(b.get("block_id") == mark(key) for b in message.blocks)]

    def require_each_once_or_told(self) -> int:
        """Require what must hold at the end; return how many messages say that they may be there twice."""
        told = 0
        for row in self.rows():
            where = f"seed {self.seed}: {row.key} to {row.to}"
            assert row.given_up_because in (None, SETTLED), where
            assert (row.sent_at is None) is (row.given_up_because == SETTLED), where
            if row.payload.get("edits"):
                continue
            found = self.posted(row.key)
            doubtful = [any(say in words(message.blocks) for say in ONCE_MORE) for message in found]
            assert len(found) == 1 or (row.to == HELP and doubtful[1:] == [True] * (len(found) - 1)), where
            assert found[-1].ts == row.ts, where
            told += sum(doubtful)
        return told


@pytest.fixture(scope="module")
def server() -> Iterator[WorkspaceServer]:
    with WorkspaceServer(room(lambda: NOW)) as running:
        yield running


@pytest.mark.parametrize("first", range(FROM, FROM + STORIES, AT_ONCE))
def test_each_letter_arrives_once_or_says_that_it_may_be_there_twice(
    database: Database, tmp_path: Path, server: WorkspaceServer, caplog: pytest.LogCaptureFixture, first: int
) -> None:
    provisioning = Schools(database, tmp_path / "extracts", knowledge())
    settings = Settings(database_url=str(database.url), extracts=provisioning.folder)
    services = Services(settings, provisioning.at(NOW), lambda: VERBS)
    with database.writing() as session:
        permissions.add(session, (*GRANTS, Grant(NIA, Role.ADMINISTRATOR, EVERYWHERE)), NOW)
    sent = told = 0
    seeds = range(first, min(first + AT_ONCE, FROM + STORIES))
    for seed in seeds:
        story = Story(seed, services, swept(server))
        story.play()
        told += story.require_each_once_or_told()
        sent += len(story.rows())
        assert not any(said in caplog.text for said in FOREIGN), seed
        assert not any(said in str(vars(row)) for row in story.rows() for said in FOREIGN), seed
        caplog.clear()
        _empty(database)
    assert sent >= 12 * len(seeds)
    assert told or len(seeds) < 10, "no letter to the channel was ever in doubt: it is not troubled"
    print(f"seeds {first} to {seeds[-1]}: {sent} letters, {told} told as doubtful")


def _empty(database: Database) -> None:
    with database.writing() as session:
        session.query(OutboxRow).delete()
