"""A kind of letter is one declaration: with that alone it is kept, worded, sent and, if need be, withheld."""

from dataclasses import dataclass, replace
from datetime import date

import pytest

from bot.outbox import letters
from bot.outbox.kinds import ANY_SCHOOL, LetterContext, LetterKind, ReaderRight, Unconditional, by_name
from bot.outbox.letters import Letter
from bot.outbox.sending import Sender
from bot.outbox.trouble import TROUBLE
from bot.people.permissions import EVERYWHERE, Act, Grant, Role
from bot.service.features import LETTER_KINDS
from bot.slack.blocks import Screen, section
from bot.slack.uploads import Document
from tests.bot.app_fixtures import CARYS, DAI, ELIS, HELP, NIA, Room, words
from tests.builders import GLAN, NANT, NOW


@dataclass(frozen=True)
class Birthday:
    """A toy: a school and the day on which it was founded."""

    school: str
    founded: date


def congratulate(context: LetterContext, birthday: Birthday) -> Screen | None:
    """Only on the day itself; the years are reckoned when it is sent."""
    if (birthday.founded.month, birthday.founded.day) != (context.today.month, context.today.day):
        return None
    said = f"{birthday.school} is {context.today.year - birthday.founded.year}"
    return Screen(said, [section(f"{said} ({context.voice.language})")])


BIRTHDAY = LetterKind(
    name="birthday",
    payload=Birthday,
    screen=congratulate,
    reader=ReaderRight(Act.REVIEW, lambda _, birthday: birthday.school),
)
FOUNDED = date(1926, NOW.month, NOW.day)


def sent(room: Room, kind: LetterKind[Birthday], to: str, birthday: Birthday) -> str | None:
    """Put a letter in and empty the outbox; why it was given up, if it was."""
    letter = Letter(f"birthday:{to}:{birthday.school}", to, kind.write(birthday))
    room.services.database.write(lambda session: letters.put(session, [letter], NOW))
    assert Sender(room.services, room.app.client, [TROUBLE, kind]).deliver() == 1
    with room.services.database.reading() as session:
        row = letters.posted(session, letter.key)
        assert row is not None
        return row.given_up_because


def read_by(room: Room, user: str) -> list[str]:
    return [words(message["blocks"]) for message in room.server.person(user).messages()]


def test_a_kind_declared_in_one_value_is_worded_and_sent(here: Room) -> None:
    assert sent(here, BIRTHDAY, CARYS, Birthday(GLAN.number, FOUNDED)) is None
    assert read_by(here, CARYS) == [f"{GLAN.number} is 100 (en)"]


def test_where_it_has_nothing_to_say_the_letter_is_settled(here: Room) -> None:
    yesterday = FOUNDED.replace(day=FOUNDED.day - 1)
    assert sent(here, BIRTHDAY, CARYS, Birthday(GLAN.number, yesterday)) == "settled"
    assert read_by(here, CARYS) == []


def test_its_payload_comes_back_from_the_store_as_it_was(here: Room) -> None:
    birthday = Birthday(GLAN.number, FOUNDED)
    written = BIRTHDAY.write(birthday)
    assert written == {"kind": "birthday", "school": GLAN.number, "founded": FOUNDED.isoformat()}
    assert BIRTHDAY.read(Letter("k", CARYS, written)) == birthday


@pytest.mark.parametrize(
    ("school", "to", "given_up"),
    [
        (GLAN.number, CARYS, None),  # the Digital Champion of that school
        (NANT.number, CARYS, "settled"),  # of another school
        (EVERYWHERE, CARYS, "settled"),  # of one school, not of all
        (GLAN.number, HELP, None),  # a channel has no rights, and needs none
    ],
)
def test_what_becomes_of_it_where_its_reader_has_lost_the_right(
    here: Room, school: str, to: str, given_up: str | None
) -> None:
    assert sent(here, BIRTHDAY, to, Birthday(school, FOUNDED)) == given_up


@pytest.mark.parametrize(("to", "given_up"), [(CARYS, None), (DAI, "settled")])
def test_a_letter_about_several_schools_needs_the_right_at_each(
    here: Room, to: str, given_up: str | None
) -> None:
    here.grant(Grant(CARYS, Role.DIGITAL_CHAMPION, NANT.number))
    kind = replace(BIRTHDAY, reader=ReaderRight(Act.REVIEW, lambda *_: (GLAN.number, NANT.number)))
    assert sent(here, kind, to, Birthday(NANT.number, FOUNDED)) == given_up


def test_a_letter_may_be_for_a_user_whatever_their_grants(here: Room) -> None:
    kind = replace(BIRTHDAY, reader=Unconditional("they asked"))
    assert sent(here, kind, ELIS, Birthday(NANT.number, FOUNDED)) is None


@pytest.mark.parametrize(("to", "given_up"), [(CARYS, None), (NIA, "settled")])
def test_a_right_at_any_school_will_do_where_a_kind_names_none(
    here: Room, to: str, given_up: str | None
) -> None:
    kind = replace(BIRTHDAY, reader=ReaderRight(Act.REVIEW, lambda *_: ANY_SCHOOL))
    assert sent(here, kind, to, Birthday(NANT.number, FOUNDED)) == given_up


def test_where_its_subject_is_gone_there_is_nothing_to_read(here: Room) -> None:
    gone: ReaderRight[Birthday] = ReaderRight(Act.REVIEW, lambda _context, _birthday: None)
    assert sent(here, replace(BIRTHDAY, reader=gone), DAI, Birthday(NANT.number, FOUNDED)) == "settled"


def test_its_file_goes_into_the_thread_of_its_message(here: Room) -> None:
    def card(context: LetterContext, birthday: Birthday) -> Document:
        return Document("card.png", birthday.school, "A card", context.voice.language.encode())

    sent(here, replace(BIRTHDAY, document=card), CARYS, Birthday(GLAN.number, FOUNDED))
    (message, file) = here.server.person(CARYS).messages()
    assert file["thread_ts"] == message["ts"]
    assert file["files"][0]["title"] == GLAN.number


def test_every_kind_has_a_name_of_its_own_and_a_way_to_be_worded() -> None:
    assert len(by_name(LETTER_KINDS)) == len(LETTER_KINDS)
    assert [kind.name for kind in LETTER_KINDS if (kind.screen is None) == (kind.external is None)] == []
    with pytest.raises(ValueError, match="birthday"):
        by_name([BIRTHDAY, BIRTHDAY])
