"""Welsh texts: known faults stay out of all of them, and counted ones are right for every number."""

import re
from pathlib import Path

import pytest

import bot
from bot.service.bootstrap import knowledge
from knowledge.counting import welsh_nouns
from knowledge.texts import Bilingual, Catalogue, Language, Text
from knowledge.translations import translations

ROOT = Path(bot.__file__).parents[1]
PAGE = ROOT / "slack_workspace" / "static" / "texts.js"
FORMS = ({noun, *forms.values()} - {forms["gender"]} for noun, forms in welsh_nouns().items())
NOUNS = "|".join(sorted(form for forms in FORMS for form in forms))
HOW_MANY = (
    r"(?:alerts|before|bytes|cells|checked|count|decisions|digests|grants|keyed|measured|missing|opened|people"
    r"|reviewed|rows|runs|total|unchecked|unsealed)"
)
"""The names of values that are numbers of something."""
SCHOOLS = "Bro Alarch|Dyffryn Eirlys|Llanfeillion|Penrhyn Gwyn|Porth Hallt|Santes Eurgan|Traeth Arian"

FAULTS = {
    "a noun is counted without `| count(...)`": (
        rf"\{{\{{ {HOW_MANY}(?: - [a-z]+)? \}}\}} (?:{NOUNS})\b",
        "{{ total }} cyfrif, {{ total - reviewed }} cyfrif, {{ count }} o bobl",
    ),
    "a plural follows a number": (
        rf"\{{\{{ {HOW_MANY} \}}\}} (?:o )?[^\W\d]+(?:on|oedd|iadau|wyr)\b",
        "{{ total }} gyfrifon llywodraethwyr",
    ),
    "'1 o bobl'": (r"\b1 o bobl|\}\} o bobl", "1 o bobl"),
    "'a' stands before a number, where it may have to be 'ac'": (r"\ba \{\{", "… a {{ count }} arall"),
    "a preposition stands before a school's name without `| after(...)`": (
        r"(?i)(?<![\w’'])(?:yn|i|o|gan|am|ar gyfer|a|ac|â|ag|gydag?) \{\{ (?:school|previous|successor) \}\}",
        "Nid oes cyfrif gweithredol yn {{ school }}.",
    ),
    "several is said of what may be one": (
        r"\}\} (?:(?:wedi|fe)'u|heb eu|eu)\b",
        "{{ count }} wedi'u hoedi",
    ),
    "Dim MIS has another name": (r"di-MIS|nad ydynt o'r MIS", "cyfrifon nad ydynt o'r MIS"),
    "'dal' without 'yn ôl' is to catch": (
        r"\b(?:a ddelir|a ddaliwyd|(?:wedi['’]i|ei) dd?al|(?:wedi['’]u|eu) dal)\b(?! yn ôl| ar agor)",
        "mae rhediad yr ysgol flaenorol yn cael ei ddal",
    ),
    "what is to come is called owed": (r"dyledus", "ddim yn ddyledus eto"),
    "identifier has another name": (r"dynodwr", "o dan ddynodwr arall"),
    "made by hand is said in other words": (r"wnaed â llaw", "cyfrifon ysgol a wnaed â llaw"),
    "a role has another name": (
        r"(?<!gyda'r )\b(?:caniatadau|ganiatadau)\b|hawl o'r fath",
        "Rhestru'r holl ganiatadau.",
    ),
    "a teacher is a man": (r"unrhyw athro\b(?! neu athrawes)", "gall unrhyw athro ailosod y cyfrinair"),
    "Pencampwr Digidol in small letters": (r"encampwr digidol", "Mae'r pencampwr digidol"),
    "View Users without its Welsh name": (r"(?<!\()View Users", "o dan View Users yn y porth"),
    "a school's number without Adran Addysg": (r"\brh?if DfES", "a rhowch rif DfES eich ysgol"),
    "'gyda' before a vowel": (r"(?i)\bgyda [aeiouwyâêîôûŵŷ]", "gyda UPN neu god staff"),
    "a person is looked at, not for": (r"[Ee]drych ar (?:rywun|neb|y person hwnnw)", "Edrych ar rywun"),
    "questions are carried out": (r"(?:cyflawni|gweithredu) cwestiynau", "gweithredu cwestiynau cyffredin"),
    "spoken Welsh": (
        r"\b(?:Does|does|[Tt]rio|drio|roedden nhw|ddim byd)\b|\"(?:All|Weithiodd)\b",
        "Wedi'i drio",
    ),
    "a school without 'Ysgol'": (rf"(?<!Ysgol )\b(?:{SCHOOLS})\b", "ar ôl rhediad Bro Alarch ei hun"),
    "the portal, alone, with a capital": (
        r"(?:\by|['’]r) Porth\b(?! Rheoli)",
        "felly efallai na fydd y Porth",
    ),
}
"""What a Welsh reader found wrong: a pattern that finds it, and a text that had the fault."""
TO_HAND_OVER = re.compile(r"(?i)d?[td]h?rosglwydd(?!o(?: blwyddyn|'r flwyddyn| cyfrif))")
"""'Trosglwyddo' without a year is to hand over; with one, rollover. 'Trosglwyddo cyfrif' is a menu of Hwb."""
HANDED_OVER = re.compile(r"(?i)\bhand(?:s|ed|ing)?\b|Common Transfer|^rollover$")
THE_GUIDES_OWN_WORDS = ("knowledge/faq/", "knowledge/guide/")
"""These are quoted as the guide has them."""


@pytest.fixture(scope="module")
def welsh() -> dict[str, str]:
    """Every Welsh text by its file and key; those of the local Slack's page by their line."""
    found = translations(ROOT, [ROOT / "bot", ROOT / "knowledge"])
    texts = {f"{text.file}: {text.key}": text.cy for text in found}
    page = PAGE.read_text(encoding="utf-8").partition("const CY = ")[2]
    texts |= {f"{PAGE.name}: {line.strip()}": line for line in page.splitlines()}
    assert len(texts) > 1_500
    return {
        where: text
        for where, text in texts.items()
        if not where.startswith(THE_GUIDES_OWN_WORDS) and ".letter-" not in where
    }


@pytest.mark.parametrize("fault", FAULTS)
def test_no_welsh_text_has_a_known_fault(fault: str, welsh: dict[str, str]) -> None:
    pattern, faulty = FAULTS[fault]
    assert re.search(pattern, faulty)
    assert [f"{where}: {text}" for where, text in welsh.items() if re.search(pattern, text)] == []


def test_rollover_has_a_word_of_its_own() -> None:
    found = translations(ROOT, [ROOT / "bot", ROOT / "knowledge"])
    handed = [
        text
        for text in found
        if TO_HAND_OVER.search(text.cy) and not text.file.startswith(THE_GUIDES_OWN_WORDS)
    ]
    assert len(handed) > 10
    assert [f"{text.key}: {text.cy}" for text in handed if not HANDED_OVER.search(text.en)] == []


def test_what_the_intake_waits_for_is_a_list_of_unmutated_words(catalogue: Catalogue) -> None:
    """Schools may stand before them, or not: no preposition is next to any."""
    others = Text(
        "waits-for.and",
        {
            "before": Text("waits-for.decision", {"count": 1}),
            "last": Text("waits-for.run", {"count": 3}),
        },
    )
    said = {"there": 2, "total": 8, "missing": 6, "others": others}
    schools = {True: Bilingual("Nant Primary (2)", "Ysgol Nant (2)"), False: ""}
    told = {
        named: catalogue.say(Text("step.intake-matched.missing", {**said, "schools": names}), "cy")
        for named, names in schools.items()
    }
    assert told[True].endswith("am y canlynol: Ysgol Nant (2), penderfyniad yma (1), rhediad yma (3).")
    assert told[False].endswith("am y canlynol: penderfyniad yma (1), rhediad yma (3).")


def test_every_counted_welsh_noun_is_in_the_list(welsh: dict[str, str]) -> None:
    counted = {noun for text in welsh.values() for noun in re.findall(r"count\('([^']+)'\)", text)}
    assert counted == set(welsh_nouns())


NUMBERS = (0, 1, 2, 3, 5, 6, 11)
PLAYED: dict[tuple[str, Language], tuple[str, ...]] = {
    ("missing.people", "en"): (
        *("0 people", "1 person", "2 people", "3 people"),
        *("5 people", "6 people", "11 people"),
    ),
    ("missing.people", "cy"): (
        *("0 o bobl", "1 person", "2 o bobl", "3 o bobl"),
        *("5 o bobl", "6 o bobl", "11 o bobl"),
    ),
    ("held.left", "en"): (
        "0 accounts have changed since and were left as they are:",
        "1 account has changed since and was left as it is:",
        "2 accounts have changed since and were left as they are:",
        "3 accounts have changed since and were left as they are:",
        "5 accounts have changed since and were left as they are:",
        "6 accounts have changed since and were left as they are:",
        "11 accounts have changed since and were left as they are:",
    ),
    ("held.left", "cy"): (
        "Mae 0 cyfrif wedi newid ers hynny ac fe'u gadawyd fel y maent:",
        "Mae 1 cyfrif wedi newid ers hynny ac fe'i gadawyd fel y mae:",
        "Mae 2 gyfrif wedi newid ers hynny ac fe'u gadawyd fel y maent:",
        "Mae 3 chyfrif wedi newid ers hynny ac fe'u gadawyd fel y maent:",
        "Mae 5 cyfrif wedi newid ers hynny ac fe'u gadawyd fel y maent:",
        "Mae 6 chyfrif wedi newid ers hynny ac fe'u gadawyd fel y maent:",
        "Mae 11 cyfrif wedi newid ers hynny ac fe'u gadawyd fel y maent:",
    ),
    ("cli.translations-taken", "en"): (
        *(
            "0 texts noted as read.",
            "1 text noted as read.",
            "2 texts noted as read.",
            "3 texts noted as read.",
        ),
        *("5 texts noted as read.", "6 texts noted as read.", "11 texts noted as read."),
    ),
    ("cli.translations-taken", "cy"): (
        "Nodwyd bod 0 testun wedi'u darllen.",
        "Nodwyd bod 1 testun wedi'i ddarllen.",
        "Nodwyd bod 2 destun wedi'u darllen.",
        "Nodwyd bod 3 thestun wedi'u darllen.",
        "Nodwyd bod 5 testun wedi'u darllen.",
        "Nodwyd bod 6 thestun wedi'u darllen.",
        "Nodwyd bod 11 testun wedi'u darllen.",
    ),
    ("count.rejected", "en"): (
        *("0 rows rejected", "1 row rejected", "2 rows rejected", "3 rows rejected"),
        *("5 rows rejected", "6 rows rejected", "11 rows rejected"),
    ),
    ("count.rejected", "cy"): (
        *("gwrthodwyd 0 rhes", "gwrthodwyd 1 rhes", "gwrthodwyd 2 res", "gwrthodwyd 3 rhes"),
        *("gwrthodwyd 5 rhes", "gwrthodwyd 6 rhes", "gwrthodwyd 11 rhes"),
    ),
}
"""Counted texts as they are said of each of `NUMBERS`."""


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return knowledge(check_templates=False).catalogue


@pytest.mark.parametrize(("key", "language"), PLAYED)
def test_a_counted_text_is_right_for_every_number(key: str, language: Language, catalogue: Catalogue) -> None:
    assert tuple(catalogue.say(key, language, count=n) for n in NUMBERS) == PLAYED[key, language]
