"""Letters that already wait in an outbox are read by every later version: here is how each kind is kept.

What is written here was put into the store by versions in use. A row may be added; none may be changed.
"""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.absence.letters import AllAwayPayload, CoveringPayload
from bot.absence.screens import CoveredTask
from bot.alerts.alert import Key
from bot.alerts.digest import Section
from bot.alerts.letters import DigestPayload, ReminderPayload
from bot.alerts.workers import NoWorker
from bot.api.event_letters import EventPayload, EventType
from bot.desk.letters import CaseEventPayload, CasePayload, UntouchedPayload, WeekPayload
from bot.identity.letters import DoubtsPayload
from bot.outbox.kinds import NoPayload, by_name
from bot.outbox.letters import Letter
from bot.outbox.trouble import NotMadePayload, Trouble, Waiting
from bot.requests.notifications import NewsOfRequest, RequestNews
from bot.requests.record_letters import RequestPayload
from bot.reviews.held_list import HeldListPayload, ListDecision
from bot.reviews.letters import EndedPayload, EndingPayload
from bot.runs.letters import HeldPayload
from bot.service.features import LETTER_KINDS
from bot.service.uninstalling import UninstalledPayload
from bot.watches.watch import WatchEnd, WatchNews
from knowledge.ids import Question
from knowledge.texts import Bilingual, Text

KINDS = by_name(LETTER_KINDS)
AT = "2026-09-07T08:00:00.250000+00:00"
MOMENT = datetime(2026, 9, 7, 8, 0, 0, 250_000, tzinfo=UTC)
STORED: list[tuple[dict[str, Any], Any]] = [
    ({"kind": "alert", "edits": None}, NoPayload()),
    ({"kind": "alert", "edits": "alert:2026:run-failed:6701001:U0ANN"}, NoPayload()),
    (
        {"kind": "reminder", "alert": "2026:run-failed:6701001"},
        ReminderPayload(Key("run-failed", "6701001", 2026)),
    ),
    (
        {
            "kind": "digest",
            "day": "2026-09-07",
            "sections": [
                {
                    "title": {"key": "digest.school", "values": {"school": {"en": "A", "cy": "B"}}},
                    "lines": [{"key": "digest.due", "values": {"due": {"date": "2026-09-11"}}}],
                    "school": "6701001",
                },
                {"title": {"key": "digest.coming", "values": {}}, "lines": [], "school": None},
            ],
        },
        DigestPayload(
            date(2026, 9, 7),
            (
                Section(
                    Text("digest.school", {"school": Bilingual("A", "B")}),
                    (Text("digest.due", {"due": date(2026, 9, 11)}),),
                    "6701001",
                ),
                Section(Text("digest.coming"), ()),
            ),
        ),
    ),
    (
        {"kind": "digest", "day": "2026-09-07", "sections": [], "schools": ["6701001"]},
        DigestPayload(date(2026, 9, 7), (), ("6701001",)),
    ),
    (
        {
            "kind": "covering",
            "user": "U0ANN",
            "until": "2026-09-21",
            "tasks": [
                {
                    "said": {"key": "held.waits", "values": {"count": 3}},
                    "school": "6701001",
                    "action": "say:last-run",
                    "value": "last-run 6701001",
                }
            ],
        },
        CoveringPayload(
            "U0ANN",
            date(2026, 9, 21),
            (CoveredTask(Text("held.waits", {"count": 3}), "6701001", "say:last-run", "last-run 6701001"),),
        ),
    ),
    (
        {"kind": "all-away", "school": "6701001", "until": "2026-09-21"},
        AllAwayPayload("6701001", date(2026, 9, 21)),
    ),
    ({"kind": "held", "run": 7}, HeldPayload(7)),
    (
        {"kind": "held", "edits": "held:7:U0ANN", "run": 7, "state": "approved 7"},
        HeldPayload(7, "approved 7"),
    ),
    ({"kind": "not-made", "of": "digest", "number": 7}, NotMadePayload("digest", 7)),
    ({"kind": "taken-back", "edits": "alert:2026:run-failed:6701001:U0ANN"}, NoPayload()),
    ({"kind": "identity", "school": "6809901"}, DoubtsPayload("6809901")),
    (
        {"kind": "identity", "edits": None, "school": "6809901", "newest": 4, "state": "1 0 "},
        DoubtsPayload("6809901", 4, "1 0 "),
    ),
    ({"kind": "case", "edits": None, "case": 3}, CasePayload(3)),
    ({"kind": "case", "edits": "case:3", "case": 3}, CasePayload(3)),
    ({"kind": "case-answer", "case": 3, "at": AT}, CaseEventPayload(3, MOMENT)),
    ({"kind": "case-outcome", "case": 3}, CasePayload(3)),
    ({"kind": "case-handed", "case": 3}, CasePayload(3)),
    ({"kind": "case-due", "case": 3}, CasePayload(3)),
    ({"kind": "case-came-back", "case": 3, "at": AT}, CaseEventPayload(3, MOMENT)),
    (
        {"kind": "case-untouched", "case": 3, "closes": "2026-09-07"},
        UntouchedPayload(3, date(2026, 9, 7)),
    ),
    ({"kind": "desk-week", "monday": "2026-09-07"}, WeekPayload(date(2026, 9, 7))),
    ({"kind": "handing", "case": 3, "at": AT}, CaseEventPayload(3, MOMENT)),
    ({"kind": "request", "request": 5, "edits": None}, RequestPayload(5)),
    ({"kind": "request", "request": 5, "edits": "request:5:U0ANN"}, RequestPayload(5)),
    (
        {
            "kind": "request-news",
            "request": 5,
            "news": "passed",
            "school": "6701001",
            "by": None,
            "to": ["U0ANN", "U0BEN"],
            "status": None,
        },
        NewsOfRequest(5, RequestNews.PASSED, "6701001", None, ("U0ANN", "U0BEN"), None),
    ),
    ({"kind": "records", "request": 5, "edits": None}, RequestPayload(5)),
    (
        {
            "kind": "records-news",
            "request": 5,
            "news": "tried",
            "school": "6701001",
            "by": "U0ANN",
            "to": [],
            "status": "not-seen",
        },
        NewsOfRequest(5, RequestNews.TRIED, "6701001", "U0ANN", (), "not-seen"),
    ),
    (
        {
            "kind": "watch",
            "line": "old-class H801200001001 6701001",
            "school": "6701001",
            "news": "there",
            "question": "old-class",
        },
        WatchEnd("old-class H801200001001 6701001", "6701001", WatchNews.THERE, Question.OLD_CLASS),
    ),
    (
        {"kind": "review-ending", "school": "6809901", "accounts": [4, 9], "day": "2026-09-10"},
        EndingPayload("6809901", (4, 9), date(2026, 9, 10)),
    ),
    ({"kind": "review-ended", "school": "6809901", "accounts": [4]}, EndedPayload("6809901", (4,))),
    (
        {
            "kind": "held-list",
            "edits": None,
            "school": "6809901",
            "stamp": "4f0c",
            "count": 12,
            "total": 20,
            "decision": "",
            "by": "",
        },
        HeldListPayload("6809901", "4f0c", 12, 20),
    ),
    (
        {
            "kind": "held-list",
            "edits": "held-list:6809901:4f0c:U0ANN",
            "school": "6809901",
            "stamp": "4f0c",
            "count": 12,
            "total": 20,
            "decision": "refused",
            "by": "U0ANN",
        },
        HeldListPayload("6809901", "4f0c", 12, 20, ListDecision.REFUSED, "U0ANN"),
    ),
    ({"kind": "trouble", "to": "C0GONE", "why": "is_archived"}, Trouble("C0GONE", "is_archived")),
    ({"kind": "waiting", "why": "token_revoked"}, Waiting("token_revoked")),
    ({"kind": "no-worker", "site": "ynys-mon"}, NoWorker("ynys-mon")),
    (
        {"kind": "workspace-uninstalled", "workspace": "T0ANN", "roles": 3, "letters": 1},
        UninstalledPayload("T0ANN", 3, 1),
    ),
    (
        {
            "kind": "event",
            "type": "account.there",
            "at": AT,
            "school": "6701001",
            "run": 7,
            "accounts": 3,
            "year": None,
        },
        EventPayload(EventType.ACCOUNTS_THERE, MOMENT, "6701001", 7, 3),
    ),
]


@pytest.mark.parametrize(("stored", "payload"), STORED)
def test_what_was_kept_is_read(stored: dict[str, Any], payload: Any) -> None:
    assert KINDS[stored["kind"]].read(Letter("key", "U0ANN", stored)) == payload


@pytest.mark.parametrize(("stored", "payload"), STORED)
def test_and_is_kept_so_still(stored: dict[str, Any], payload: Any) -> None:
    """What is written now may say more, by a field that an older version does not know."""
    kind = KINDS[stored["kind"]]
    written = kind.write_editable(payload, stored["edits"]) if "edits" in stored else kind.write(payload)
    assert written | stored == written


def test_every_kind_is_here() -> None:
    assert {stored["kind"] for stored, _ in STORED} == set(KINDS)
