"""A voice: the catalogue in one language, for presenters; everything it says for Slack is escaped."""

from dataclasses import dataclass
from typing import Any

from bot.slack.blocks import escape
from knowledge.texts import Bilingual, Catalogue, Language, Text


@dataclass(frozen=True)
class Voice:
    """Says texts in one language."""

    catalogue: Catalogue
    language: Language

    def plain(self, what: Text | str, **values: Any) -> str:
        """A text as it is, for buttons, menus and notifications."""
        return self.catalogue.say(what, self.language, **values)

    def mrkdwn(self, what: Text | str, **values: Any) -> str:
        """A text for a section: what its values hold can't become markup."""
        return escape(self.plain(what, **values))

    def name(self, name: Bilingual) -> str:
        """A name for a section."""
        return escape(name.in_(self.language))
