"""What `/hwb` answers: each verb in English and Welsh, help, did you mean, and questions back."""

from datetime import timedelta

import pytest

from bot.people.permissions import MAY, Role
from bot.service.features import VERBS
from knowledge.texts import Language
from provisioning.clock import FixedClock
from tests.bot.app_fixtures import (
    CARYS,
    ELIS,
    HUW,
    JAC,
    NIA,
    NOW,
    PRYS,
    SEREN,
    TELL_ME,
    WYN,
    Room,
    buttons,
    elements,
    many_schools,
    option,
    words,
)
from tests.builders import BRYN, GLAN, NANT, upn

LANGUAGE_OF = {CARYS: "en", WYN: "cy"}


@pytest.mark.parametrize("user", [CARYS, WYN])
@pytest.mark.parametrize("welsh", [False, True])
@pytest.mark.parametrize(
    ("verb", "about", "says"),
    [
        ("why-missing", SEREN.upn, ("has never run successfully for Glan High", "erioed wedi rhedeg")),
        ("why-missing", "jev", ("has never run successfully for Glan High", "erioed wedi rhedeg")),
        ("missing", "", ("2 people on roll at Glan High", "2 o bobl ar gofrestr Ysgol Glan")),
        ("no-password", SEREN.upn, ("has never run", "erioed wedi rhedeg")),
        ("old-class", SEREN.upn, ("has never run", "erioed wedi rhedeg")),
        ("move-account", "JEV", ("does not move to Glan High", "Nid yw cyfrif blaenorol")),
        ("last-run", "", ("has never run successfully for Glan High", "erioed wedi rhedeg")),
        ("faq", "", ("What would you like to read?", "Beth hoffech chi ei ddarllen?")),
        ("faq", "old-class", ("is showing last year's class", "ddosbarthiadau’r llynedd")),
        ("help", "", ("whose move it is", "pwy ddylai weithredu")),
    ],
)
def test_every_verb_by_either_word_in_the_users_language(
    verb: str, about: str, says: tuple[str, str], welsh: bool, user: str, glan: Room
) -> None:
    declared = next(known for known in VERBS.every if known.word == verb)
    answer = glan.answer(user, f"{declared.welsh if welsh else verb} {about}")
    assert says[LANGUAGE_OF[user] == "cy"] in words(answer)


@pytest.mark.parametrize(
    ("word", "begun", "ended"),
    [
        (
            "run",
            "I have started the Provisioning Client for Glan High; its result follows.",
            "has run for Glan High",
        ),
        (
            "rhedeg",
            "wedi cychwyn y Cleient Darparu ar gyfer Ysgol Glan; bydd",
            "wedi rhedeg ar gyfer",
        ),
    ],
)
def test_a_run_is_told_when_it_begins_and_when_it_has_ended(
    word: str, begun: str, ended: str, glan: Room
) -> None:
    """The first message stays above the result, and is true then too."""
    user = CARYS if word == "run" else WYN
    first, then = (words(message) for message in glan.run(user, word))
    assert begun in first
    assert ended in then
    assert "2 created" in then or "crëwyd 2" in then
    assert glan.provisioning.statuses() == [(GLAN.number, "succeeded")]


def test_a_run_that_fails_says_why(here: Room) -> None:
    _, then = here.run(CARYS, "run")
    assert "failed" in words(then)
    assert "The data from the school's MIS can't be read" in words(then)
    assert "The school's MIS administrator can see why" in words(then)
    assert "There is no extract for school 6809903" in words(here.answer(HUW, "last-run"))
    assert "Nothing had to be changed" not in words(then)


def test_the_last_run_and_a_later_one_that_failed(glan: Room) -> None:
    glan.run(CARYS, "run")
    (glan.provisioning.folder / GLAN.number / "staff.csv").unlink()
    glan.run(CARYS, "run")
    said = words(glan.answer(CARYS, "last-run"))
    assert "last ran successfully for Glan High on 7 Sep" in said
    assert "2 created" in said
    assert "staff.csv" not in said
    assert "staff.csv was looked for" in words(glan.answer(HUW, "last-run"))
    assert said.count("2 created") == 1


def test_every_step_is_shown_with_its_evidence_then_whose_move_it_is(glan: Room) -> None:
    answer = glan.answer(CARYS, f"why-missing {SEREN.upn}")
    said = words(answer)
    assert (
        ":white_check_mark:  Does the learner have a complete MIS record? *Yes.* The school's record is there"
        in said
    )
    assert (
        ":x:  Has the school's Provisioning Client run successfully since? *No.*\n>The client has never run"
        in said
    )
    assert "01633 000000" in said
    assert "As the records stood on 7 Sept 09:00 · MIS data of 7 Sept 09:00 · " in said
    assert buttons(answer) == [
        "Run now",
        "Provision this one now",
        TELL_ME,
        "Check again",
        "Show the FAQ",
        "Ask the Service Desk",
    ]


def test_where_nothing_is_missing_the_answer_has_no_contact(glan: Room) -> None:
    glan.run(CARYS, "run")
    said = words(glan.answer(CARYS, f"why-missing {SEREN.upn}"))
    assert "nothing is missing" in said
    assert "Nobody" not in said


def test_causes_that_come_after_the_first_are_told_too(glan: Room) -> None:
    glan.provisioning.extracts(GLAN)
    said = words(glan.answer(CARYS, "why-missing A680999920002"))
    assert "is not a valid UPN" in said


def test_a_upn_typed_with_spaces_and_in_small_letters(glan: Room) -> None:
    typed = f"{SEREN.upn[:5]} {SEREN.upn[5:]}".lower()
    assert "never run" in words(glan.answer(CARYS, f"why-missing {typed}"))


def test_what_was_typed_comes_unescaped_and_is_shown_escaped(glan: Room) -> None:
    answer = glan.answer(CARYS, "<b>&")
    assert 'I don\'t know "&lt;b&gt;&amp;"' in words(answer)


@pytest.mark.parametrize(
    ("typed", "meant", "action"),
    [
        ("why-mising", "/hwb why-missing", "open:why-missing"),
        ("helpp", "/hwb help", "say:meant"),
        ("mising", "/hwb missing", "say:meant"),
    ],
)
def test_did_you_mean(typed: str, meant: str, action: str, glan: Room) -> None:
    answer = glan.answer(CARYS, typed)
    assert f"Did you mean {meant.removeprefix('/hwb ')}?" in words(answer)
    assert buttons(answer) == [meant, "Help"]
    glan.press(CARYS, action)
    assert glan.server.person(CARYS).modals() or "Did you mean" not in words(
        glan.server.person(CARYS).messages("C0HELP")[-1]
    )


def test_did_you_mean_in_welsh(glan: Room) -> None:
    answer = glan.answer(WYN, "pam-ar-gol")
    assert "Ai pam-ar-goll oedd gennych mewn golwg?" in words(answer)
    assert buttons(answer) == ["/hwb pam-ar-goll", "Cymorth"]


def test_a_word_like_no_other_brings_the_help(glan: Room) -> None:
    said = words(glan.answer(CARYS, "xyzzy"))
    assert 'I don\'t know "xyzzy".' in said
    assert "/hwb why-missing" in said


@pytest.mark.parametrize(("user", "language"), LANGUAGE_OF.items())
def test_help_has_every_verb_as_declared(user: str, language: Language, glan: Room) -> None:
    said = words(glan.answer(user, ""))
    catalogue = glan.services.catalogue
    for verb in VERBS.every:
        usage, help_ = (catalogue.say(f"verb.{verb.word}.{what}", language) for what in ("usage", "help"))
        may = verb.act is None or Role.DIGITAL_CHAMPION in MAY[verb.act]
        assert (f"`/hwb {usage}`\n{help_}" in said) is may
        assert (verb.welsh if language == "cy" else verb.word) in said


# Several schools


def test_several_schools_which_one_is_asked_and_then_answered(glan: Room) -> None:
    asked = glan.answer(PRYS, "missing")
    assert "Which one do you mean?" in words(asked)
    (menu,) = elements(asked)
    assert [choice["value"] for choice in menu["options"]] == [NANT.number, GLAN.number]
    answer = glan.press(PRYS, "choose-school", selected_option=option(GLAN.number))
    assert answer is not None
    assert "2 people on roll at Glan High" in words(answer)
    assert answer["ts"] == asked["ts"]


def test_the_person_asked_about_is_not_forgotten_over_the_school(glan: Room) -> None:
    glan.answer(PRYS, f"why-missing {upn(9)}")
    answer = glan.press(PRYS, "choose-school", selected_option=option(GLAN.number))
    assert answer is not None
    assert f"The MIS of Glan High has no record of {upn(9)}" in words(answer)


def test_several_schools_one_of_them_named(glan: Room) -> None:
    assert "Glan High" in words(glan.answer(PRYS, f"missing {GLAN.number}"))
    assert "Glan High" in words(glan.answer(PRYS, f"why-missing {SEREN.upn} at {GLAN.number}"))


def test_more_schools_than_a_menu_holds_are_looked_for_by_typing(glan: Room) -> None:
    glan.schools(*many_schools(120))
    asked = glan.answer(NIA, "missing")
    assert [element["type"] for element in elements(asked)] == ["external_select"]
    found = suggestions(glan, NIA, asked, "glan")
    assert [choice["value"] for choice in found] == [GLAN.number]
    assert len(suggestions(glan, NIA, asked, "ysgol")) == 100
    assert suggestions(glan, NIA, asked, "nothing like it") == []
    answer = glan.press(NIA, "choose-school", selected_option=option(GLAN.number))
    assert answer is not None
    assert "2 people on roll at Glan High" in words(answer)


def test_schools_that_are_not_ones_own_are_not_suggested(glan: Room) -> None:
    glan.schools(*many_schools(120, authority="680"))
    asked = glan.answer(PRYS, "missing")
    assert suggestions(glan, PRYS, asked, BRYN.number) == []
    assert [choice["value"] for choice in suggestions(glan, PRYS, asked, NANT.number)] == [NANT.number]
    assert suggestions(glan, ELIS, asked, NANT.number, as_if=PRYS) == []


def suggestions(
    room: Room, user: str, asked: dict[str, object], typed: str, as_if: str | None = None
) -> list[dict[str, object]]:
    """What the menu of a message suggests for what was typed; `as_if` says whose message it is."""
    payload = room.on_message(as_if or user, asked, "block_suggestion", "choose-school", value=typed)
    payload["user"]["id"] = user
    said = room.deliver("interactive", payload)
    options: list[dict[str, object]] = said["options"]
    return options


def test_jac_is_told_apart_from_a_learner(glan: Room) -> None:
    said = words(glan.answer(CARYS, f"why-missing {JAC.staff_code}"))
    assert "Is the staff record complete" in said


def test_an_extract_that_is_too_old_is_named_so_in_every_answer_that_rests_on_it(glan: Room) -> None:
    glan.provisioning.runs(GLAN)
    later = glan.at(FixedClock(NOW + timedelta(days=8)))
    for line in (f"why-missing {SEREN.upn}", "missing", "still-active"):
        said = words(later.answer(CARYS, line))
        assert "MIS data of 7 Sept 09:00: too old to be believed" in said, line
    assert "Data MIS o 7 Medi 09:00: rhy hen i'w gredu" in words(later.answer(WYN, "ar-goll"))
