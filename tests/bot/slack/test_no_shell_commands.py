"""No text that Slack shows names a command of the shell: it names what can be pressed or typed there."""

import re
from pathlib import Path

import pytest

import bot
from bot.cli.commands import COMMANDS
from bot.slack.slack_words import OF_OPERATORS, in_slack
from bot.slack.voice import Voice
from knowledge.texts import LANGUAGES, Catalogue, Language, Text, text
from knowledge.translations import Translation, translations
from tests.everything import knowledge

ROOT = Path(bot.__file__).parents[1]
SHELL = re.compile(
    rf"(?<![/\w.-])hwb (?:{'|'.join(COMMANDS)})\b|(?<![\w-])--[a-z]|\bpip install\b|\bmake run\b"
)
SLACK = re.compile(r"(?<![\w/.-])/hwb\b")
ONLY_IN_SLACK = {
    "alert.trouble",
    "answer.retired",
    "ask.upn-in-channel",
    "dates.others",
    "home.left-out",
    "language.which",
    "refusal.no-grant",
    "error.answer-not-shown.hint",
    "error.request-unreadable.hint",
}
"""Texts that name `/hwb` and are said in Slack alone; those of the trial are about its Slack."""
ONLY_ON_THE_COMMAND_LINE = (
    "cli.",
    "doctor.",
    "help.",
    "misuse.",
    "roles.made",
    "identity.how",
    "subject.all-fields",
    "trial.",
)
"""Texts of the command line, its help and the trial's own page; none of them is said in Slack."""
ERRORS_ONLY_ON_THE_COMMAND_LINE = (
    *("api-not-listening", "api-token-taken", "api-token-unknown", "api-token-until", "until-over"),
    *("at-beyond", "backup-itself", "clock-set", "compact-server", "correct-name"),
    *("correct-no-account", "correct-no-case", "database-in-use", "erase-active", "erase-has-role"),
    *("extracts-not-readable", "extracts-open", "schema-lacking"),
    *("grant-workspace", "http-not-listening", "one-workspace", "port-taken", "setting-needs-workspace"),
    *("slack-signing-secret-missing", "slack-token-missing", "subject-school", "work-needs-postgresql"),
    *("workspace-authority-taken", "workspace-serves-none", "workspace-unknown"),
)
"""Errors of commands that no verb, button or form carries out, and of the start of the program."""


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return knowledge().catalogue


@pytest.fixture(scope="module")
def every() -> dict[str, Translation]:
    """Every text as its template, those of the guide included, by its key in the catalogue."""
    found = translations(ROOT, (ROOT / "bot", ROOT / "knowledge"))
    return {
        re.sub(r"^(cause|stage)s\.", r"\1.", of_both.key).replace(".remedies.", "."): of_both
        for of_both in found
    }


def is_said_in_slack(key: str) -> bool:
    name = key.removeprefix("error.").removesuffix(".hint")
    of_the_command_line = key.startswith("error.") and name in ERRORS_ONLY_ON_THE_COMMAND_LINE
    return not of_the_command_line and not key.startswith(ONLY_ON_THE_COMMAND_LINE)


def test_a_command_of_the_shell_is_told_from_a_verb_and_from_the_name_hwb() -> None:
    for command in ("with `hwb runs --last 1`", "hwb decide 7 same", "add --group", "pip install 'x'"):
        assert SHELL.search(command)
    for harmless in ("/hwb runs", "an hwb account", "Hwb runs at night", "a well-known school – yes"):
        assert not SHELL.search(harmless)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_that_slack_shows_names_one(
    language: Language, catalogue: Catalogue, every: dict[str, Translation]
) -> None:
    said = {in_slack(Text(key), catalogue).key for key in every if is_said_in_slack(key)}
    texts = {key: getattr(every[key], language) for key in said}
    assert {key: words for key, words in texts.items() if SHELL.search(words)} == {}


def test_no_text_of_the_command_line_names_a_command_of_slack(every: dict[str, Translation]) -> None:
    assert SLACK.search("Ask again with `/hwb`.")
    assert not SLACK.search("the folder opt/hwb/client and https://hwb.gov.wales")
    found = {key for key, both in every.items() if any(map(SLACK.search, (both.en, both.cy)))} - ONLY_IN_SLACK
    assert {key for key in found if not key.startswith(("in-slack.", "everyday.", "trial."))} == set()
    assert set(every) >= ONLY_IN_SLACK


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_stage_names_the_command_of_the_place_where_it_is_read(
    language: Language, catalogue: Catalogue
) -> None:
    action = Text("stage.leavers-ended.action")
    verb = {"en": "/hwb still-active", "cy": "/hwb dal-yn-weithredol"}[language]
    assert "(`hwb still-active`)" in catalogue.say(action, language)
    assert f"(`{verb}`)" in Voice(catalogue, language).plain(action)


def test_what_is_said_in_slack_in_other_words_is_said_elsewhere_too(every: dict[str, Translation]) -> None:
    others = {key.removeprefix("in-slack.") for key in every if key.startswith("in-slack.")}
    assert others - {"of-operators"} <= set(every)
    assert set(every) >= OF_OPERATORS


@pytest.mark.parametrize(
    ("language", "says"),
    [("en", "Look at the latest run: /hwb last-run 6809901."), ("cy", "/hwb rhediad-diwethaf 6809901.")],
)
def test_a_hint_names_the_verb_in_slack(language: Language, says: str, catalogue: Catalogue) -> None:
    hint = text("error.run-not-held.hint", run=7, school="6809901")
    assert says in Voice(catalogue, language).plain(hint)
    assert "hwb runs --school 6809901" in catalogue.say(hint, language)
    within = text("error.batch-unfinished.hint", what=hint)
    assert says in Voice(catalogue, language).plain(within)
