"""What there is to try in the trial: each command line is one that the bot knows, in both languages."""

from bot.commands import Command
from bot.service.features import VERBS
from bot.texts import TEXTS
from bot.trial.county import county
from bot.trial.suggestions import of_rollover_week
from bot.trial.words import Words
from knowledge.texts import Catalogue

SUGGESTIONS = of_rollover_week(county(), Words(Catalogue(TEXTS), VERBS))
LINES = [suggestion.command for suggestion in SUGGESTIONS if suggestion.command]


def test_a_welsh_page_shows_welsh_command_lines() -> None:
    for line in LINES:
        english, welsh = (VERBS.parse(said.removeprefix("/hwb ")) for said in (line.en, line.cy))
        assert isinstance(english, Command)
        assert isinstance(welsh, Command)
        assert english.verb is welsh.verb
        assert line.en.split()[1] == english.verb.word
        assert line.cy.split()[1] == english.verb.welsh


def test_both_lines_of_a_suggestion_ask_about_one_person_at_one_school() -> None:
    for line in LINES:
        english, welsh = (VERBS.parse(said.removeprefix("/hwb ")) for said in (line.en, line.cy))
        assert isinstance(english, Command)
        assert isinstance(welsh, Command)
        assert (english.people, english.school) == (welsh.people, welsh.school)
