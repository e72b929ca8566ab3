"""The previous school is asked for a leaving date: who is told what, and what comes of the answers."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.people.permissions import Grant, Role
from bot.requests.actions import RequestAction
from bot.requests.request import Ended
from tests.bot.app_fixtures import CARYS, DAI, HUW, IDRIS, NOW, SEREN, WYN, Room, buttons, words
from tests.bot.requests.request_post import AT_NANT, WHY, Post
from tests.builders import GLAN, NANT, learner

KEEPER, CHAMPION = IDRIS, DAI
"""The MIS administrator and the Digital Champion of the previous school, Nant."""
ASK, JOIN = "Ask the previous school", "Tell me too what comes of it"
LEFT = date(2026, 8, 31)
OTHER = learner(50, admission_date=date(2020, 9, 1), year_group="6", class_name="6A")
OTHER_HERE = replace(OTHER, admission_date=SEREN.admission_date, year_group="7", class_name="7A")


@pytest.fixture
def asking(here: Room) -> Post:
    """Seren and another learner are on roll at Glan; Nant, where their accounts are, has no leaving date."""
    here.provisioning.extracts(NANT, AT_NANT, OTHER, at=NOW - timedelta(days=40))
    here.provisioning.runs(NANT, at=NOW - timedelta(days=40))
    here.provisioning.extracts(GLAN, SEREN, OTHER_HERE)
    here.provisioning.runs(GLAN)
    here.grant(Grant(KEEPER, Role.MIS_ADMINISTRATOR, NANT.number))
    return Post(here)


def leaves(post: Post, *people: object, at: object = NOW) -> None:
    """Nant exports again: these have left, on 31 August."""
    both = [replace(person, leaving_date=LEFT) if person in people else person for person in (AT_NANT, OTHER)]
    post.room.provisioning.extracts(NANT, *both, at=at)


def letters(post: Post, user: str) -> list[str]:
    return [words(message["blocks"]) for message in post.messages(user)]


def news(post: Post, user: str) -> list[str]:
    return post.news(user)


def test_the_school_is_asked_by_school_and_role_and_no_user_is_named(asking: Post) -> None:
    said = asking.asks(CARYS)
    assert said == "I have asked Nant Primary to enter the leaving date. I will tell you what comes of it."
    for reader in (KEEPER, CHAMPION):
        (read,) = letters(asking, reader)
        assert "Nant Primary: a leaving date is asked for, for 1 learner" in read
        assert f"`{SEREN.upn}` · on roll at Glan High" in read
        assert "Asked by Glan High (Digital Champion) on 7 Sept 09:00" in read
        assert CARYS not in str(asking.letter(reader))
        assert buttons(asking.letter(reader)) == [
            "The leaving date is entered",
            "The learner has not left us",
        ]
        assert SEREN.surname not in str(asking.letter(reader))
        assert SEREN.upn not in asking.letter(reader)["text"]


def test_where_nobody_of_that_school_is_in_slack_its_contact_is_shown(asking: Post) -> None:
    asking.room.take_away(KEEPER)
    asking.room.take_away(CHAMPION)
    answer = asking.room.answer(CARYS, WHY)
    assert ASK not in buttons(answer)
    said = words(answer)
    assert "neither the Digital Champion nor the MIS administrator of Nant Primary" in said
    assert "Contact the previous school's office." in said.replace("’", "'")
    assert "it@nant.example" in said


def test_a_second_press_within_a_day_says_when_and_for_which_school(asking: Post) -> None:
    asking.asks(CARYS)
    assert "You asked Nant Primary for this on 7 Sept 09:00, for Glan High." in asking.asks(CARYS)
    assert "already, on 7 Sept 09:00, by Glan High." in asking.asks(HUW)
    assert len(letters(asking, KEEPER)) == 1


@pytest.mark.parametrize("line", [WHY, "missing", f"missing previous-school-no-leaving-date {GLAN.number}"])
def test_once_asked_the_answers_say_who_asked_and_when(asking: Post, line: str) -> None:
    asking.asks(CARYS, "missing")
    own, colleagues = asking.room.answer(CARYS, line), asking.room.answer(HUW, line)
    assert "You asked Nant Primary for the leaving date on 7 Sept 09:00" in words(own)
    assert "No answer yet." in words(own)
    assert f"Asked by <@{CARYS}>" in words(colleagues)
    assert not {ASK, JOIN} & {*buttons(own)}
    assert JOIN in buttons(colleagues)
    assert ASK not in buttons(colleagues)


def test_the_table_of_several_says_so_too(asking: Post) -> None:
    asking.asks(CARYS)
    said = words(asking.room.answer(HUW, f"why-missing {SEREN.upn} {OTHER.upn}"))
    assert (
        f"`{SEREN.upn}` · Nant Primary was asked for the leaving date on 7 Sept 09:00. No answer yet." in said
    )
    assert f"`{OTHER.upn}` · " not in said


def test_a_colleague_presses_to_be_told_too(asking: Post) -> None:
    asking.asks(CARYS)
    assert JOIN in buttons(asking.room.answer(HUW, WHY))
    answer = asking.room.press(HUW, RequestAction.ASK)
    assert answer is not None
    assert "I will tell you too what comes of it." in words(answer)
    asking.press(KEEPER, RequestAction.NOT_LEFT)
    assert len(news(asking, HUW)) == 1


def test_after_has_not_left_the_answer_says_so_and_offers_no_press_for_a_week(
    asking: Post,
) -> None:
    asking.asks(CARYS)
    asking.press(KEEPER, RequestAction.NOT_LEFT)
    for user in (CARYS, HUW):
        answer = asking.room.answer(user, WHY)
        assert "Nant Primary answered on 7 Sept 09:00: the learner has not left." in words(answer)
        assert "You can ask again from 14 Sept 09:00." in words(answer)
        assert not {ASK, JOIN} & {*buttons(answer)}
    # A button of an older message sends nothing either.
    answer = asking.room.press(CARYS, RequestAction.ASK)
    assert answer is not None
    assert "the learner has not left" in words(answer)
    assert len(letters(asking, KEEPER)) == 1
    asking.at(NOW + timedelta(days=7))
    assert ASK in buttons(asking.room.answer(CARYS, WHY))


def test_a_leaving_date_entered_after_has_not_left_waits_for_no_week(asking: Post) -> None:
    """The learner's account waits for a run then, which can be asked for at once."""
    asking.asks(CARYS)
    asking.press(KEEPER, RequestAction.NOT_LEFT)
    leaves(asking, AT_NANT, at=NOW + timedelta(hours=1))
    answer = asking.at(NOW + timedelta(hours=2)).room.answer(CARYS, WHY)
    assert "has not left" not in words(answer)
    assert "ask again" not in words(answer)
    assert "Run the Provisioning Client for Nant Primary" in words(answer)


def test_a_record_that_has_changed_since_has_not_left_can_be_asked_about_at_once(asking: Post) -> None:
    """The school gives a leaving date that is still to come: the account is not released by it."""
    asking.asks(CARYS)
    asking.press(KEEPER, RequestAction.NOT_LEFT)
    to_come = replace(AT_NANT, leaving_date=date(2026, 9, 30))
    asking.room.provisioning.extracts(NANT, to_come, OTHER, at=NOW + timedelta(hours=1))
    asking.at(NOW + timedelta(hours=2))
    answer = asking.room.answer(CARYS, WHY)
    assert "Nant Primary answered on 7 Sept 09:00: the learner has not left." in words(answer)
    assert "Its record of this learner has changed since." in words(answer)
    assert "Ask the previous school again" in buttons(answer)
    assert "I have asked Nant Primary" in asking.asks(CARYS)
    assert "has changed since" not in words(asking.room.answer(CARYS, WHY))
    _before, after = letters(asking, KEEPER)
    assert f"`{SEREN.upn}` · on roll at Glan High" in after


def test_a_newer_export_without_a_change_of_the_record_leaves_the_week(asking: Post) -> None:
    asking.asks(CARYS)
    asking.press(KEEPER, RequestAction.NOT_LEFT)
    moved_up = replace(AT_NANT, year_group="7")
    asking.room.provisioning.extracts(NANT, moved_up, OTHER, at=NOW + timedelta(hours=1))
    answer = asking.at(NOW + timedelta(hours=2)).room.answer(CARYS, WHY)
    assert "You can ask again from 14 Sept 09:00." in words(answer)
    assert not {ASK, "Ask the previous school again"} & {*buttons(answer)}


def test_after_three_days_it_is_asked_again_in_a_newer_message(asking: Post) -> None:
    asking.asks(CARYS)
    asking.at(NOW + timedelta(days=3))
    assert "Ask the previous school again" in buttons(asking.room.answer(HUW, WHY))
    asking.asks(HUW)
    before, after = letters(asking, KEEPER)
    assert "The newer message has the buttons." in before
    assert "Asked by Glan High" in after
    assert news(asking, CARYS) == []


def test_entered_but_not_exported_it_says_the_truth_to_both(asking: Post) -> None:
    asking.asks(CARYS)
    said = asking.press(KEEPER, RequestAction.PUT_RIGHT)
    assert "does not show a leaving date that has been reached yet" in said
    assert SEREN.upn in said
    (told,) = news(asking, CARYS)
    assert "says that it has entered the leaving date" in told
    assert "I can't see it yet" in told
    assert "The leaving date is entered" in buttons(asking.letter(CHAMPION))


def test_entered_and_exported_run_and_the_account_is_there(asking: Post) -> None:
    asking.asks(CARYS)
    leaves(asking, AT_NANT)
    said = asking.press(KEEPER, RequestAction.PUT_RIGHT)
    assert "I looked at once, and the leaving date is there." in said
    assert "has entered the leaving date you asked for: I have seen it." in news(asking, CARYS)[0]
    # The Digital Champion may run the client; the MIS administrator may not.
    assert buttons(asking.letter(KEEPER)) == ["Open"]
    assert buttons(asking.letter(CHAMPION)) == ["Run now"]
    asking.press(CHAMPION, RequestAction.RUN)
    assert asking.request().ended is Ended.RAN
    assert "nothing more is to be done here" in asking.reads(KEEPER)
    assert "Nant Primary has released the account you asked about." in news(asking, CARYS)[1]
    assert "Next the Provisioning Client of your school has to run." in news(asking, CARYS)[1]


def test_runs_by_schedule_settle_it_and_the_account_is_told_to_be_there(asking: Post) -> None:
    asking.asks(CARYS)
    leaves(asking, AT_NANT)
    asking.room.provisioning.runs(NANT, at=NOW + timedelta(hours=1))
    asking.room.provisioning.runs(GLAN, at=NOW + timedelta(hours=1))
    asking.at(NOW + timedelta(hours=1)).look()
    (told,) = news(asking, CARYS)
    assert "The account is at your school now." in told
    assert SEREN.upn in told


def test_a_run_that_releases_nothing_ends_nothing(asking: Post) -> None:
    asking.asks(CARYS)
    asking.room.provisioning.runs(NANT, at=NOW + timedelta(hours=1))
    asking.at(NOW + timedelta(hours=1)).look()
    assert asking.request().open
    assert news(asking, CARYS) == []


def test_who_has_not_left_comes_back_to_who_asked(asking: Post) -> None:
    asking.asks(CARYS)
    said = asking.press(KEEPER, RequestAction.NOT_LEFT)
    assert f"{SEREN.upn} has not left Nant Primary" in said
    (told,) = news(asking, CARYS)
    assert "says that a learner you asked about has not left" in told
    assert SEREN.upn in told
    assert asking.request().ended is Ended.NOT_LEFT
    assert buttons(asking.letter(CHAMPION)) == []


def test_a_group_is_one_letter_and_each_learner_is_answered(asking: Post) -> None:
    asking.asks(CARYS, "missing")
    (read,) = letters(asking, KEEPER)
    assert "for 2 learners" in read
    assert SEREN.upn in read
    assert OTHER.upn in read
    chosen = f"{asking.request().id} {OTHER.upn}"
    asking.press(KEEPER, RequestAction.NOT_LEFT, selected_option={"value": chosen})
    assert f"`{OTHER.upn}` · has not left Nant Primary" in asking.reads(CHAMPION)
    (told,) = news(asking, CARYS)
    assert OTHER.upn in told
    assert SEREN.upn not in told
    assert asking.request().open
    leaves(asking, AT_NANT)
    assert "the leaving date is there" in asking.press(KEEPER, RequestAction.PUT_RIGHT)


def test_another_learner_is_asked_for_in_a_newer_message(asking: Post) -> None:
    asking.asks(CARYS)
    assert "I have asked Nant Primary" in asking.asks(HUW, f"why-missing {OTHER.upn}")
    newer = letters(asking, KEEPER)[1]
    assert SEREN.upn in newer
    assert OTHER.upn in newer


def test_what_waits_is_among_ones_own(asking: Post) -> None:
    asking.asks(CARYS)
    assert "You asked the previous school for a leaving date" in words(asking.room.answer(CARYS, "mine"))
    assert "You are asked for a leaving date, for 1 learner" in words(asking.room.answer(KEEPER, "mine"))
    asking.room.press(KEEPER, RequestAction.SHOW)
    assert f"`{SEREN.upn}` · on roll at Glan High" in words(asking.room.modal(KEEPER))


def test_who_keeps_the_records_there_is_offered_no_press(asking: Post) -> None:
    asking.room.grant(Grant(CARYS, Role.MIS_ADMINISTRATOR, NANT.number))
    assert "Ask the previous school" not in buttons(asking.room.answer(CARYS, WHY))


def test_asked_in_welsh(asking: Post) -> None:
    line = f"pam-ar-goll {SEREN.upn}"
    assert "Gofyn i'r ysgol flaenorol" in buttons(asking.room.answer(WYN, line))
    assert "Rwyf wedi gofyn i Ysgol Nant nodi'r dyddiad gadael." in asking.asks(WYN, line)
    asking.press(KEEPER, RequestAction.NOT_LEFT)
    (told,) = news(asking, WYN)
    assert "yn dweud nad yw dysgwr y gofynnoch amdano wedi gadael" in told
