"""What the bot can do is found in plain words: the verb, its command filled in, and how often it is right.

The figures are of the questions in `tests/cases/asking/questions.toml` under `wanted`, which were written
before the search knew any verb; the others there must stay as right as the guide's own search has them.
"""

import tomllib
from collections.abc import Callable, Iterator
from datetime import date

import pytest

from bot.commands import Verbs
from bot.questions.interpretation import Choice, QuestionMatch, match_question
from bot.questions.plain_words import understand
from bot.questions.verb_search import WHY_MISSING, VerbFinder, read_phrases
from bot.service.features import VERBS
from knowledge.loading import Knowledge
from knowledge.search import Finder
from knowledge.texts import LANGUAGES, Language
from tests.builders import BRYN, GLAN, NANT
from tests.paths import TESTS

DAY = date(2026, 9, 1)
CASES = tomllib.loads((TESTS / "cases" / "asking" / "questions.toml").read_text(encoding="utf-8"))
WISHES = frozenset(
    [
        "why-missing",
        "missing",
        "still-active",
        "dates",
        "rollover",
        "report",
        "last-run",
        "run",
        "forecast",
        "freeze",
        "review",
        "watches",
        "mine",
        "away",
        "preferences",
        "desk",
    ]
)
Ask = Callable[[str], QuestionMatch]


@pytest.fixture(scope="module")
def ask(knowledge: Knowledge) -> Ask:
    finder, verbs = Finder(knowledge), VerbFinder(knowledge, read_phrases())

    def asked(question: str) -> QuestionMatch:
        understood = understand(question, finder, (GLAN, NANT, BRYN), DAY)
        wished = verbs.find(understood.wish, names_a_person=bool(understood.identifiers))
        return match_question(understood, wished, knowledge, Verbs(VERBS.every))

    return asked


def ids(meant: QuestionMatch) -> list[str]:
    return [each.match.id if isinstance(each, Choice) else each.verb.word for each in meant.meanings]


def is_looked_up(meant: QuestionMatch) -> bool:
    """Whether the named person's account is looked up: by the verb, or by the entry that asks it."""
    return meant.command is not None and meant.command.verb.word == WHY_MISSING


def wanted(language: Language) -> Iterator[tuple[str, str]]:
    for case in CASES["wanted"]:
        for question in case["measured"][language]:
            yield question, case["means"]


def commands(question: str, ask: Ask) -> list[str]:
    return [command.line for command in ask(question).meanings[0].commands]


@pytest.mark.parametrize("language", LANGUAGES)
def test_wishes_are_understood_or_asked_back(
    language: Language, ask: Ask, record_property: Callable[[str, object], None]
) -> None:
    right, wrong, count = 0, [], 0
    for question, means in wanted(language):
        meant, count = ask(question), count + 1
        if not meant.sure:
            continue
        if ids(meant)[0] == means or (means == WHY_MISSING and is_looked_up(meant)):
            right += 1
        else:
            wrong.append(f"{question!r} is taken for {ids(meant)[0]}")
    figures = f"{count} wishes: {100 * right / count:.1f} % right, {100 * len(wrong) / count:.1f} % wrong"
    record_property("figures", f"Asking for what the bot can do\n  {language}: {figures}")
    assert right >= 0.9 * count, figures
    assert len(wrong) < 0.02 * count, "\n".join(wrong)


def test_the_measure_has_every_verb_in_both_languages() -> None:
    assert {case["means"] for case in CASES["wanted"]} == WISHES == set(read_phrases())
    for language in LANGUAGES:
        assert len(list(wanted(language))) >= 60


def test_no_wish_is_measured_that_a_verbs_own_sentences_have() -> None:
    known = {text.casefold() for texts in read_phrases().values() for text in (*texts.en, *texts.cy)}
    assert not [
        question for language in LANGUAGES for question, _ in wanted(language) if question.casefold() in known
    ]


def test_questions_to_the_guide_stay_as_right_as_without_the_verbs(ask: Ask, knowledge: Knowledge) -> None:
    finder, worse, better = Finder(knowledge), [], 0
    for case in CASES["asked"]:
        for question in (text for language in LANGUAGES for text in case["measured"][language]):
            means, found, meant = set(case["means"]), finder.find(question, DAY), ask(question)
            was = means == ({found.best.id} if found.best else set())
            same = is_looked_up(meant) and bool(means & {"learner-missing", "staff-missing"})
            now = same or means == ({ids(meant)[0]} if meant.sure else set())
            better += now and not was
            if was and not now:
                worse.append(question)
    assert len(worse) <= better, worse


@pytest.mark.parametrize(
    ("question", "command"),
    [
        ("why is H801200001001 missing at 6809903", "why-missing H801200001001 6809903"),
        ("what is the matter with staff code jev at Glan High", "why-missing JEV 6809903"),
        ("who in year 7 at 6809903 has no account", "missing year 7 6809903"),
        ("pwy yn nosbarth 7b sydd heb gyfrif yn ysgol glan", "missing class 7B 6809903"),
        ("which reception children are missing", "missing year R"),
        ("is anybody in the intake without an account", "missing intake"),
        ("which leavers still have an account at 6809903", "still-active 6809903"),
        ("when is rollover week in Ceredigion", "dates 667"),
        ("pryd mae wythnos y trosglwyddo", "dates"),
        ("when is rollover week at 6809903", "dates 680"),
        ("are the schools of 680 ready for september", "rollover 680"),
        ("is 6809903 ready for september", "rollover 6809903"),
        ("when did the client last run at Glan High", "last-run 6809903"),
        ("run the client at 6809903 now", "run 6809903"),
        ("beth fydd y rhediad nesaf yn ei wneud yn 6809903", "forecast 6809903"),
        ("which governor accounts are due for review at 6809903", "review governors 6809903"),
        ("review the governors at 6809903", "review governors 6809903"),
        ("agor yr adolygiad o'n cyfrifon dim-MIS", "review non-mis"),
        ("what am I watching", "watches"),
        ("open case 12", "desk 12"),
        ("dangos achos rhif 7", "desk 7"),
    ],
)
def test_the_command_is_filled_in_with_what_the_question_names(question: str, command: str, ask: Ask) -> None:
    assert commands(question, ask) == [command]


def test_several_people_get_a_command_each(ask: Ask) -> None:
    assert commands("why are H801200001001 and H801200001002 missing", ask) == [
        "why-missing H801200001001",
        "why-missing H801200001002",
    ]


@pytest.mark.parametrize("question", ["run the client at 6809903 now", "which leavers still have an account"])
def test_nothing_is_carried_out_unasked(question: str, ask: Ask) -> None:
    meant = ask(question)
    assert meant.sure
    assert meant.command is None


@pytest.mark.parametrize(
    ("text", "greeting"),
    [
        ("thanks a lot", "ask.thanks"),
        ("diolch", "ask.thanks"),
        ("bore da", "ask.courtesy"),
        ("🎉", None),
        ("thanks, when is rollover week", None),
    ],
)
def test_thanks_and_greetings_are_answered(text: str, greeting: str | None, ask: Ask) -> None:
    assert ask(text).greeting == greeting
