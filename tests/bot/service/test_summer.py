"""The trial's summer lived through from mid-July to mid-September: who is told what, and how often."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from slack_sdk import WebClient
from sqlalchemy import func, select

from bot.alerts import store
from bot.alerts.alert import RUN_FAILED, SCHOOL_LEVEL, Alert
from bot.alerts.known_facts import KnownFacts
from bot.alerts.rehearsal import RehearsedMessage, rehearse
from bot.alerts.tables import AlertRow
from bot.hours import OFFICE_HOURS
from bot.outbox.tables import OutboxRow
from bot.service.bootstrap import services
from bot.services import Services
from bot.settings import MOST_A_DAY, Settings
from bot.trial.county.people import (
    DAFYDD,
    ELERI,
    GWENNO,
    MAIR,
    OWAIN,
    SIAN,
    TOMOS,
    CountyGrant,
    CountyPerson,
)
from bot.trial.county.schools import BRYN_IAU, RHYD_Y_GWYLANOD
from bot.trial.opening import give_roles, seeded
from bot.trial.play import Play
from bot.trial.spec import spec_for
from knowledge.texts import UK, Bilingual
from provisioning.clock import MovableClock
from slack_workspace import WorkspaceServer
from tests.bot.champions_words import NOT_HER_WORDS, shown
from tests.bot.service.numbers_everywhere import numbers_everywhere
from tests.waits import added_up

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("summer")]

IN_ORDER = "U0INORDER"
START = date(2026, 7, 15)
REHEARSED = date(2026, 8, 24)
FIRST_DAY, LAST_DAY = date(2026, 8, 24), date(2026, 8, 30)
DAY = timedelta(days=1)
PLAYED = (
    date(2026, 7, 16),
    *(date(2026, 7, day) for day in (24, 25, 27)),
    *(date(2026, 8, 13) + number * DAY for number in range(23)),
    *(date(2026, 9, day) for day in (7, 10, 11, 15)),
)
"""The days on which something happens; on the others it is as it was the day before."""
COMPARED = PLAYED[::4]
"""The mornings on which the numbers of all places are compared; a campaign compares all of the summer."""


@dataclass
class Summer:
    """What people have been sent, and what was kept."""

    messages: dict[str, list[dict[str, Any]]]
    alerts: tuple[Alert, ...]
    letters: list[tuple[str, str | None]]
    rehearsed: list[RehearsedMessage]
    kept: tuple[int, int]
    kept_after: tuple[int, int]
    firsts: dict[tuple[str, str], date]
    numbers: dict[datetime, Mapping[str, str]]
    waits: list[tuple[int, str]]

    def of(self, user: str, kind: str) -> list[dict[str, Any]]:
        """A person's messages of a kind."""
        return [message for message in self.messages[user] if _key(message).split(":")[1] == kind]


@pytest.fixture(scope="module")
def summer(tmp_path_factory: pytest.TempPathFactory) -> Summer:
    folder = tmp_path_factory.mktemp("summer")
    settings = Settings(database_url=f"sqlite:///{folder / 'hwb.sqlite3'}", extracts=folder / "extracts")
    clock = MovableClock(_at(START, 8))
    with services(settings, clock) as behind:
        county, story = seeded(behind, START)
        champion = CountyPerson(IN_ORDER, "trefn", "Trefn", Bilingual("", ""), "en-GB", "trefn@example")
        county = replace(
            county,
            people=(*county.people, champion),
            grants=(*county.grants, CountyGrant(IN_ORDER, "digital-champion", BRYN_IAU)),
        )
        give_roles(behind, county)
        clock.set(_at(START, 8))
        play = Play(behind, clock, story)
        with WorkspaceServer(spec_for(county, behind, clock, play)) as server:
            play.bind(WebClient(token=server.bot_token, base_url=server.api_url))
            rehearsed: list[RehearsedMessage] = []
            kept = kept_after = (0, 0)
            firsts: dict[tuple[str, str], date] = {}
            waits = list[tuple[int, str]]()
            known, numbers = KnownFacts(behind.settings.groups), dict[datetime, Mapping[str, str]]()
            for day in PLAYED:
                clock.set(_at(day - DAY, 20))
                if day == FIRST_DAY:
                    numbers[_at(day, 5)] = numbers_everywhere(behind, known, _at(day, 5))
                play.mornings(1)
                for person in county.people:
                    for message in server.person(person.id).messages():
                        firsts.setdefault((person.id, _key(message)), day)
                waits += _waits(behind)
                if day in COMPARED:
                    numbers[_at(day, 8)] = numbers_everywhere(behind, known, _at(day, 8))
                if day == REHEARSED:
                    kept = _kept(behind)
                    rehearsed = rehearse(behind, day + DAY, day + 8 * DAY)
                    kept_after = _kept(behind)
            messages = {person.id: server.person(person.id).messages() for person in county.people}
            with behind.database.reading() as session:
                alerts = store.every(session, [2026])
                rows = session.execute(select(OutboxRow.key, OutboxRow.sent_at, OutboxRow.given_up_because))
                letters = [(key, why if at is None else "sent") for key, at, why in rows]
    return Summer(messages, alerts, letters, rehearsed, kept, kept_after, firsts, numbers, waits)


def _waits(behind: Services) -> list[tuple[int, str]]:
    """How many of each school's intake have no account, and what its alert says that they wait for."""
    with behind.database.reading() as session:
        texts = [
            alert.text
            for alert in store.every(session, [2026])
            if alert.key.kind == "intake-matched" and alert.open
        ]
    return [(text.values["missing"], behind.catalogue.say(text, "en")) for text in texts]


def _at(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UK)


def _kept(behind: Services) -> tuple[int, int]:
    with behind.database.reading() as session:
        return tuple(  # type: ignore[return-value]
            session.scalar(select(func.count()).select_from(table)) or 0 for table in (AlertRow, OutboxRow)
        )


def _key(message: dict[str, Any]) -> str:
    return str(message["blocks"][0]["block_id"])


def _day(message: dict[str, Any]) -> date:
    return datetime.fromtimestamp(float(message["ts"]), UK).date()


def test_a_digital_champion_of_a_school_in_order_gets_none(summer: Summer) -> None:
    assert summer.messages[IN_ORDER] == []


def test_no_user_gets_more_than_a_digest_and_two_alerts_a_day(summer: Summer) -> None:
    for user, messages in summer.messages.items():
        per_day = Counter((_day(message), _key(message).split(":")[1]) for message in messages)
        for (_, kind), count in per_day.items():
            assert count <= (MOST_A_DAY if kind == "alert" else 1), user


def test_everybody_responsible_hears_and_the_operator_has_nothing_to_mend(summer: Summer) -> None:
    for user in (MAIR, GWENNO, DAFYDD, SIAN, OWAIN, ELERI):
        assert summer.of(user, "alert"), user
        assert summer.of(user, "digest"), user
    assert summer.messages[TOMOS] == []


def test_everything_that_was_raised_is_put_right_but_for_the_reviews_that_were_not_made(
    summer: Summer,
) -> None:
    assert len(summer.alerts) >= 8
    assert {alert.key.kind for alert in summer.alerts if alert.open} <= set(SCHOOL_LEVEL)


def test_an_alert_is_one_message_for_each_person_and_says_in_place_that_it_is_put_right(
    summer: Summer,
) -> None:
    for user, messages in summer.messages.items():
        keys = [_key(message) for message in messages]
        assert len(keys) == len(set(keys)), user
        for message in summer.of(user, "alert"):
            done = message["blocks"][0]["text"]["text"].startswith(":white_check_mark:")
            assert done or _key(message).split(":")[3] in SCHOOL_LEVEL


def test_no_user_is_written_to_out_of_hours_but_of_a_failed_run_on_the_last_day(summer: Summer) -> None:
    for messages in summer.messages.values():
        for message in messages:
            moment = datetime.fromtimestamp(float(message["ts"]), UK)
            failed = _key(message).startswith(f"outbox:alert:2026:{RUN_FAILED}:")
            assert OFFICE_HOURS.is_open(moment) or (failed and _day(message) == LAST_DAY), moment


def test_before_the_run_up_it_is_quiet(summer: Summer) -> None:
    assert min(summer.firsts.values()) >= date(2026, 8, 14)


def test_what_no_user_takes_climbs_from_the_school_to_the_service_desk(summer: Summer) -> None:
    of_rhyd = {
        user: day
        for (user, key), day in summer.firsts.items()
        if key.startswith(f"outbox:alert:2026:mis-end-of-year:{RHYD_Y_GWYLANOD}")
    }
    ladder = [of_rhyd[user] for user in (GWENNO, DAFYDD, SIAN, OWAIN)]
    assert ladder == sorted(ladder)
    assert len(set(ladder)) == len(ladder)


def test_each_reads_their_own_language_and_no_message_has_a_name_or_a_upn(summer: Summer) -> None:
    assert "sydd ar agor" in str(summer.of(GWENNO, "digest"))
    assert not re.search(r"\b[A-HJ-NP-RT-Z]\d{11}[0-9A-Z]\b", str(summer.messages))


def test_every_letter_was_sent_or_had_become_needless(summer: Summer) -> None:
    assert {why for _, why in summer.letters} <= {"sent", "settled"}


def test_the_rehearsal_shows_what_would_be_sent_and_keeps_and_sends_nothing(summer: Summer) -> None:
    assert summer.kept == summer.kept_after
    per_day = Counter((message.to, message.when, message.kind) for message in summer.rehearsed)
    assert summer.rehearsed
    assert all(count <= (MOST_A_DAY if kind == "alert" else 1) for (_, _, kind), count in per_day.items())
    assert [message.when for message in summer.rehearsed] == sorted(
        message.when for message in summer.rehearsed
    )
    assert IN_ORDER not in {message.to for message in summer.rehearsed}
    told = {(message.to, message.school) for message in summer.rehearsed if message.kind == "alert"}
    assert (OWAIN, RHYD_Y_GWYLANOD) in told
    open_ = [
        OFFICE_HOURS.is_open(message.when) for message in summer.rehearsed if message.when.date() != LAST_DAY
    ]
    assert all(open_)


def test_every_place_says_the_same_numbers(summer: Summer) -> None:
    for moment, places in summer.numbers.items():
        assert len(set(places.values())) == 1, (moment, places)
    said = {next(iter(places.values())) for places in summer.numbers.values()}
    assert any("may mend" in words for words in said)
    assert any("not known" in words for words in said)


def test_what_learners_wait_for_adds_up_to_how_many_they_are(summer: Summer) -> None:
    assert len(summer.waits) > 5
    for missing, said in summer.waits:
        assert added_up(said) == missing, said


def test_what_digital_champions_are_sent_is_in_their_words(summer: Summer) -> None:
    for user, language in ((MAIR, "en"), (GWENNO, "cy")):
        assert summer.messages[user]
        faulty = [said for said in shown(summer.messages[user]) if NOT_HER_WORDS[language].search(said)]
        assert faulty == []


def test_the_desks_digest_says_the_numbers_of_its_day(summer: Summer) -> None:
    sent = {_day(message): str(message["blocks"]) for message in summer.of(OWAIN, "digest")}
    assert len(sent) >= 5
    both = [moment for moment in summer.numbers if moment.hour >= 8 and moment.date() in sent]
    assert both
    for moment in both:
        assert summer.numbers[moment]["digest"] in sent[moment.date()]


def test_a_digest_says_a_line_once(summer: Summer) -> None:
    for user in (MAIR, GWENNO, DAFYDD, SIAN, OWAIN, ELERI):
        lines = Counter(line for message in summer.of(user, "digest") for line in _own_lines(message))
        assert all(count == 1 for count in lines.values()), (user, lines)


def _own_lines(message: dict[str, Any]) -> Iterator[str]:
    """The lines of a digest under what is new for its reader, with the title above them."""
    for block in message["blocks"]:
        title, *lines = block.get("text", {}).get("text", "").split("\n")
        if "new for you to do" in title or "newydd i chi" in title:
            yield from (f"{title}: {line}" for line in lines)
