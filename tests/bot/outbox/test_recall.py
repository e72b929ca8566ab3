"""Whose role has ended reads no letter of it any more: none is sent, and what was told is taken back."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.outbox import letters, recall
from bot.outbox.kinds import ANY_SCHOOL, LetterContext, LetterKind, ReaderRight, Unconditional
from bot.outbox.letters import Letter
from bot.outbox.rights_watch import RightsWatch
from bot.outbox.sending import Sender
from bot.outbox.tables import OutboxRow
from bot.outbox.trouble import TROUBLE
from bot.people import permissions
from bot.people.permissions import Act, Grant, Role
from bot.people.user_groups import UserGroups
from bot.service.features import LETTER_KINDS
from bot.slack.blocks import Screen, section
from provisioning.clock import FixedClock
from tests.bot.app_fixtures import CARYS, ELIS, IDRIS, NIA, OFFICERS, PRYS, Room, words
from tests.bot.outbox.test_letter_kinds import Birthday
from tests.builders import GLAN, NANT, NOW


@pytest.fixture(autouse=True)
def bare_notifications() -> None:
    """Let the letters here, which are made up, name a learner: so it is seen when they are emptied."""


TAKEN = "You no longer have a role at this school; what stood here was taken back."
CY = "Nid oes gennych rôl yn yr ysgol hon bellach"


def _says(_context: LetterContext, birthday: Birthday) -> Screen:
    said = f"Seren of {birthday.school}"
    return Screen(said, [section(said)])


PERSONAL = LetterKind(
    name="personal",
    payload=Birthday,
    screen=_says,
    reader=ReaderRight(Act.DIAGNOSE, lambda _, birthday: birthday.school),
)
ANSWERED = LetterKind(
    name="answered",
    payload=Birthday,
    screen=_says,
    reader=Unconditional("they asked", ReaderRight(Act.DIAGNOSE, lambda _, birthday: birthday.school)),
)
OF_THE_BOT = replace(PERSONAL, name="of-the-bot", reader=ReaderRight(Act.GRANTS, lambda *_: ANY_SCHOOL))
OF_THE_BOT = replace(OF_THE_BOT, taken_back=False)
_OF_THE_BOT = {
    "trouble",
    "not-made",
    "waiting",
    "no-worker",
    "desk-week",
    "taken-back",
    "workspace-uninstalled",
}
KINDS = [TROUBLE, *recall.KINDS, PERSONAL, ANSWERED, OF_THE_BOT]


class Desk:
    """A sender in a room whose clocks a test moves."""

    def __init__(self, room: Room) -> None:
        self.room, self.moment = room, NOW
        self.watch = RightsWatch(room.services, KINDS)

    def put(self, to: str, *schools: str, kind: LetterKind[Birthday] = PERSONAL, **fields: bool) -> None:
        founded = date(1926, 1, 1)
        found = [
            Letter(f"{kind.name}:{to}:{number}", to, kind.write(Birthday(number, founded)), **fields)  # type: ignore[arg-type]
            for number in schools
        ]
        self.room.services.database.write(lambda session: letters.put(session, found, NOW))

    def deliver(self) -> None:
        sender = Sender(self.room.services, self.room.app.client, KINDS, clock=lambda: self.moment)
        while sender.deliver():
            pass

    def reads(self, user: str) -> list[str]:
        return [words(message["blocks"]) for message in self.room.server.person(user).messages()]

    def given_up(self, key: str) -> str | None:
        with self.room.services.database.reading() as session:
            row = letters.posted(session, key)
            assert row is not None
            return row.given_up_because

    def edits(self) -> int:
        return len(self.room.server.calls("chat.update"))

    def take(self, user: str) -> None:
        """Take all roles of a user away, as `/hwb grants` and `hwb grants remove` do."""

        def work(session: object) -> None:
            permissions.remove(session, user, None, None)  # type: ignore[arg-type]
            recall.put(session, user, NOW)  # type: ignore[arg-type]

        self.room.services.database.write(work)


@pytest.fixture
def desk(here: Room) -> Desk:
    return Desk(here)


@pytest.mark.parametrize("kind", LETTER_KINDS, ids=lambda kind: kind.name)
def test_every_kind_declares_who_may_read_it(kind: LetterKind[object]) -> None:
    """A kind that any reader may read says why; the list of them is short, and each was thought about."""
    if isinstance(kind.reader, Unconditional):
        assert kind.reader.why
        assert kind.name in {
            *("case-answer", "case-outcome", "event", "handing", "taken-back"),
            "workspace-uninstalled",
        }
    assert kind.taken_back or kind.name in _OF_THE_BOT


def test_what_was_told_is_emptied_when_the_role_is_taken_away(desk: Desk) -> None:
    desk.put(CARYS, GLAN.number)
    desk.put(PRYS, GLAN.number)
    desk.deliver()
    desk.take(CARYS)
    desk.deliver()
    assert desk.reads(CARYS) == [TAKEN]
    assert desk.reads(PRYS) == [f"Seren of {GLAN.number}"]


def test_it_is_said_in_the_readers_language(desk: Desk) -> None:
    wyn = "U0WYN"
    desk.put(wyn, GLAN.number)
    desk.deliver()
    desk.take(wyn)
    desk.deliver()
    (read,) = desk.reads(wyn)
    assert CY in read


def test_a_message_is_emptied_once_however_often_it_is_looked_at(desk: Desk) -> None:
    desk.put(CARYS, GLAN.number)
    desk.deliver()
    for _ in range(3):
        desk.take(CARYS)
        desk.watch.check()
        desk.deliver()
    assert desk.edits() == 1


def test_waiting_letters_of_a_role_that_ended_are_settled(desk: Desk) -> None:
    desk.put(CARYS, GLAN.number)
    desk.take(CARYS)
    desk.deliver()
    assert desk.reads(CARYS) == []
    assert desk.given_up(f"personal:{CARYS}:{GLAN.number}") == "settled"


def test_only_what_the_user_may_not_read_any_more_goes(desk: Desk) -> None:
    desk.room.grant(Grant(CARYS, Role.MIS_ADMINISTRATOR, NANT.number))
    desk.put(CARYS, GLAN.number, NANT.number)
    desk.deliver()
    with desk.room.services.database.writing() as session:
        permissions.remove(session, CARYS, None, GLAN.number)
        recall.put(session, CARYS, NOW)
    desk.deliver()
    assert desk.reads(CARYS) == [TAKEN, f"Seren of {NANT.number}"]


def test_a_letter_of_the_bots_own_trouble_stays(desk: Desk) -> None:
    desk.room.grant(Grant(NIA, Role.ADMINISTRATOR, "*"))
    desk.put(NIA, GLAN.number, kind=OF_THE_BOT)
    desk.deliver()
    desk.take(NIA)
    desk.deliver()
    assert desk.reads(NIA) == [f"Seren of {GLAN.number}"]


def test_a_role_that_ends_by_its_day_is_noticed(desk: Desk) -> None:
    desk.room.take_away(CARYS)
    desk.room.grant(Grant(CARYS, Role.DIGITAL_CHAMPION, GLAN.number, ends_on=NOW.date()))
    desk.put(CARYS, GLAN.number)
    desk.deliver()
    desk.watch.check()
    desk.deliver()
    assert desk.edits() == 0
    tomorrow = replace(desk.room.services.provisioning, clock=FixedClock(NOW + timedelta(days=1)))
    desk.watch._services = replace(desk.room.services, provisioning=tomorrow)
    desk.watch.check()
    desk.deliver()
    assert desk.reads(CARYS) == [TAKEN]


def test_a_role_that_ended_while_the_bot_was_down_is_noticed_after_its_start(desk: Desk) -> None:
    desk.put(CARYS, GLAN.number)
    desk.deliver()
    desk.room.take_away(CARYS)
    RightsWatch(desk.room.services, KINDS).check()
    desk.deliver()
    assert desk.reads(CARYS) == [TAKEN]


def test_a_member_who_leaves_a_user_group_is_noticed(desk: Desk) -> None:
    desk.room.grant(Grant(OFFICERS, Role.PROVISIONING_MANAGER, GLAN.number))
    groups, client = desk.room.live.workspace.groups, desk.room.app.client
    desk.room.answer(ELIS, "help")  # the members are asked for
    desk.put(ELIS, GLAN.number)
    desk.deliver()
    desk.watch.check()
    groups[OFFICERS] = replace(groups[OFFICERS], members=(NIA,))
    UserGroups(desk.room.services.database, lambda: NOW + timedelta(days=365)).refresh(client)
    desk.watch.check()
    desk.deliver()
    assert desk.reads(ELIS) == [TAKEN]


def test_when_a_groups_role_is_taken_its_members_are_meant(desk: Desk) -> None:
    desk.room.grant(Grant(OFFICERS, Role.PROVISIONING_MANAGER, GLAN.number))
    desk.room.answer(ELIS, "help")
    desk.put(ELIS, GLAN.number)
    desk.deliver()
    desk.take(OFFICERS)
    desk.deliver()
    assert desk.reads(ELIS) == [TAKEN]


@pytest.mark.parametrize("how", ["deactivated", "guests"])
def test_what_an_outsider_was_told_is_emptied_too(desk: Desk, how: str) -> None:
    desk.put(CARYS, GLAN.number)
    desk.deliver()
    getattr(desk.room.live.workspace, how).add(CARYS)
    desk.room.answer(CARYS, "missing")
    desk.deliver()
    (emptied,) = [text for text in desk.reads(CARYS) if "Seren" in text or TAKEN in text]
    assert emptied == TAKEN


def test_a_writer_without_a_role_is_answered_and_keeps_the_answer(desk: Desk) -> None:
    desk.put(IDRIS, GLAN.number, kind=ANSWERED)
    desk.deliver()
    desk.watch.check()
    desk.deliver()
    assert desk.reads(IDRIS) == [f"Seren of {GLAN.number}"]


def test_a_writer_without_a_role_who_is_nobody_here_any_more_does_not_keep_the_answer(desk: Desk) -> None:
    desk.put(IDRIS, GLAN.number, kind=ANSWERED)
    desk.deliver()
    desk.watch.check()
    desk.room.live.workspace.guests.add(IDRIS)
    desk.room.answer(IDRIS, "help")
    desk.watch.check()
    desk.deliver()
    assert TAKEN in desk.reads(IDRIS)
    assert f"Seren of {GLAN.number}" not in desk.reads(IDRIS)


def test_a_writer_whose_role_ends_does_not_keep_the_answer(desk: Desk) -> None:
    desk.put(CARYS, GLAN.number, kind=ANSWERED)
    desk.deliver()
    desk.take(CARYS)
    desk.deliver()
    assert desk.reads(CARYS) == [TAKEN]


def test_a_role_that_ends_while_its_letter_is_on_its_way(desk: Desk) -> None:
    """The letter is worded before the role ends, and posted after: it is taken back at once."""
    desk.put(CARYS, GLAN.number)
    sender = Sender(desk.room.services, desk.room.app.client, KINDS)
    noted = sender._sent

    def late(*args: object) -> None:
        desk.room.take_away(CARYS)
        noted(*args)  # type: ignore[arg-type]

    sender._sent = late  # type: ignore[method-assign, assignment]
    assert sender.deliver() >= 1
    desk.deliver()
    assert desk.reads(CARYS) == [TAKEN]


def test_a_letter_of_a_sender_that_was_killed_after_posting_it_is_taken_back_too(desk: Desk) -> None:
    """It counts as not sent; whether it stands in Slack, the next sender finds out."""
    desk.put(CARYS, GLAN.number)
    killed = Sender(desk.room.services, desk.room.app.client, KINDS, clock=lambda: desk.moment)
    killed._note = lambda *_: None  # type: ignore[method-assign]
    killed.deliver()
    desk.moment = NOW + timedelta(minutes=5)
    desk.room.take_away(CARYS)
    desk.watch.check()
    desk.deliver()
    assert desk.reads(CARYS) == [TAKEN]


def test_a_flood_is_bounded(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recall, "_MOST", 2)
    desk.room.grant(Grant(CARYS, Role.MIS_ADMINISTRATOR, NANT.number))
    desk.put(CARYS, GLAN.number, NANT.number)
    desk.deliver()
    desk.take(CARYS)
    with desk.room.services.database.reading() as session:
        assert session.query(OutboxRow).count() == 3
    desk.deliver()
    assert 1 <= desk.edits() <= 2
