"""Whatever is sent to the bot as a payload of Slack's: it is refused, or answered in words.

No forged command, button, form, menu, shortcut, event or Home ends in an unforeseen error, changes
anything for a user without roles, or shows a person's record to a user who may not see it. `make test` tries
some, `make campaign` 5,000; a finding names its seed.
"""

import json
import logging
import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.slack import limits
from tests.bot.app_fixtures import Json
from tests.bot.matrix.furnished import furnished
from tests.bot.matrix.matrix_people import COLUMNS, STRANGER
from tests.bot.matrix.matrix_room import Matrix, Seen
from tests.everything import knowledge as load_everything
from tests.hostile.forging import Forged, Forger
from tests.tried import Tried

pytestmark = [pytest.mark.integration, pytest.mark.timeout(1800)]

PAYLOADS = int(os.environ.get("FORGED_PAYLOADS", "150"))
FIRST = int(os.environ.get("FORGED_FROM", "0"))
"""The first seed; a finding is tried again with FORGED_FROM=its seed and FORGED_PAYLOADS=1."""
NOTICES = {"preferences", "outsiders"}
"""What even a user without roles changes: their language, and what Slack says of them."""


@pytest.fixture(scope="module")
def matrix(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Iterator[Matrix]:
    with furnished(tmp_path_factory.mktemp("forged"), migrated, load_everything(), "en") as found:
        yield found


def test_a_forged_payload_is_refused_or_answered_in_words(
    matrix: Matrix,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    tried: Tried,
) -> None:
    monkeypatch.setattr(limits, "ACK_SECONDS", 0.0)  # no modal waits for an acknowledgement that is forged
    caplog.set_level(logging.WARNING)
    forger, faults = Forger(matrix), list[str]()
    for seed in range(FIRST, FIRST + PAYLOADS):
        chance = random.Random(-seed - 1)
        column = chance.choice(COLUMNS)
        forged = forger.forged(seed, column, chance.choice(matrix.places))
        if forged is not None:
            caplog.clear()
            tried("forged payloads", 1)
            faults += (f"{forged.how}: {fault}" for fault in _faults(matrix, forged, caplog))
    assert not faults, f"{len(faults)} faults:\n" + "\n".join(faults[:40])


def _faults(matrix: Matrix, forged: Forged, caplog: pytest.LogCaptureFixture) -> Iterator[str]:
    """Send a forged payload, and say what is wrong with what comes of it."""
    problem: list[str] = []

    def send() -> None:
        try:
            matrix.room.deliver(forged.kind, forged.body)
        except Exception as error:
            problem.append(f"is not acknowledged: {type(error).__name__}: {error}"[:300])

    seen = matrix.observe(forged.user, send)
    yield from problem
    unforeseen = matrix.voice.plain("error.unexpected", reference="").rstrip(" .")
    for record in caplog.records:
        if record.exc_info or record.levelno >= logging.ERROR:
            error = record.exc_info[1] if record.exc_info else ""
            yield f"is logged as an error: {record.getMessage()[:200]} {error!r:.200}"
    if unforeseen in seen.everything:
        yield "is answered by a reference"
    presser = next((each for each in COLUMNS if each.user == _user(forged.body)), STRANGER)
    if not presser.caller.grants and seen.changed - NOTICES:
        yield f"is of a user without roles, and changes {sorted(seen.changed - NOTICES)}"
    said = json.dumps(forged.body, ensure_ascii=False)
    for home in (matrix.own, matrix.other):
        if not presser.caller.knows(home.school):
            yield from (f"shows {secret}" for secret in home.secrets if _told(seen, secret, said))


def _told(seen: Seen, secret: str, said: str) -> bool:
    """Whether a secret is shown that was not in the payload itself."""
    return secret not in said and secret in seen.everything


def _user(body: Json) -> object:
    """The user of a payload, as far as it has one."""
    event, user = body.get("event"), body.get("user")
    if body.get("user_id"):
        return body["user_id"]
    if isinstance(user, dict):
        return user.get("id")
    return event.get("user") if isinstance(event, dict) else None
