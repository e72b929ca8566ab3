"""Knowledge files with one thing wrong: loading stops, naming the file, the key and what is wrong."""

import re
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from knowledge.loading import PACKAGE, load_knowledge
from knowledge.texts import KnowledgeError


class Slip(NamedTuple):
    """In a file, what matches becomes something else; the key and the problem are told."""

    file: str
    match: str
    becomes: str
    key: str
    problem: str


LEARNER, MOVE, OLD_CLASS = "faq/learner-missing.toml", "faq/staff-move-account.toml", "faq/old-class.toml"
CAUSES, CONTACTS, YEAR = "causes.toml", "contacts.toml", "years/2025.toml"

SLIPS = {
    "not TOML": Slip(LEARNER, r"^kind = .*$", "kind =", "file", "not readable as TOML"),
    "no steps": Slip(OLD_CLASS, r"\[\[editions.steps\]\](.|\n)*", "", "editions.0.steps", "is missing"),
    "empty steps": Slip(
        OLD_CLASS,
        r"\[editions.question\](.|\n)*",
        'steps = []\nquestion = {en = "Q", cy = "C"}',
        "editions.0.steps",
        "is empty",
    ),
    "no checks": Slip("guide/contacts.toml", r'^kind = "contacts"', 'kind = "faq"', "editions", "checks"),
    "step without Welsh": Slip(LEARNER, r'^cy = "Cysylltwch.*\n', "", "editions.0.steps.2.cy", "is missing"),
    "empty Welsh": Slip(LEARNER, r'^cy = "Cysylltwch.*$', 'cy = " "', "editions.0.steps.2.cy", "is empty"),
    "step without source": Slip(LEARNER, r"^cites = .*\n", "", "editions.0.steps.0.cites", "is missing"),
    "a text that is a number": Slip(
        LEARNER, r'^en = "Ensure.*$', "en = 7", "editions.0.steps.0.en", "should be a valid string, not 7"
    ),
    "question without English": Slip(
        LEARNER, r'^en = "A new learner.*\n', "", "editions.0.question.en", "is missing"
    ),
    "unknown key": Slip(LEARNER, r"^kind", 'colour = "red"\nkind', "colour", "is not a key"),
    "unknown key in a step": Slip(LEARNER, r"^checks", "check", "editions.0.steps.0.check", "is not a key"),
    "unknown kind": Slip(LEARNER, r'^kind = "faq"', 'kind = "FAQ"', "kind", "must be 'faq', "),
    "unknown question": Slip(LEARNER, r'^asks = ".*"', 'asks = "why"', "asks", "should be 'why-missing', "),
    "the question of another entry": Slip(
        OLD_CLASS, r'^asks = ".*"', 'asks = "no-password"', "asks", "is what learner-no-password asks"
    ),
    "a question that is about no kind of person": Slip(
        OLD_CLASS, r'^about = ".*"', 'about = "accounts"', "asks", "faq about learner or staff"
    ),
    "a question in the guide": Slip(
        "guide/contacts.toml",
        r"^about",
        'asks = "old-class"\nabout',
        "asks",
        "belongs to an entry",
    ),
    "other id": Slip(LEARNER, r'^id = ".*"', 'id = "learner-lost"', "id", "own name, learner-missing"),
    "no Welsh paraphrases": Slip(LEARNER, r"^cy = \[(.|\n)*?^\]\n", "", "paraphrases.cy", "is missing"),
    "third language": Slip(
        LEARNER, r"^\[paraphrases\]", '[paraphrases]\nde = ["neu"]', "paraphrases.de", "must be 'en' or 'cy'"
    ),
    "editions out of order": Slip(MOVE, "2024-09-01", "2019-09-01", "editions", "order of in_force_from"),
    "not a date": Slip(
        MOVE, r"= 2024-09-01", '= "soon"', "editions.1.in_force_from", "should be a valid date"
    ),
    "remedy for no cause": Slip(
        MOVE,
        r"^\[editions\.remedies(.|\n)*?action\]",
        '[editions.remedies.ring-the-desk]\nwho = "staff-member"\n[editions.remedies.ring-the-desk.action]',
        "editions.1.remedies.ring-the-desk",
        "is not a cause",
    ),
    "remedy that can't be said": Slip(
        MOVE,
        r'en = "In Hwb, open',
        'en = "{{ previous }}',
        "entry.staff-move-account.2024-09-01.contact-service-desk.action.en",
        "'previous' is undefined; the values are school, identifier",
    ),
    "bad Jinja": Slip(
        CAUSES,
        r"\{\{ identifier \}\} is not",
        "{{ identifier is not",
        "cause.identifier-invalid.headline.en",
        "not a template",
    ),
    "unknown value": Slip(
        CAUSES,
        r"MIS \{\{ school \}\}",
        "MIS {{ ysgol }}",
        "cause.extract-unreadable.headline.cy",
        "'ysgol' is undefined; the values are school, identifier",
    ),
    "cause without Welsh": Slip(
        CAUSES, r'^cy = "Nid yw .*\n', "", "causes.identifier-invalid.headline.cy", "is missing"
    ),
    "cause twice": Slip(
        CAUSES, r'^id = "not-in-mis"', 'id = "identifier-invalid"', "causes.identifier-invalid", "twice"
    ),
    "unknown cause": Slip(
        CAUSES, r'^id = "not-in-mis"', 'id = "not-there"', "causes.not-there", "contract names"
    ),
    "cause without id": Slip(CAUSES, r'^id = "identifier-invalid"\n', "", "causes.0.id", "is missing"),
    "cause missing": Slip(
        CAUSES, r'\[\[causes\]\]\nid = "not-in-mis"(.|\n)*?(?=\[\[)', "", "causes.not-in-mis", "is missing"
    ),
    "no causes at all": Slip(CAUSES, r"(.|\n)*", "", "causes", "is missing"),
    "causes not an array": Slip(CAUSES, r"(.|\n)*", "causes = 1", "causes", "must be an array"),
    "cause not a table": Slip(CAUSES, r"(.|\n)*", "causes = [1]", "causes.0", "should be a valid dictionary"),
    "key beside the causes": Slip(CAUSES, r"\A", "note = 1\n", "note", "is not a key"),
    "unknown who": Slip(
        CAUSES, r'^who = "nobody"', 'who = "everybody"', "causes.paused.who", "must be 'mis-administrator'"
    ),
    "contact missing": Slip(
        CONTACTS, r'\[\[contacts\]\]\nwho = "nobody"(.|\n)*', "", "contacts.nobody", "is missing"
    ),
    "contact twice": Slip(
        CONTACTS, r'^who = "nobody"', 'who = "service-desk"', "contacts.service-desk", "is there twice"
    ),
    "contact without Welsh": Slip(CONTACTS, r', cy = "Neb"', "", "contacts.nobody.name.cy", "is missing"),
    "no phone": Slip(CONTACTS, r"^phone = .*\n", "", "service_desk.phone", "is missing"),
    "year of another file": Slip(YEAR, r"^year = 2025", "year = 2026", "year", "own name, 2025, not 2026"),
    "week from a Tuesday": Slip(YEAR, "2025-08-25", "2025-08-26", "week_start", "must be a Monday"),
    "week before the deadline": Slip(
        YEAR, "2025-08-08", "2025-08-29", "week_start", "must be after end_of_year_deadline"
    ),
    "week of eight days": Slip(YEAR, "2025-08-31", "2025-09-01", "week_end", "must be the Sunday"),
    "pause without an end": Slip(YEAR, r"^until = .*\n", "", "pauses.0.until", "is missing"),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the knowledge files, to be spoilt."""
    for path in PACKAGE.rglob("*.toml"):
        copy = tmp_path / path.relative_to(PACKAGE)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    return tmp_path


def test_an_unspoilt_copy_loads(folder: Path) -> None:
    assert len(load_knowledge(folder).entries) == 11


@pytest.mark.parametrize("slip", SLIPS.values(), ids=SLIPS.keys())
def test_one_slip_stops_loading(folder: Path, slip: Slip) -> None:
    path = folder / slip.file
    good = path.read_text(encoding="utf-8")
    spoilt, done = re.subn(slip.match, lambda _: slip.becomes, good, count=1, flags=re.MULTILINE)
    assert done, "the slip must match something"
    path.write_text(spoilt, encoding="utf-8")

    with pytest.raises(KnowledgeError) as refused:
        load_knowledge(folder)

    assert (refused.value.file, refused.value.key) == (str(path), slip.key)
    assert slip.problem in refused.value.problem
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("file", "problem"),
    [
        (OLD_CLASS, "no entry asks old-class about anybody"),
        (LEARNER, "no entry asks why-missing about learner"),
        ("faq/staff-missing.toml", "no entry asks why-missing about staff"),
    ],
)
def test_a_question_that_no_entry_asks_stops_loading(folder: Path, file: str, problem: str) -> None:
    path = folder / file
    path.write_text(re.sub(r"(?m)^asks = .*\n", "", path.read_text("utf-8")), encoding="utf-8")
    with pytest.raises(KnowledgeError) as refused:
        load_knowledge(folder)
    assert (refused.value.key, refused.value.problem) == ("asks", problem)


@pytest.mark.parametrize("file", [LEARNER, "guide/contacts.toml", CAUSES, CONTACTS])
def test_a_missing_file_stops_loading(folder: Path, file: str) -> None:
    (folder / file).unlink()
    with pytest.raises(KnowledgeError) as refused:
        load_knowledge(folder)
    assert refused.value.file == str(folder / file)
    assert refused.value.problem == "is missing"


@pytest.mark.parametrize("file", ["faq/learner-lost.toml", "faq/contacts.toml", "guide/old-class.toml"])
def test_a_file_that_is_no_entry_there_stops_loading(folder: Path, file: str) -> None:
    shutil.copy(folder / LEARNER, folder / file)
    with pytest.raises(KnowledgeError, match="is not an entry that belongs in") as refused:
        load_knowledge(folder)
    assert refused.value.file == str(folder / file)


def test_a_year_without_a_file_is_no_problem(folder: Path) -> None:
    shutil.rmtree(folder / "years")
    assert load_knowledge(folder).key_dates(2025).source.en == "derived from the pattern of the 2020 guide"


@pytest.mark.parametrize(
    ("sentence", "key", "problem"),
    [
        ('en = "Hello"', "said.hello.cy", "the text is missing"),
        ('en = ""\ncy = "Helo"', "said.hello.en", "the text is missing"),
        ('en = "Hello {{ name"\ncy = "Helo"', "said.hello.en", "not a template"),
        ('en = "Hello"\ncy = "Helo {{ name | shout }}"', "said.hello.cy", "not a template"),
    ],
)
def test_a_text_that_cant_be_said_stops_loading(folder: Path, sentence: str, key: str, problem: str) -> None:
    path = folder / "texts" / "spoilt.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"[said.hello]\n{sentence}\n", encoding="utf-8")
    with pytest.raises(KnowledgeError) as refused:
        load_knowledge(folder)
    assert (refused.value.file, refused.value.key) == (str(path), key)
    assert problem in refused.value.problem
