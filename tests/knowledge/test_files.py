"""What the knowledge files say, read as the product reads them."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import get_args

import pytest

from knowledge.ids import CAUSE_IDS, ENTRY_FILES, Question
from knowledge.loading import PACKAGE, Knowledge, NextStep, load_knowledge
from knowledge.models import InBoth, Who
from knowledge.texts import LANGUAGES, Bilingual, text

GUIDE_IN_FORCE = date(2020, 8, 24)
LATER_PAGES_IN_FORCE = date(2026, 9, 1)


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge()


def test_the_contracts_entries_are_there_in_its_order(knowledge: Knowledge) -> None:
    assert list(knowledge.entries) == [
        "staff-missing",
        "staff-move-account",
        "learner-missing",
        "learner-no-password",
        "old-class",
        "flow-within-school",
        "flow-school-to-school",
        "flow-staff-move",
        "non-mis-review",
        "governor-review",
        "contacts",
    ]


@pytest.mark.parametrize(
    ("entry_id", "checks"),
    [
        (
            "staff-missing",
            [["staff-record", "staff-compared", "on-roll"], ["own-last-run", "account-visible"]],
        ),
        (
            "staff-move-account",
            [["old-school-left"], ["old-school-run"], ["staff-record"], ["own-last-run"], ["move-request"]],
        ),
        (
            "learner-missing",
            [
                ["identifier", "mis-record", "on-roll"],
                ["own-last-run"],
                ["previous-school-leaving-date", "previous-school-run"],
                ["account-visible"],
            ],
        ),
        ("learner-no-password", [["account-visible", "transferred-account"], ["password-reset"]]),
        ("old-class", [["account-visible", "mis-rolled-over", "class-current"], ["client-run"]]),
    ],
)
def test_each_step_of_an_faq_entry_names_its_checks(
    knowledge: Knowledge, entry_id: str, checks: list[list[str]]
) -> None:
    for edition in knowledge.entries[entry_id].editions:
        assert [list(step.checks) for step in edition.steps] == checks


def test_causes_stand_in_the_order_of_mending(knowledge: Knowledge) -> None:
    assert list(knowledge.causes) == [
        "identifier-invalid",
        "extract-unreadable",
        "extract-stale",
        "not-in-mis",
        "row-rejected",
        "already-left",
        "not-yet-on-roll",
        "mis-not-rolled-over",
        "identity-doubt",
        "export-unseen",
        "client-skipped",
        "previous-school-no-leaving-date",
        "previous-school-run-failed",
        "previous-school-run-held",
        "previous-school-not-run",
        "previous-school-unknown",
        "never-run",
        "run-failed",
        "run-held",
        "refused",
        "not-run-since-record",
        "not-run-since-release",
        "paused",
        "vanished",
        "present",
        "up-to-date",
        "transferred",
        "new-account",
        "contact-service-desk",
    ]
    found = ["run-held", "identifier-invalid", "previous-school-not-run", "not-in-mis"]
    assert sorted(found, key=knowledge.mending_order) == [
        "identifier-invalid",
        "not-in-mis",
        "previous-school-not-run",
        "run-held",
    ]


def test_a_cause_names_the_schools_in_the_language_asked_for(knowledge: Knowledge) -> None:
    headline = text(
        "cause.previous-school-not-run.headline",
        school=Bilingual("Bryn High", "Ysgol y Bryn"),
        previous=Bilingual("Nant Primary", "Ysgol Nant"),
        identifier="H801200001001",
    )
    assert knowledge.catalogue.say(headline, "en").startswith("Nant Primary has entered the leaving date")
    assert knowledge.catalogue.say(headline, "cy").startswith("Mae Ysgol Nant wedi nodi’r dyddiad gadael")


def test_everyone_who_may_act_next_can_be_reached(knowledge: Knowledge) -> None:
    assert set(knowledge.contacts) == set(get_args(Who))
    assert knowledge.catalogue.say("who.digital-champion", "cy") == "Pencampwr Digidol yr ysgol"
    desk = knowledge.contacts["service-desk"].contact
    for language in LANGUAGES:
        assert knowledge.service_desk.email in desk.in_(language)
        assert knowledge.service_desk.phone in desk.in_(language)


@pytest.mark.parametrize(
    ("today", "source"),
    [
        (date(2019, 9, 1), "Hwb academic-year rollover guide, 2020"),  # before all editions: the first
        (date(2020, 7, 1), "Hwb academic-year rollover guide, 2020"),
        (date(2024, 8, 31), "Hwb academic-year rollover guide, 2020"),
        (date(2024, 9, 1), "Hwb public help pages, Account transfer (day of publication not known)"),
        (date(2026, 8, 24), "Hwb public help pages, Account transfer (day of publication not known)"),
    ],
)
def test_an_edition_is_in_force_until_a_later_one(knowledge: Knowledge, today: date, source: str) -> None:
    assert knowledge.edition("staff-move-account", today).source.en == source


def test_moving_an_account_goes_by_the_edition_in_force(knowledge: Knowledge) -> None:
    def next_step(today: date) -> NextStep:
        return knowledge.next_step("contact-service-desk", "staff-move-account", today)

    by_the_guide, by_the_pages = next_step(GUIDE_IN_FORCE), next_step(LATER_PAGES_IN_FORCE)
    assert by_the_guide == ("staff-member", "cause.contact-service-desk.action")
    assert knowledge.catalogue.say(by_the_guide.action, "en").startswith("Contact the Hwb Service Desk")
    assert by_the_pages.who == "staff-member"
    said = knowledge.catalogue.say(by_the_pages.action, "en")
    assert "User Management > My profile > Account transfer" in said
    assert "03000 25 25 25" in said  # the Service Desk stays the way out


def test_an_edition_overrides_only_the_causes_it_names(knowledge: Knowledge) -> None:
    step = knowledge.next_step("not-in-mis", "staff-move-account", LATER_PAGES_IN_FORCE)
    assert step == ("mis-administrator", "cause.not-in-mis.action")


def both_languages(knowledge: Knowledge) -> Iterator[tuple[str, InBoth | tuple[str, str]]]:
    for entry in knowledge.entries.values():
        for edition in entry.editions:
            yield f"{entry.id} question", edition.question
            for step in edition.steps:
                yield f"{entry.id}, {step.cites}", (step.en, step.cy)
            if edition.note:
                yield f"{entry.id} note", edition.note
            for cause_id, remedy in edition.remedies.items():
                yield f"{entry.id} {cause_id}", remedy.action
    for cause in knowledge.causes.values():
        yield f"{cause.id} headline", cause.headline
        yield f"{cause.id} action", cause.action
    for contact in knowledge.contacts.values():
        yield f"{contact.who} name", contact.name
        yield f"{contact.who} contact", contact.contact


def test_no_english_is_left_in_welsh_texts(knowledge: Knowledge) -> None:
    same = []
    for where, texts in both_languages(knowledge):
        en, cy = texts if isinstance(texts, tuple) else (texts.en, texts.cy)
        if en == cy or {"the", "and", "of"} & set(cy.lower().split()):
            same.append(where)
    assert not same


def test_paraphrases_are_many_and_lead_to_one_entry_only(knowledge: Knowledge) -> None:
    phrases: Counter[str] = Counter()
    for entry in knowledge.entries.values():
        for language in LANGUAGES:
            assert len(entry.paraphrases[language]) >= 10, (entry.id, language)
            phrases.update(phrase.casefold() for phrase in entry.paraphrases[language])
    assert [phrase for phrase, times in phrases.items() if times > 1] == []


def test_no_file_lies_about_unread() -> None:
    read = {f"{folder}/{entry_id}.toml" for entry_id, folder in ENTRY_FILES.items()}
    read |= {"causes.toml", "contacts.toml", "nouns.toml", "prepositions.toml", "stages.toml", "words.toml"}
    found = {path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.toml")}
    assert {name for name in found - read if not name.startswith(("texts/", "years/"))} == set()
    assert len(CAUSE_IDS) == 29


def test_further_folders_of_texts_are_taken_in(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text('[own.greeting]\nen = "Good day"\ncy = "Dydd da"\n', encoding="utf-8")
    assert load_knowledge(texts=[tmp_path]).catalogue.say("own.greeting", "cy") == "Dydd da"


def test_2020_is_as_in_the_guide(knowledge: Knowledge) -> None:
    dates = knowledge.years[2020]
    assert dates.end_of_year_deadline == date(2020, 8, 21)
    assert (dates.week_start, dates.week_end) == (date(2020, 8, 24), date(2020, 8, 30))
    assert dates.pauses == ()


def test_2025_is_as_published(knowledge: Knowledge) -> None:
    dates = knowledge.years[2025]
    assert dates.end_of_year_deadline == date(2025, 8, 8)
    assert dates.week_end - dates.week_start == timedelta(days=6)
    (pause,) = dates.pauses
    assert pause.year_groups == ("11", "12", "13")
    assert (pause.left_after, pause.until) == (date(2025, 6, 1), date(2025, 8, 29))


@pytest.mark.parametrize(
    ("entry", "asks", "about"),
    [
        ("learner-missing", "why-missing", "learner"),
        ("staff-missing", "why-missing", "staff"),
        ("learner-no-password", "no-password", "learner"),
        ("old-class", "old-class", "learner"),
        ("staff-move-account", "move-account", "staff"),
    ],
)
def test_a_faq_entry_says_which_question_it_answers_and_about_whom(
    knowledge: Knowledge, entry: str, asks: str, about: str
) -> None:
    assert knowledge.entry_asking(Question(asks), about).id == entry
    assert knowledge.can_ask(Question(asks), about)
    assert not knowledge.can_ask(Question.MOVE_ACCOUNT, "learner")
