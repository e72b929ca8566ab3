"""What goes wrong: known errors told, others by a reference; Slack's own trouble; languages; markup."""

from dataclasses import replace
from typing import Any

import pytest

from knowledge.texts import Bilingual
from tests.bot.app_fixtures import CARYS, HELP, PRYS, SEREN, WYN, Room, elements, many_schools, words
from tests.builders import GLAN, learner, staff_member, upn


def test_a_known_error_is_told_with_what_to_do(glan: Room) -> None:
    said = words(glan.answer(CARYS, "faq astrology"))
    assert ":warning: There is no FAQ entry astrology." in said
    assert "Known are: staff-missing" in said


def test_a_known_error_in_welsh(glan: Room) -> None:
    assert "Nid oes cofnod sêr" in words(glan.answer(WYN, "cwestiynau sêr"))


@pytest.mark.parametrize("way", ["command", "button", "modal", "home"])
def test_an_unknown_error_is_told_by_a_reference_that_the_log_has(
    way: str, glan: Room, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    glan.answer(CARYS, f"why-missing {SEREN.upn}")
    glan.open_home(CARYS)
    glan.run(CARYS, "why-missing")

    def burst(*_: object) -> object:
        raise RuntimeError("the ground opened")

    monkeypatch.setattr("bot.diagnosis.answers.diagnose", burst)
    monkeypatch.setattr("bot.missing.answers.missing", burst)
    if way == "command":
        said = words(glan.answer(CARYS, f"why-missing {SEREN.upn}"))
    elif way == "button":
        glan.press(CARYS, "say:again")
        said = words(glan.server.person(CARYS).messages(HELP)[-1])
    elif way == "modal":
        glan.submit(CARYS, SEREN.upn)
        said = words(glan.modal(CARYS))
    else:
        glan.server.person(CARYS).close()
        glan.press_in_view(CARYS, "say:missing")
        said = words(glan.modal(CARYS))
    assert "Something went wrong that nobody foresaw." in said
    reference = said.partition("Reference ")[2][:8]
    assert f"reference {reference}" in caplog.text
    assert "the ground opened" in caplog.text
    assert "the ground opened" not in said


def test_an_error_in_work_that_takes_longer_is_told_too(
    glan: Room, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def burst(*_: object, **__: object) -> object:
        raise RuntimeError("the ground opened")

    monkeypatch.setattr("bot.runs.answers.provision", burst)
    _, then = glan.run(CARYS, "run")
    reference = words(then).partition("Reference ")[2][:8]
    assert f"reference {reference}" in caplog.text


# Languages


def test_ones_own_choice_weighs_more_than_slacks(glan: Room) -> None:
    assert "O hyn ymlaen" in words(glan.answer(CARYS, "language cymraeg"))
    assert "o bobl ar gofrestr Ysgol Glan" in words(glan.answer(CARYS, "missing"))
    assert "From now on" in words(glan.answer(CARYS, "iaith saesneg"))
    assert "people on roll at Glan High" in words(glan.answer(CARYS, "missing"))


def test_welsh_by_slacks_locale_until_english_is_chosen(glan: Room) -> None:
    assert "o bobl ar gofrestr Ysgol Glan" in words(glan.answer(WYN, "ar-goll"))
    glan.answer(WYN, "iaith english")
    assert "people on roll at Glan High" in words(glan.answer(WYN, "missing"))


def test_a_language_that_there_is_not(glan: Room) -> None:
    assert "`/hwb language english`" in words(glan.answer(CARYS, "language klingon"))
    assert "`/hwb iaith cymraeg`" in words(glan.answer(WYN, "iaith"))


def test_slack_is_asked_for_a_locale_once(glan: Room) -> None:
    for _ in range(3):
        glan.answer(WYN, "help")
    assert len(glan.server.calls("users.info")) == 1


def test_a_language_that_is_changed_in_slack_counts_at_once(glan: Room) -> None:
    assert "whose move it is" in words(glan.answer(CARYS, "help"))
    changed = glan.server.workspace.set_locale(CARYS, "cy-GB")
    event = {"type": "user_change", "user": {"id": changed.id, "locale": changed.locale}}
    glan.deliver("events_api", {"type": "event_callback", "event": event})
    assert "pwy ddylai weithredu" in words(glan.answer(CARYS, "help"))


@pytest.mark.parametrize("status", [500, 503])
def test_where_slack_cannot_say_the_language_it_is_english(status: int, glan: Room) -> None:
    glan.server.fail_next("users.info", times=5, status=status)
    assert "people on roll at Glan High" in words(glan.answer(WYN, "missing"))


def test_a_modal_is_acknowledged_without_a_question_to_slack(glan: Room) -> None:
    glan.run(CARYS, "why-missing")
    glan.server.fail_next("users.info", times=5, status=500)
    afresh = glan.at(glan.services.clock)
    assert afresh.submit(CARYS, "H80120000100").errors
    assert len(glan.server.calls("users.info")) == 1


# Markup and limits

ODD = replace(GLAN, name=Bilingual("<!channel> *x* & Sons", "<!here> Ysgol *x*"))


@pytest.mark.parametrize("line", ["missing", "last-run", f"why-missing {SEREN.upn}"])
def test_a_name_is_shown_and_never_carried_out(line: str, glan: Room) -> None:
    glan.schools(ODD)
    answer = glan.answer(CARYS, line)
    assert "&lt;!channel&gt; *x* &amp; Sons" in words(answer)
    assert "<!channel>" not in marked_up(answer)


def marked_up(shown: Any) -> str:
    """All texts in which Slack carries out marks: a message's own, and those of type mrkdwn."""
    parts = shown.values() if isinstance(shown, dict) else shown
    inside = [marked_up(part) for part in parts if isinstance(part, dict | list)]
    is_text = isinstance(shown, dict) and (shown.get("type") == "mrkdwn" or "blocks" in shown)
    return "\n".join([*([str(shown.get("text", ""))] if is_text else []), *inside])


def test_a_name_in_home_and_in_menus(glan: Room) -> None:
    glan.schools(ODD)
    home = glan.open_home(CARYS)
    assert "<!channel>" not in marked_up(home)
    (menu,) = elements(glan.answer(PRYS, "missing"))
    # A menu's lines are plain text, in which nothing is carried out.
    assert menu["options"][1]["text"]["text"].startswith("<!channel> *x*")
    assert menu["options"][1]["text"]["type"] == "plain_text"


def test_three_thousand_missing_people(here: Room) -> None:
    upns = (upn(number % 1000, year=f"{number // 1000:02}") for number in range(3000))
    here.provisioning.extracts(
        GLAN, *(learner(place, upn=identifier) for place, identifier in enumerate(upns))
    )
    said = words(here.answer(CARYS, "missing"))
    assert "3,000 people on roll at Glan High" in said
    assert "… and 2,994 more" in said


def test_everything_long_is_cut_and_says_so(here: Room) -> None:
    long = "Ysgol " + "Llanfairpwllgwyngyll " * 40
    here.schools(replace(GLAN, name=Bilingual(long, long), contact="x" * 4000))
    here.provisioning.extracts(GLAN, SEREN, staff_member())
    for line in ("missing", "last-run", "run", f"why-missing {SEREN.upn}"):
        assert here.run(CARYS, line)
    assert here.open_home(CARYS)
    here.run(CARYS, "why-missing")
    here.submit(CARYS, SEREN.upn)
    assert "Llanfairpwllgwyngyll" in words(here.modal(CARYS))


def test_a_hundred_schools_with_long_names_are_a_menu(here: Room) -> None:
    long = [
        replace(school, name=Bilingual("N" * 200, "E" * 200)) for school in many_schools(98, authority="680")
    ]
    here.schools(*long)
    (menu,) = elements(here.answer(PRYS, "missing"))
    assert len(menu["options"]) == 100
