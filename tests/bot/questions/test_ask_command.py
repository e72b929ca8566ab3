"""`hwb ask`: what a question in plain words may mean, for people and for programs."""

from itertools import pairwise

import pytest

from tests.bot.command_line import CommandLine


@pytest.mark.parametrize(
    ("question", "entry"),
    [("new pupil not in the portal", "learner-missing"), ("mae'r dosbarth yn anghywir ar hwb", "old-class")],
)
def test_a_sure_answer_for_programs(question: str, entry: str, hwb: CommandLine) -> None:
    found = hwb("ask", question, "--json").shape
    assert found["matches"][0]["id"] == entry
    assert set(found["matches"][0]) == {"id", "question", "score"}
    assert all(match["score"] >= next_["score"] for match, next_ in pairwise(found["matches"]))
    assert "ask_back" not in found


def test_what_is_not_sure_says_so(hwb: CommandLine) -> None:
    found = hwb("ask", "Dylan started on Monday and isn't in the portal", "--json").shape
    assert found["ask_back"] is True
    assert {"learner-missing", "staff-missing"} <= {match["id"] for match in found["matches"]}


@pytest.mark.parametrize("question", ["", "   ", "🎉", "x" * 10_000, "[bold]x[/]", "qwzx \x07"])
def test_bad_input_finds_nothing(question: str, hwb: CommandLine) -> None:
    assert hwb("ask", question, "--json").shape == {"matches": [], "ask_back": True}
    said = hwb("ask", question)
    assert said.status == 0
    assert "found nothing" in said.out


def test_several_words_need_no_quotation_marks(hwb: CommandLine) -> None:
    assert (
        hwb("ask", "reset", "a", "pupils", "password", "--json").shape["matches"][0]["id"]
        == "learner-no-password"
    )


def test_for_people_in_their_language(hwb: CommandLine) -> None:
    said = hwb("ask", "review governor accounts", "--lang", "cy")
    assert said.status == 0
    assert "Cyfrifon Llywodraethwyr" in said.out
    assert "  1. Mewngofnodwch i Hwb" in said.out


def test_people_are_asked_back_too(hwb: CommandLine) -> None:
    said = hwb("ask", "Dylan started on Monday and isn't in the portal")
    assert said.status == 0
    assert "Which of these do you mean?" in said.out
    assert "hwb faq learner-missing" in said.out
    assert "None of these" in said.out


def test_what_the_bot_can_do_with_the_command_that_does_it(hwb: CommandLine) -> None:
    found = hwb("ask", "who in year 7 at 6809903 has no account", "--json").shape
    best = found["matches"][0]
    assert set(best) == {"id", "question", "score", "command"}
    assert (best["id"], best["command"]) == ("missing", "missing year 7 6809903")
    assert all(match["score"] >= next_["score"] for match, next_ in pairwise(found["matches"]))
    assert "ask_back" not in found


def test_an_entry_about_a_named_learner_is_followed_by_the_verb_that_looks_them_up(hwb: CommandLine) -> None:
    matches = hwb("ask", "new pupil H801200001001 isn't on hwb", "--json").shape["matches"]
    assert matches[0]["id"] == "learner-missing"
    assert (matches[1]["id"], matches[1]["command"]) == ("why-missing", "why-missing H801200001001")


def test_asked_when_something_is_the_dates_in_force_are_told(hwb: CommandLine) -> None:
    """The guide's edition names the week of 2020; the dates in force are those of the year and authority."""
    found = hwb("ask", "when is rollover week", "--json", "--at", "2026-08-01").shape
    assert (found["matches"][0]["id"], found["matches"][0]["command"]) == ("dates", "dates")
    assert "2026-08-24" in [date["day"] for date in found["dates"]]
    said = hwb("ask", "pryd mae wythnos y trosglwyddo", "--lang", "cy", "--at", "2026-08-01")
    assert "24 Awst 2026" in said.out


def test_what_the_bot_can_do_for_people_in_their_language(hwb: CommandLine) -> None:
    said = hwb("ask", "pwy yn nosbarth 7B sydd heb gyfrif", "--lang", "cy")
    assert "/hwb ar-goll dosbarth 7B" in said.out


@pytest.mark.parametrize(("said", "answer"), [("thanks", "You're welcome"), ("hello", "Tell me in your own")])
def test_thanks_and_greetings(said: str, answer: str, hwb: CommandLine) -> None:
    assert answer in hwb("ask", said).out
