"""The catalogue of texts in one language, for screens; texts for Slack's markup are escaped."""

from dataclasses import dataclass
from typing import Any

from bot.slack.blocks import escape
from knowledge.texts import Bilingual, Catalogue, Language, Text
from knowledge.visible import one_line


@dataclass(frozen=True)
class Voice:
    """The texts of `catalogue` in `language`."""

    catalogue: Catalogue
    language: Language

    def plain(self, what: Text | str, **values: Any) -> str:
        """Return a text unescaped, for buttons, menus and notifications."""
        return self.catalogue.say(what, self.language, **values)

    def mrkdwn(self, what: Text | str, **values: Any) -> str:
        """Return a text escaped for mrkdwn, so that its values are not read as markup."""
        return escape(self.plain(what, **values))

    def name(self, name: Bilingual) -> str:
        """Return a name escaped for mrkdwn."""
        return escape(one_line(name.in_(self.language)))
