"""How well questions in people's own words are understood, measured by `tests/cases/asking/questions.toml`.

The figures are printed at the end of a test run. `measured` questions are for measuring alone; the limits of
`knowledge/search.py` come from the entries' own sentences, each left out in turn, and from `practice`.
"""

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

import pytest

from knowledge.ids import ENTRY_FILES
from knowledge.loading import Knowledge
from knowledge.models import Entry
from knowledge.search import Finder, Found
from knowledge.texts import LANGUAGES, Language
from tests.paths import TESTS

CASES = TESTS / "cases" / "asking" / "questions.toml"
DAY = date(2026, 9, 1)
EVERY = 8
"""Of the sentences that are left out in turn, one in so many: all of them take a minute."""


@dataclass(frozen=True)
class Asked:
    """A question, and what it may mean: several entries must be asked back, none is off the subject."""

    question: str
    language: Language
    means: frozenset[str]


@dataclass(frozen=True)
class Figures:
    """What came of many questions; `offered` are those asked back with every right entry to choose from."""

    asked: int
    right: int
    asked_back: int
    offered: int
    wrong: Sequence[str]

    def share(self, count: int) -> float:
        """A count as a part of all questions, in per cent."""
        return 100 * count / self.asked

    def __str__(self) -> str:
        return (
            f"{self.asked} questions: {self.share(self.right):.1f} % right, "
            f"{self.share(self.asked_back):.1f} % asked back "
            f"({100 * self.offered / max(1, self.asked_back):.0f} % of them with the right choice), "
            f"{self.share(len(self.wrong)):.1f} % wrong"
        )


@pytest.fixture(scope="module")
def finder(knowledge: Knowledge) -> Finder:
    return Finder(knowledge)


def questions(part: str) -> Iterator[Asked]:
    for case in tomllib.loads(CASES.read_text(encoding="utf-8"))["asked"]:
        for language in LANGUAGES:
            for question in case[part][language]:
                yield Asked(question, language, frozenset(case["means"]))


def measure(asked: Sequence[Asked], finder: Finder) -> Figures:
    """Off the subject, to find nothing and to ask back are both right; a sure answer never is."""
    right, asked_back, offered, wrong = 0, 0, 0, []
    for example in asked:
        found = finder.find(example.question, DAY)
        if found.best is not None and example.means == {found.best.id}:
            right += 1
        elif found.best is not None:
            wrong.append(f"{example.question!r} is taken for {found.best.id}")
        elif not example.means:
            right += 1
        else:
            asked_back += 1
            offered += example.means <= {match.id for match in found.matches}
    return Figures(len(asked), right, asked_back, offered, wrong)


def test_questions_are_answered_right_or_asked_back(
    finder: Finder, record_property: Callable[[str, object], None]
) -> None:
    asked = list(questions("measured"))
    figures = measure(asked, finder)
    by_language = {
        language: measure([example for example in asked if example.language == language], finder)
        for language in LANGUAGES
    }
    lines = [f"{language}: {each}" for language, each in by_language.items()]
    record_property("figures", "\n  ".join(["Asking in plain words", *lines, f"all: {figures}"]))
    assert figures.share(figures.right + figures.asked_back) >= 95
    assert figures.share(len(figures.wrong)) < 2, "\n".join(figures.wrong)
    assert figures.share(figures.asked_back) <= 20, "asked back too often to be of use"
    assert figures.offered >= 0.9 * figures.asked_back


def test_the_measure_is_large_enough_and_in_both_languages() -> None:
    asked = list(questions("measured"))
    assert len(asked) >= 170
    for entry in ENTRY_FILES:
        for language in LANGUAGES:
            assert sum(example.means == {entry} and example.language == language for example in asked) >= 6
    assert sum(not example.means for example in asked) >= 15


def test_no_question_is_measured_that_the_guide_or_the_practice_has(knowledge: Knowledge) -> None:
    known = {text.casefold() for entry in knowledge.entries.values() for text, _ in sentences(entry)}
    known |= {example.question.casefold() for example in questions("practice")}
    assert not [example.question for example in questions("measured") if example.question.casefold() in known]


@pytest.mark.slow
def test_the_limits_hold_for_the_guides_own_sentences_each_left_out(knowledge: Knowledge) -> None:
    asked, sure, wrong = 0, 0, []
    for entry in knowledge.entries.values():
        for text, language in list(sentences(entry))[::EVERY]:
            found = Finder(without(knowledge, entry, text, language)).find(text, DAY)
            asked, sure = asked + 1, sure + found.sure
            if found.best is not None and found.best.id != entry.id:
                wrong.append(f"{text!r} is taken for {found.best.id}")
    assert len(wrong) < 0.02 * asked, "\n".join(wrong)
    assert sure > 0.8 * asked


@pytest.mark.parametrize("entry_id", ENTRY_FILES)
def test_every_entry_is_found_by_its_own_question(
    entry_id: str, finder: Finder, knowledge: Knowledge
) -> None:
    question = knowledge.edition(entry_id, DAY).question
    for language in LANGUAGES:
        assert first(finder.find(question.in_(language), DAY)) == entry_id


@pytest.mark.parametrize(
    ("complaint", "process"),
    [
        (
            ("a new year 7 pupil from the primary is not on hwb", "learner-missing"),
            ("how do year 6 pupils get to the secondary", "flow-school-to-school"),
        ),
        (
            ("the new teacher from another school is not in UMP", "staff-missing"),
            ("what must we do when a teacher leaves for another school", "flow-staff-move"),
        ),
        (
            ("pupils still in last year's class", "old-class"),
            ("how do pupils go up a year", "flow-within-school"),
        ),
        (
            ("teacher wants to keep the account from the last school", "staff-move-account"),
            ("what happens to a teacher's account when they leave", "flow-staff-move"),
        ),
        (
            ("review accounts made by hand", "non-mis-review"),
            ("review governor accounts", "governor-review"),
        ),
    ],
)
def test_pairs_that_are_near_to_each_other(
    complaint: tuple[str, str], process: tuple[str, str], finder: Finder
) -> None:
    for question, entry in (complaint, process):
        assert first(finder.find(question, DAY)) == entry


@pytest.mark.parametrize(
    "question", ["new pupil no account hwb", "hwb account no new pupil", "no hwb pupil new account"]
)
def test_words_in_any_order(question: str, finder: Finder) -> None:
    assert first(finder.find(question, DAY)) == "learner-missing"


@pytest.mark.parametrize(
    ("right", "mistyped"),
    [
        ("password", "pasword"),
        ("pupil", "pupli"),
        ("governor", "govenor"),
        ("disgybl", "disgbl"),
        ("athrawes", "athawres"),
    ],
)
def test_slips_are_forgiven(right: str, mistyped: str, finder: Finder) -> None:
    assert finder._folder.fold(mistyped) == finder._folder.fold(right)


def sentences(entry: Entry) -> Iterator[tuple[str, Language]]:
    for language in LANGUAGES:
        for text in entry.paraphrases[language]:
            yield text, language


def without(knowledge: Knowledge, entry: Entry, text: str, language: Language) -> Knowledge:
    """The guide without one of an entry's sentences."""
    left: Mapping[Language, tuple[str, ...]] = entry.paraphrases | {
        language: tuple(sentence for sentence in entry.paraphrases[language] if sentence != text)
    }
    changed = entry.model_copy(update={"paraphrases": left})
    return replace(knowledge, entries=MappingProxyType({**knowledge.entries, entry.id: changed}))


def first(found: Found) -> str:
    return found.matches[0].id
