"""`/hwb still-active` and `/hwb reconsider`: whose account lives on, and how a refusal is taken back."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.people.permissions import Role
from bot.people.reader import Reader
from bot.slack.voice import Voice
from bot.still_active.screens import overview
from diagnostics.lingering import Lingering
from diagnostics.still_active import LingeringGroup, StillActive
from diagnostics.verdict import Next
from knowledge.loading import Knowledge
from knowledge.texts import Bilingual, Text
from provisioning.clock import FixedClock
from provisioning.runs.undo import undo
from tests.bot.app_fixtures import CARYS, NOW, PRIVATE, PRYS, WYN, Room, buttons, words
from tests.builders import GLAN, account_of, learner

LATER = NOW + timedelta(hours=1)
STAY = [learner(number, admission_date=date(2020, 9, 1)) for number in range(30, 34)]
HUW, MALI = (learner(number, admission_date=date(2020, 9, 1)) for number in (40, 41))
LEFT = replace(HUW, leaving_date=date(2026, 9, 4))


@pytest.fixture
def undone(glan: Room) -> Room:
    """Huw's release was undone at Glan, and Mali has no row any more."""
    provisioning = glan.provisioning
    provisioning.extracts(GLAN, *STAY, HUW, MALI)
    provisioning.runs(GLAN)
    provisioning.extracts(GLAN, *STAY, LEFT, at=LATER)
    run = provisioning.runs(GLAN, at=LATER)
    undo(provisioning.at(LATER), run.known_id, by="test")
    provisioning.runs(GLAN, at=LATER)
    return glan.at(FixedClock(LATER))


def test_by_cause_with_whose_move_it_is(undone: Room) -> None:
    answer = undone.answer(CARYS, "still-active")
    said = words(answer)
    assert "2 accounts of people who have left, or have no record in the MIS, still active" in said
    assert said.index(HUW.upn) < said.index(MALI.upn)
    assert "press Reconsider under /hwb last-run" in said
    assert "hwb reconsider" not in said
    assert "As the records stood on 7 Sept 10:00 · MIS data of 7 Sept 10:00" in said
    assert buttons(answer) == [
        *("Open", "As a CSV file"),
        *("Open", "As a CSV file"),
        "Check again",
        "All as a CSV file",
    ]
    for private in PRIVATE:
        assert private not in said


def test_a_cause_is_opened_and_left_again(undone: Room) -> None:
    opened = undone.answer(CARYS, "still-active vanished")
    assert MALI.upn in words(opened)
    assert HUW.upn not in words(opened)
    assert "Back to all groups" in buttons(opened)


def test_in_welsh_and_where_nothing_lives_on(glan: Room) -> None:
    glan.provisioning.runs(GLAN)
    assert "nid oes cyfrif ymadawr yn dal yn weithredol" in words(glan.answer(WYN, "dal-yn-weithredol"))


def test_as_a_file(undone: Room) -> None:
    undone.run(CARYS, "still-active csv")
    messages = undone.server.person(CARYS).messages(None)
    (file,) = [file for message in messages for file in message.get("files", [])]
    assert file["name"].startswith("still-active-6809903-")


def test_a_refusal_is_taken_back_by_an_authority_officer(undone: Room) -> None:
    shown = undone.answer(PRYS, f"last-run {GLAN.number}")
    assert "1 refused by a person" in words(shown)
    assert f"1 person with an active account, and no record in the MIS: {MALI.upn}" in words(shown)
    assert "Still active" in buttons(shown)
    assert "Reconsider" in buttons(shown)
    answer = undone.answer(PRYS, f"reconsider {GLAN.number}")
    assert "1 refusal taken back. The next run asks again." in words(answer)
    assert undone.provisioning.runs(GLAN, at=LATER).counts["release"] == 1


def test_accounts_that_end_by_themselves_are_said_to_and_stand_last(everything: Knowledge) -> None:
    def group(cause: str, who: str, number: int) -> LingeringGroup:
        said = Text(f"cause.{cause}.headline", {"school": GLAN.name, "identifier": "1 person"})
        acts = Next(who, Bilingual("", ""), Text("who.nobody"))
        left = account_of(learner(number))
        return LingeringGroup(cause, (Lingering(left, cause),), said, acts)

    kept, vanished = group("paused", "nobody", 40), group("vanished", "mis-administrator", 41)
    voice = Voice(everything.catalogue, "en", Reader(frozenset({Role.MIS_ADMINISTRATOR})))

    def said(*groups: LingeringGroup) -> str:
        return words(overview(StillActive(GLAN, groups), {}, frozenset(), voice, NOW).blocks)

    both = said(kept, vanished)
    assert "still active.*\n1 of them ends by itself.\n" in both
    assert both.index(vanished.people[0].identifier) < both.index(kept.people[0].identifier)
    assert "still active.*\nNothing has to be done: it ends by itself.\n" in said(kept)
    assert "by itself" not in said(vanished)
