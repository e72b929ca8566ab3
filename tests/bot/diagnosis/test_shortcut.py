"""The shortcut "Why is it missing?": from anywhere, with a form, answered to its user alone."""

import yaml

from bot.slack.manifest import MANIFEST
from slack_workspace import payloads as slack
from tests.bot.app_fixtures import CARYS, ELIS, HELP, PRYS, SEREN, WYN, Room, words
from tests.builders import GLAN


def used(room: Room, user: str) -> None:
    room.deliver("interactive", slack.global_shortcut(room.live.workspace, user, "why-missing"))


def test_at_ones_only_school_the_form_asks_for_the_person_and_answers_in_its_place(glan: Room) -> None:
    glan.provisioning.runs(GLAN)
    used(glan, CARYS)
    form = glan.modal(CARYS)
    assert [block["block_id"] for block in form["blocks"] if block["type"] == "input"] == ["identifier"]
    glan.submit(CARYS, SEREN.upn)
    assert "Check again" in words(glan.modal(CARYS))
    assert SEREN.upn in words(glan.modal(CARYS))


def test_nothing_of_it_stays_in_a_conversation(glan: Room) -> None:
    used(glan, CARYS)
    glan.submit(CARYS, SEREN.upn)
    person = glan.server.person(CARYS)
    assert [*person.messages(HELP), *person.messages(None)] == []


def test_an_officer_of_several_schools_says_which(glan: Room) -> None:
    used(glan, PRYS)
    inputs = [block["block_id"] for block in glan.modal(PRYS)["blocks"] if block["type"] == "input"]
    assert inputs == ["identifier", "school"]
    glan.submit(PRYS, SEREN.upn, GLAN.number)
    assert "never run successfully for Glan High" in words(glan.modal(PRYS))


def test_in_welsh(glan: Room) -> None:
    used(glan, WYN)
    assert "Pam mae" in words(glan.modal(WYN))


def test_who_has_no_role_is_told_so_in_a_modal(glan: Room) -> None:
    used(glan, ELIS)
    assert "I answer people" in words(glan.modal(ELIS))


def test_the_manifest_names_it_in_both_languages_within_slacks_limits() -> None:
    features = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))["features"]
    (shortcut,) = [found for found in features["shortcuts"] if found["callback_id"] == "why-missing"]
    assert shortcut["type"] == "global"
    assert "missing" in shortcut["name"]
    assert "ar goll" in shortcut["name"]
    assert len(shortcut["name"]) <= 24
    assert len(shortcut["description"]) <= 150
    (command,) = features["slash_commands"]
    assert "why-missing" in command["usage_hint"]
    assert "pam-ar-goll" in command["usage_hint"]


def test_where_slack_sends_nothing_to_open_a_form_with_that_is_told_in_words(glan: Room) -> None:
    payload = slack.global_shortcut(glan.live.workspace, CARYS, "why-missing")
    glan.deliver("interactive", payload | {"trigger_id": None})
    (told,) = glan.server.person(CARYS).messages(None)
    assert "lacks something that Hwb needs" in words(told)
