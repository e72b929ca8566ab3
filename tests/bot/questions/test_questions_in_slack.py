"""Questions in plain words: by verb, mention, direct message, Home; no record of a child in a channel."""

from typing import Any

import pytest

from bot.people import audit
from bot.people.audit import AuditFilter
from slack_workspace import payloads as slack
from tests.bot.app_fixtures import (
    CARYS,
    DAI,
    ELIS,
    HELP,
    JAC,
    NIA,
    PRYS,
    ROOM_BOT,
    SEREN,
    WYN,
    Room,
    buttons,
    elements,
    many_schools,
    text_value,
    words,
)
from tests.builders import GLAN

HWB = f"@{ROOM_BOT.name}"
NOT_RUN = "has never run successfully for Glan High"
MISSING = "A new learner, who has joined our school from another school"


@pytest.mark.parametrize("verb", ["ask", "gofyn"])
@pytest.mark.parametrize(
    ("user", "question", "says"),
    [
        (CARYS, "how do I reset a childs pasword", "A new learner does not have a password"),
        (CARYS, "plant yn y dosbarth anghywir ar hwb", "showing last year's class"),
        (WYN, "what is the phone number of the Service Desk", "Am gymorth pellach"),
        (WYN, "llywodraethwr wedi ymddiswyddo", "Cyfrifon Llywodraethwyr"),
    ],
)
def test_the_entry_is_found_in_either_language(
    verb: str, user: str, question: str, says: str, glan: Room
) -> None:
    assert says in words(glan.answer(user, f"{verb} {question}"))


def test_a_learner_whose_upn_is_given_is_looked_up_at_once(glan: Room) -> None:
    answer = glan.answer(CARYS, f"ask why is {SEREN.upn.lower()} not on hwb, she is a new pupil")
    assert NOT_RUN in words(answer)
    assert "Run now" in buttons(answer)


def test_a_member_of_staff_by_code(glan: Room) -> None:
    assert NOT_RUN in words(glan.answer(CARYS, f"ask our new teacher {JAC.staff_code} is not on hwb"))


def test_the_school_by_its_name(glan: Room) -> None:
    question = f"new pupil {SEREN.upn} not on hwb"
    assert NOT_RUN in words(glan.answer(PRYS, f"ask {question}"))  # the school whose records know the UPN
    assert NOT_RUN in words(glan.answer(PRYS, f"ask {question}, she is at Glan High"))
    assert NOT_RUN in words(glan.answer(PRYS, f"ask {question}, mae hi yn ysgol glan"))


def test_another_digital_champions_school_is_refused_as_ever(glan: Room) -> None:
    asked = glan.answer(DAI, f"ask new pupil {SEREN.upn} at {GLAN.number} is not on hwb")
    typed = glan.answer(DAI, f"why-missing {SEREN.upn} {GLAN.number}")
    assert words(asked) == words(typed)
    assert "6809903" in words(asked)
    assert "never run" not in words(asked)


def test_who_has_no_role_is_told_what_the_guide_says_and_nothing_else(glan: Room) -> None:
    answer = glan.answer(ELIS, f"ask why is the new pupil {SEREN.upn} not on hwb")
    assert MISSING in words(answer)
    assert "you have no role here" in words(answer)
    assert buttons(answer) == ["Something else"]
    assert "Glan" not in words(answer)


def test_without_an_identifier_the_learner_can_be_looked_up(glan: Room) -> None:
    answer = glan.answer(CARYS, "ask a new pupil is not on hwb")
    assert MISSING in words(answer)
    assert buttons(answer) == ["Look a person up", "Something else"]
    glan.press(CARYS, "open:why-missing")
    assert glan.submit(CARYS, SEREN.upn).error is None
    assert NOT_RUN in words(glan.modal(CARYS))


def test_several_people_get_a_button_each(glan: Room) -> None:
    answer = glan.answer(CARYS, f"ask new pupils {SEREN.upn} and H801200001002 are not on hwb")
    assert buttons(answer)[:2] == [f"Look up {SEREN.upn}", "Look up H801200001002"]
    glan.press(CARYS, "aside:look-0")
    assert NOT_RUN in words(glan.modal(CARYS))


@pytest.mark.parametrize(
    ("user", "question", "asks", "none"),
    [
        (
            CARYS,
            "Dylan started on Monday and isn't in the portal",
            "Which of these do you mean?",
            "None of these",
        ),
        (WYN, "mae rhywun newydd ddim ar hwb", "Pa un o'r rhain", "Dim un o'r rhain"),
    ],
)
def test_what_is_not_sure_is_asked_back(user: str, question: str, asks: str, none: str, glan: Room) -> None:
    answer = glan.answer(user, f"ask {question}")
    assert asks in words(answer)
    values = [element["value"] for element in elements(answer)]
    assert {"faq learner-missing", "faq staff-missing"} <= set(values)
    assert 3 <= len(values) <= 4
    assert (buttons(answer)[-1], values[-1]) == (none, "faq contacts")


def test_a_choice_takes_the_place_of_the_question(glan: Room) -> None:
    asked = glan.answer(CARYS, "ask Dylan started on Monday and isn't in the portal")
    answer = glan.press(CARYS, "say:choice")
    assert answer is not None
    assert answer["ts"] == asked["ts"]
    assert "Which of these" not in words(answer)


def test_a_choice_about_a_learner_opens_the_learners_answer(glan: Room) -> None:
    answer = glan.answer(CARYS, f"ask about {SEREN.upn} please, the class")
    values = [element["value"] for element in elements(answer)]
    assert f"old-class {SEREN.upn}" in values
    glan.press(CARYS, "aside:look")
    assert NOT_RUN in words(glan.modal(CARYS))


def test_an_identifier_alone_asks_what_about_it(glan: Room) -> None:
    answer = glan.answer(CARYS, "ask JEV")
    assert "What would you like to know about JEV?" in words(answer)
    assert [element["value"] for element in elements(answer)] == ["why-missing JEV", "move-account JEV"]


@pytest.mark.parametrize("line", ["pupil not on hwb", "mae disgybl newydd ddim ar hwb"])
def test_a_line_that_begins_with_no_verb_is_tried_as_a_question(line: str, glan: Room) -> None:
    assert MISSING in words(glan.answer(CARYS, line))


@pytest.mark.parametrize(
    "line", ["why-mising H801200001001 6809903", "rollovr for us all", "frobnicate it", "frobnicate"]
)
def test_a_mistyped_verb_is_still_a_verb(line: str, glan: Room) -> None:
    assert f'I don\'t know "{line.split()[0]}".' in words(glan.answer(CARYS, line))


@pytest.mark.parametrize("text", ["hi", "diolch", "🎉🎉"])
def test_a_greeting_is_greeted(text: str, glan: Room) -> None:
    assert "Tell me in your own words" in words(glan.answer(CARYS, f"ask {text}"))


def test_what_the_guide_does_not_say_is_not_guessed(glan: Room) -> None:
    answer = glan.answer(CARYS, "ask qwzx vbnm frbb")
    assert "found nothing" in words(answer)
    assert buttons(answer) == ["Ask a question", "FAQ", "Contacts"]


def test_the_verb_alone_and_home_ask_for_the_question(glan: Room) -> None:
    assert glan.run(CARYS, "ask") == []
    glan.server.person(CARYS).close()
    glan.open_home(CARYS)
    glan.press_in_view(CARYS, "open:ask")
    sent = glan.server.person(CARYS).submit(
        {"question": {"question": text_value(f"new pupil\n{SEREN.upn} not on hwb")}}
    )
    glan.later.settle()
    assert sent.error is None
    assert NOT_RUN in words(glan.modal(CARYS))


def test_in_a_modal_the_next_form_takes_its_place(glan: Room) -> None:
    glan.open_home(CARYS)
    glan.press_in_view(CARYS, "open:ask")
    glan.server.person(CARYS).submit({"question": {"question": text_value("a new pupil is not on hwb")}})
    glan.later.settle()
    glan.press_in_view(CARYS, "open:why-missing")
    assert len(glan.server.person(CARYS).modals()) == 1
    glan.submit(CARYS, SEREN.upn)
    assert NOT_RUN in words(glan.modal(CARYS))


def test_a_mention_is_answered_to_its_writer_alone(glan: Room) -> None:
    (answer,) = glan.say(CARYS, f"{HWB} a new pupil is not on hwb", HELP)
    assert answer["ephemeral"]
    assert MISSING in words(answer)
    assert "Please delete your message" not in words(answer)


def test_a_mention_with_a_upn_is_answered_and_told_that_it_does_not_belong_there(glan: Room) -> None:
    (answer,) = glan.say(CARYS, f"{HWB} new pupil {SEREN.upn} not on hwb", HELP)
    assert answer["ephemeral"]
    assert words(answer).index("Please delete your message") < words(answer).index(NOT_RUN)
    seen_by_dai = [words(message) for message in glan.server.person(DAI).messages(HELP)]
    assert not [said for said in seen_by_dai if NOT_RUN in said]


def test_a_mention_in_welsh(glan: Room) -> None:
    (answer,) = glan.say(WYN, f"{HWB} disgybl newydd {SEREN.upn} ddim ar hwb", HELP)
    assert "Dilëwch eich neges" in words(answer)
    assert "erioed wedi rhedeg" in words(answer)


def test_a_message_that_does_not_name_the_bot_is_left_alone(glan: Room) -> None:
    assert glan.say(CARYS, "a new pupil is not on hwb", HELP) == []


def test_a_direct_message_is_answered_by_what_stays_without_the_learners_record(glan: Room) -> None:
    (answer,) = glan.say(CARYS, f"new pupil {SEREN.upn} not on hwb")
    assert not answer["ephemeral"]
    assert MISSING in words(answer)
    assert NOT_RUN not in words(answer)
    assert buttons(answer)[0] == f"Look up {SEREN.upn}"


def test_in_a_direct_message_the_learner_is_looked_up_in_a_modal(glan: Room) -> None:
    glan.say(CARYS, f"new pupil {SEREN.upn} not on hwb")
    before = glan.server.person(CARYS).messages()
    glan.press(CARYS, "aside:look-0", None)
    assert NOT_RUN in words(glan.modal(CARYS))
    assert glan.server.person(CARYS).messages() == before


def test_a_direct_message_of_a_stranger(glan: Room) -> None:
    (answer,) = glan.say(ELIS, f"new pupil {SEREN.upn} not on hwb")
    assert MISSING in words(answer)
    assert buttons(answer) == ["Something else"]


def test_a_forged_button_gives_no_access(glan: Room) -> None:
    (answer,) = glan.say(DAI, f"new pupil {SEREN.upn} not on hwb")
    kept = glan.live.workspace.conversation(glan.server.person(DAI).dm).messages[answer["ts"]]
    payload: dict[str, Any] = slack.on_message(glan.live.workspace, "block_actions", DAI, kept)
    forged = {
        "type": "button",
        "block_id": "b",
        "action_id": "aside:look",
        "value": f"why-missing {SEREN.upn} {GLAN.number}",
    }
    payload |= {"actions": [forged], "trigger_id": glan.live.workspace.new_trigger(DAI)}
    payload["response_url"] = glan.live.responses.url(DAI, kept.conversation, kept.ts)
    glan.deliver("interactive", payload)
    assert "never run" not in words(glan.modal(DAI))
    assert "6809903" in words(glan.modal(DAI))


@pytest.mark.parametrize("channel", [None, HELP])
def test_an_event_that_is_sent_again_is_answered_once(channel: str | None, glan: Room) -> None:
    assert len(glan.say(CARYS, f"{HWB} a new pupil is not on hwb", channel, times=3)) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"subtype": "message_changed"},
        {"subtype": "channel_join"},
        {"bot_id": "B0OTHER"},
        {"user": ""},
        {"channel_type": "channel"},
    ],
)
def test_what_no_user_has_just_written_is_no_question(change: dict[str, str], glan: Room) -> None:
    (answer,) = glan.say(CARYS, "a new pupil is not on hwb")
    kept = glan.live.workspace.conversation(glan.server.person(CARYS).dm).messages[answer["ts"]]
    event = slack.message_event(glan.live.workspace, kept)
    written = {"user": CARYS, "text": "a new pupil is not on hwb", "channel_type": "im"}
    event["event"] = {key: value for key, value in event["event"].items() if key not in ("bot_id", "app_id")}
    event["event"] |= written | change
    before = len(glan.server.person(CARYS).messages())
    glan.server.on_loop(glan._deliver("events_api", event, answerable=False))
    glan.later.settle()
    assert len(glan.server.person(CARYS).messages()) == before


@pytest.mark.parametrize("text", ["x" * 10_000, "<!channel> <!here>", "*_~`", "​‮\x07", "password " * 1_000])
def test_bad_input_gets_an_answer_and_carries_no_markup(text: str, glan: Room) -> None:
    for channel in (None, HELP):
        (answer,) = glan.say(CARYS, f"{HWB} {text}", channel)
        assert "<!" not in str(answer["blocks"])
        assert words(answer)


def test_what_was_typed_is_shown_as_typed(glan: Room) -> None:
    answer = glan.answer(CARYS, "ask code <!channel>")
    assert "<!channel>" not in str(answer["blocks"])


def test_at_the_size_of_a_nation_the_school_is_asked_for(glan: Room) -> None:
    glan.schools(*many_schools(300))
    answer = glan.answer(NIA, f"ask new pupil {SEREN.upn} not on hwb")
    assert "You look after several schools" in words(answer)


def test_who_was_looked_up_in_plain_words_is_in_the_audit(glan: Room) -> None:
    glan.answer(CARYS, f"ask new pupil {SEREN.upn} not on hwb")
    with glan.services.database.reading() as session:
        found = audit.read(session, AuditFilter())
    assert ("why-missing", SEREN.upn) in [(record.action, record.subject) for record in found]


def test_what_is_said_to_the_bot_is_read_without_what_cannot_be_seen(glan: Room) -> None:
    """A pasted text may hold what a terminal or a reader's eye obeys: no answer and no button repeats it."""
    hidden = f"new pupil {SEREN.upn[:5]}\u200b{SEREN.upn[5:]} not on hwb"
    for said in ("zzz\x9b2J\u202e qqq\u2028*Hwb:* vvv", hidden):
        answers = glan.say(CARYS, said) + glan.say(CARYS, f"{HWB} {said}", HELP)
        assert answers
        assert not [code for code in (r"\x9b", r"\u202e", r"\u2028", r"\u200b") if code in ascii(answers)]
    plainly = glan.say(CARYS, f"new pupil {SEREN.upn} not on hwb")
    assert [words(each) for each in glan.say(CARYS, hidden)] == [words(each) for each in plainly]
