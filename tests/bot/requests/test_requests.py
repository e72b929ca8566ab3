"""A run is asked for: what the managers and the person who asks are shown."""

from datetime import date

from bot.people.permissions import Grant, Role
from bot.requests.actions import RequestAction
from provisioning.records.runs import RunStatus
from tests.bot.app_fixtures import (
    CARYS,
    HUW,
    PRIVATE,
    PRYS,
    SEREN,
    WYN,
    buttons,
    words,
)
from tests.bot.requests.request_post import LATER, MANAGER, SECOND, WHY, Post
from tests.builders import GLAN, learner


def test_the_managers_are_asked_in_words_and_counts(post: Post) -> None:
    said = post.asks(CARYS)
    assert "I have asked the provisioning manager of Glan High." in said
    assert said.endswith(f"I will tell you what comes of it. <@{MANAGER}>, <@{SECOND}>")
    for manager in (MANAGER, SECOND):
        read = post.reads(manager)
        assert "Glan High: the Provisioning Client is asked for" in read
        assert "has never run successfully for Glan High" in read
        assert f"<@{CARYS}> · Glan High · 1 person" in read
        assert not any(private in str(post.letter(manager)) for private in PRIVATE)
        assert buttons(post.letter(manager)) == ["Run now", "Done", "Not mine", "Open"]
    assert post.messages(PRYS) == []


def test_asked_in_welsh(post: Post) -> None:
    assert "Gofyn i'r rheolwr darparu" in buttons(post.room.answer(WYN, f"pam-ar-goll {SEREN.upn}"))
    said = post.asks(WYN, f"pam-ar-goll {SEREN.upn}")
    assert "Rwyf wedi gofyn i reolwr darparu Ysgol Glan." in said


def test_a_welsh_letter_has_no_english_word(post: Post) -> None:
    post.room.take_away(MANAGER)
    post.room.grant(Grant(WYN, Role.PROVISIONING_MANAGER, GLAN.number))
    post.asks(CARYS)
    read = post.reads(WYN)
    assert "Ysgol Glan: gofynnir am y Cleient Darparu" in read
    assert "1 person" in read
    assert buttons(post.letter(WYN)) == ["Rhedeg nawr", "Wedi'i wneud", "Nid fi", "Agor"]


def test_a_group_is_asked_for_with_its_count(post: Post) -> None:
    post.asks(CARYS, "missing")
    assert "Glan High · 2 people" in post.reads(MANAGER)


def test_run_now_runs_and_everybody_sees_and_is_told(post: Post) -> None:
    post.asks(CARYS)
    post.asks(HUW)
    post.press(MANAGER, RequestAction.RUN)
    assert post.room.provisioning.statuses() == [(GLAN.number, "succeeded")]
    for manager in (MANAGER, SECOND):
        assert "Glan High: the Provisioning Client was asked for" in post.reads(manager)
        assert "has never run" not in post.reads(manager)
        assert f"The client has run successfully, on 7 Sept 09:00.* <@{MANAGER}>" in post.reads(manager)
        assert buttons(post.letter(manager)) == []
    for context in (CARYS, HUW):
        (told,) = post.news(context)
        assert f"has run, on 7 Sept 09:00, as you had asked. <@{MANAGER}>" in told
    post.look()
    assert len(post.news(CARYS)) == 1


def test_the_news_opens_who_is_missing_in_a_window(post: Post) -> None:
    post.asks(CARYS)
    post.press(MANAGER, RequestAction.RUN)
    visit = post.room.server.person(CARYS)
    (message,) = post.messages(CARYS, "outbox:request-news:")
    assert visit.press("aside:missing", visit.dm, message["ts"]).error is None
    post.room.later.settle()
    assert "has an account there" in words(post.room.modal(CARYS))
    assert post.news(CARYS)


def test_open_shows_the_group_to_a_manager_in_a_window(post: Post) -> None:
    post.asks(CARYS)
    post.press(MANAGER, "aside:details")
    assert SEREN.upn in words(post.room.modal(MANAGER))
    post.room.take_away(MANAGER)
    post.press(MANAGER, "aside:details")
    assert SEREN.upn not in words(post.room.modal(MANAGER))


def test_pressed_twice_it_says_so(post: Post) -> None:
    post.asks(CARYS)
    assert "you asked for this on 7 Sept 09:00" in post.asks(CARYS)
    assert len(post.messages(MANAGER)) == 1
    assert len(post.request().asks) == 1


def test_who_asks_for_the_same_joins_and_is_told_who_asked_first(post: Post) -> None:
    post.asks(CARYS)
    assert (
        f"this was asked for already, on 7 Sept 09:00. I will tell you what comes of it as well. <@{CARYS}>"
        in post.asks(HUW)
    )
    assert f"<@{HUW}> · Glan High · 1 person" in post.reads(MANAGER)
    assert len(post.messages(MANAGER)) == 1


def test_what_has_been_mended_meanwhile_is_not_asked_for(post: Post) -> None:
    post.room.answer(CARYS, WHY)
    post.room.provisioning.runs(GLAN)
    answer = post.room.press(CARYS, RequestAction.ASK)
    assert answer is not None
    assert "nothing to ask" in words(answer)
    assert post.messages(MANAGER) == []


def test_where_a_decision_is_wanted_no_run_is_offered(post: Post) -> None:
    provisioning = post.room.provisioning
    people = [learner(number, admission_date=date(2020, 9, 1)) for number in range(40, 70)]
    provisioning.extracts(GLAN, *people)
    provisioning.runs(GLAN)
    provisioning.extracts(GLAN, *people[:10], SEREN)
    assert provisioning.runs(GLAN, at=LATER).status is RunStatus.HELD
    post.at(LATER).asks(CARYS)
    assert "I have held back changes" in post.reads(MANAGER)
    assert buttons(post.letter(MANAGER)) == ["Done", "Not mine", "Open"]
    post.press(MANAGER, "aside:details")
    assert "Approve" in buttons(post.room.modal(MANAGER))
