"""Asking whoever runs a client: who is asked, what they can do, and what those who asked are told."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from bot.outbox.sending import Sender
from bot.people.permissions import Grant, Role
from bot.requests import screens, service, store
from bot.requests.actions import RequestAction
from bot.requests.request import Ended, Request
from bot.service.features import LETTER_KINDS
from provisioning.clock import FixedClock
from provisioning.records import RunStatus
from slack_workspace import payloads as slack
from tests.bot.app_fixtures import (
    ASK_MANAGER,
    CARYS,
    DAI,
    ELIS,
    HUW,
    IDRIS,
    NOW,
    PRIVATE,
    PRYS,
    SEREN,
    WYN,
    Json,
    Room,
    buttons,
    words,
)
from tests.builders import GLAN, NANT, learner

LATER = NOW + timedelta(hours=1)
MANAGER, SECOND = IDRIS, ELIS
AT_NANT = replace(SEREN, admission_date=date(2020, 9, 1), year_group="6", class_name="6A")
LEFT = replace(AT_NANT, leaving_date=date(2026, 8, 31))
WHY = f"why-missing {SEREN.upn}"


class Post:
    """A room, the bot's direct messages in it, and time going by."""

    def __init__(self, room: Room) -> None:
        self.room = room

    def at(self, now: datetime) -> "Post":
        self.room = self.room.at(FixedClock(now))
        return self

    def look(self) -> "Post":
        service.update_open(self.room.services)
        Sender(self.room.services, self.room.app.client, LETTER_KINDS).deliver()
        return self

    def messages(self, user: str, prefix: str = "outbox:request:") -> list[Json]:
        every: list[Json] = self.room.server.person(user).messages()
        return [one for one in every if str(one["blocks"][0].get("block_id", "")).startswith(prefix)]

    def letter(self, user: str) -> Json:
        (message,) = self.messages(user)
        return message

    def reads(self, user: str) -> str:
        return words(self.letter(user)["blocks"])

    def news(self, user: str) -> list[str]:
        return [words(one["blocks"][0]) for one in self.messages(user, "outbox:request-news:")]

    def asks(self, user: str, line: str = WHY) -> str:
        """Somebody asks, presses the button, and reads what came of it."""
        self.room.answer(user, line)
        answer = self.room.press(user, RequestAction.ASK)
        assert answer is not None
        return words(answer)

    def press(self, user: str, action: str, whose: str | None = None, **chosen: Any) -> str:
        """Somebody uses a button of a letter; what they alone are told then."""
        letter = self.letter(whose or user)
        dm = self.room.server.person(whose or user).dm
        visit = replace(self.room.server.person(whose or user), person=user)
        assert visit.press(action, dm, letter["ts"], **chosen).error is None
        self.room.later.settle()
        told = [one for one in self.room.server.person(user).messages(dm) if one["ephemeral"]]
        return words(told[-1]) if told else ""

    def passes_on(self, user: str, to: str | None = None) -> Any:
        self.press(user, RequestAction.NOT_MINE)
        values = {screens.TO: {screens.TO: {"type": "users_select", "selected_user": to}}}
        outcome = self.room.server.person(user).submit(values)
        self.room.later.settle()
        return outcome

    def request(self) -> Request:
        with self.room.services.database.reading() as session:
            found = store.find(session, 1)
        assert found is not None
        return found


@pytest.fixture
def post(glan: Room) -> Post:
    """Glan has two provisioning managers; its client has never run."""
    glan.grant(*(Grant(one, Role.PROVISIONING_MANAGER, GLAN.number) for one in (MANAGER, SECOND)))
    return Post(glan)


@pytest.fixture
def waiting(here: Room) -> Post:
    """Seren has left Nant, whose client has not run since; Nant has a provisioning manager."""
    here.provisioning.extracts(NANT, AT_NANT, at=NOW - timedelta(days=40))
    here.provisioning.runs(NANT, at=NOW - timedelta(days=40))
    here.provisioning.extracts(NANT, LEFT)
    here.provisioning.extracts(GLAN, SEREN)
    here.provisioning.runs(GLAN)
    here.grant(Grant(MANAGER, Role.PROVISIONING_MANAGER, NANT.number))
    return Post(here)


def test_the_managers_are_asked_in_words_and_counts(post: Post) -> None:
    said = post.asks(CARYS)
    assert "I have asked whoever manages the Provisioning Client of Glan High." in said
    assert said.endswith(f"You will be told what comes of it. <@{MANAGER}>, <@{SECOND}>")
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
    assert "Rwyf wedi gofyn i bwy bynnag sy'n rheoli Cleient Darparu Ysgol Glan." in said


def test_a_welsh_letter_has_no_english_word(post: Post) -> None:
    post.room.take_away(MANAGER)
    post.room.grant(Grant(WYN, Role.PROVISIONING_MANAGER, GLAN.number))
    post.asks(CARYS)
    read = post.reads(WYN)
    assert "Ysgol Glan: gofynnir am y Cleient Darparu" in read
    assert "1 o bobl" in read
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
        f"this was asked for already, on 7 Sept 09:00. You will be told what comes of it as well. <@{CARYS}>"
        in post.asks(HUW)
    )
    assert f"<@{HUW}> · Glan High · 1 person" in post.reads(MANAGER)
    assert len(post.messages(MANAGER)) == 1


def old_press(post: Post, user: str, action: str) -> str:
    """Somebody presses a button of a letter as they saw it before it changed; what they alone are told."""
    workspace, dm = post.room.live.workspace, post.room.server.person(user).dm
    kept = workspace.conversation(dm).messages[post.letter(user)["ts"]]
    payload = slack.on_message(workspace, "block_actions", user, kept)
    pressed = {"type": "button", "action_id": action, "block_id": "b", "value": str(post.request().id)}
    payload |= {"actions": [pressed], "trigger_id": workspace.new_trigger(user)}
    payload |= {"response_url": post.room.live.responses.url(user, dm, kept.ts)}
    post.room.deliver("interactive", payload)
    return words([one for one in post.room.server.person(user).messages(dm) if one["ephemeral"]][-1])


@pytest.mark.parametrize("action", [RequestAction.RUN, RequestAction.DONE, RequestAction.NOT_MINE])
def test_who_presses_after_another_is_told_so(action: str, post: Post) -> None:
    post.asks(CARYS)
    post.press(MANAGER, RequestAction.RUN)
    assert "settled already" in old_press(post, SECOND, action)
    assert len(post.room.provisioning.statuses()) == 1


def test_while_one_runs_it_nobody_else_does(post: Post) -> None:
    post.asks(CARYS)
    services = post.room.services
    service.take(services, 1, MANAGER, NOW)
    Sender(services, post.room.app.client, LETTER_KINDS).deliver()
    assert f"The client is running, since 7 Sept 09:00, started by <@{MANAGER}>" in post.reads(SECOND)
    assert "Somebody else is running it" in old_press(post, SECOND, RequestAction.RUN)
    assert post.room.provisioning.statuses() == []


def test_a_run_that_fails_leaves_it_open_and_the_askers_know(post: Post) -> None:
    post.asks(CARYS)
    (post.room.provisioning.folder / GLAN.number / "staff.csv").unlink()
    post.press(MANAGER, RequestAction.RUN)
    assert f"Run on 7 Sept 09:00, and: failed. <@{MANAGER}>" in post.reads(SECOND)
    assert "Run now" in buttons(post.letter(SECOND))
    assert "as you had asked, and: failed. It is not settled yet." in post.news(CARYS)[0]


def test_a_school_that_runs_already_can_not_be_run(post: Post) -> None:
    post.asks(CARYS)
    with post.room.a_run_under_way(GLAN):
        assert "under way" in post.press(MANAGER, RequestAction.RUN) or post.request().tried == "refused"
    assert post.request().open
    assert "it could not be started" in post.reads(MANAGER)


@pytest.mark.parametrize("has_run", [False, True])
def test_done_says_honestly_whether_a_run_has_been_seen(has_run: bool, post: Post) -> None:
    post.asks(CARYS)
    if has_run:
        post.room.provisioning.runs(GLAN, at=LATER)
    post.at(LATER + timedelta(minutes=1)).press(MANAGER, RequestAction.DONE)
    seen = "and the client has run, on 7 Sept 10:00" if has_run else "no successful run has been seen"
    assert seen in post.news(CARYS)[0]
    assert post.request().ended is Ended.DONE
    assert ("the client has run" in post.reads(SECOND)) is has_run


def test_not_mine_stays_with_the_others_then_climbs_then_says_whom_to_phone(post: Post) -> None:
    post.asks(CARYS)
    post.passes_on(MANAGER)
    assert buttons(post.letter(MANAGER)) == []
    assert f"Not theirs: <@{MANAGER}>" in post.reads(SECOND)
    assert post.messages(PRYS) == []
    assert post.news(CARYS) == []
    post.passes_on(SECOND)
    # Glan's client is a third party's: nobody comes after its managers.
    assert post.request().ended is Ended.NOBODY
    assert "contact whoever manages its Provisioning Client yourself: 01633 000000" in post.news(CARYS)[0]


def test_not_mine_goes_to_a_chosen_person_who_may_run_it(post: Post) -> None:
    post.asks(CARYS)
    outcome = post.passes_on(MANAGER, DAI)
    assert outcome.errors == {
        screens.TO: "This person has no role by which to run the client of this school."
    }
    assert post.messages(DAI) == []
    post.room.server.person(MANAGER).close()
    post.passes_on(MANAGER, PRYS)
    assert len(post.messages(PRYS)) == 1
    assert f"has been passed on to <@{PRYS}>" in post.news(CARYS)[0]
    post.press(PRYS, RequestAction.RUN)
    assert f"<@{PRYS}>" in post.news(CARYS)[1]


def test_where_the_authority_manages_clients_it_is_asked_and_where_the_school_does_its_champion(
    here: Room,
) -> None:
    post = Post(here)
    here.provisioning.extracts(NANT, AT_NANT)
    here.grant(Grant(HUW, Role.MIS_ADMINISTRATOR, NANT.number))
    said = post.asks(HUW, f"{WHY} {NANT.number}")
    assert f"<@{DAI}>" in said
    assert len(post.messages(DAI)) == 1
    post.passes_on(DAI)
    assert len(post.messages(PRYS)) == 1


def test_nobody_to_write_to_the_contact_is_told_and_nothing_sent(glan: Room) -> None:
    post = Post(glan)
    said = post.asks(CARYS)
    assert "nobody that I can write to manages its Provisioning Client" in said
    assert "01633 000000" in said
    with glan.services.database.reading() as session:
        assert store.every_open(session) == []


def test_who_runs_it_alone_is_told_so(here: Room) -> None:
    here.provisioning.extracts(NANT, AT_NANT)
    assert ASK_MANAGER not in buttons(here.answer(DAI, WHY))
    assert ASK_MANAGER not in buttons(here.answer(DAI, "missing"))
    here.grant(Grant(MANAGER, Role.PROVISIONING_MANAGER, NANT.number))
    assert ASK_MANAGER in buttons(here.answer(DAI, WHY))
    here.take_away(MANAGER)
    answer = here.press(DAI, RequestAction.ASK)
    assert answer is not None
    assert "nobody but you looks after" in words(answer)


def test_managers_whom_no_message_reaches_are_passed_over(post: Post) -> None:
    post.room.live.workspace.deactivated.add(SECOND)
    post.asks(CARYS)
    post.look()
    assert post.request().to == (MANAGER,)
    post.room.live.workspace.deactivated.add(MANAGER)
    post.at(NOW + timedelta(days=8)).look()
    post.asks(CARYS)
    with post.room.services.database.reading() as session:
        assert [one.to for one in store.every_open(session)] == [(MANAGER, SECOND)]
    post.look()
    with post.room.services.database.reading() as session:
        assert store.every_open(session) == []
    assert "nobody is left whom I could ask" in post.news(CARYS)[-1]


def test_a_scheduled_run_settles_it(post: Post) -> None:
    post.asks(CARYS)
    post.room.provisioning.runs(GLAN, at=LATER)
    post.at(LATER).look()
    assert "has run, on 7 Sept 10:00, as you had asked." in post.news(CARYS)[0]
    assert "The client has run successfully, on 7 Sept 10:00." in post.reads(MANAGER)
    assert buttons(post.letter(MANAGER)) == []


def test_after_a_week_it_ends_and_can_be_asked_again(post: Post) -> None:
    post.asks(CARYS)
    post.at(NOW + timedelta(days=6, hours=23)).look()
    assert post.request().open
    post.at(NOW + timedelta(days=7)).look()
    assert "a week has gone by since you asked" in post.news(CARYS)[0]
    assert "asked for no longer" in post.reads(MANAGER)
    assert "I have asked" in post.asks(CARYS)
    assert len(post.messages(MANAGER)) == 2


def test_of_another_schools_client_an_asker_learns_the_outcome_and_nothing_else(waiting: Post) -> None:
    said = waiting.asks(CARYS)
    assert "I have asked whoever manages the Provisioning Client of Nant Primary." in said
    assert MANAGER not in said
    read = waiting.reads(MANAGER)
    assert f"<@{CARYS}> · Glan High · 1 person" in read
    assert "Nant Primary has entered the leaving date" in read
    assert SEREN.upn not in str(waiting.letter(MANAGER))
    waiting.press(MANAGER, "aside:details")
    assert "Nant Primary" in words(waiting.room.modal(MANAGER))
    waiting.press(MANAGER, RequestAction.RUN)
    (told,) = waiting.news(CARYS)
    assert told.startswith("Nant Primary: it has run.")
    assert MANAGER not in told


def test_an_outsider_is_told_not_yet_and_whom_to_contact(waiting: Post) -> None:
    waiting.asks(CARYS)
    waiting.press(MANAGER, RequestAction.DONE)
    assert waiting.news(CARYS)[0].startswith(
        "Nant Primary: it has not run yet. Whom to contact: it@nant.example"
    )


@pytest.mark.parametrize("action", [RequestAction.RUN, RequestAction.DONE, RequestAction.NOT_MINE])
def test_whoever_may_not_run_that_school_is_refused(action: str, post: Post) -> None:
    post.asks(CARYS)
    post.room.take_away(MANAGER)
    assert "who have a role at a school" in post.press(MANAGER, action)
    post.room.grant(Grant(MANAGER, Role.MIS_ADMINISTRATOR, GLAN.number))
    assert "a provisioning manager, " in post.press(MANAGER, action)
    assert post.request().open
    assert post.room.provisioning.statuses() == []


def test_a_forged_question_opens_no_door(post: Post) -> None:
    message = post.room.answer(CARYS, WHY)
    forged = post.room.pressed(CARYS, message, RequestAction.ASK)
    forged["user"]["id"] = DAI
    post.room.deliver("interactive", forged)
    with post.room.services.database.reading() as session:
        assert store.every_open(session) == []


def test_an_asker_without_the_role_any_more_is_told_nothing(post: Post) -> None:
    post.asks(CARYS)
    post.room.take_away(CARYS)
    post.press(MANAGER, RequestAction.RUN)
    assert post.news(CARYS) == []


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
    assert "held back for a decision" in post.reads(MANAGER)
    assert buttons(post.letter(MANAGER)) == ["Done", "Not mine", "Open"]
    post.press(MANAGER, "aside:details")
    assert "Approve" in buttons(post.room.modal(MANAGER))
