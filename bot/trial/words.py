"""What the trial's page is worded by: the catalogue, and the words of the verbs, in both languages."""

from dataclasses import dataclass

from bot.commands import Verbs
from knowledge.texts import Catalogue
from slack_workspace import WorkspaceText


@dataclass(frozen=True)
class Words:
    """The texts of the page by their keys, and the command lines of its suggestions."""

    catalogue: Catalogue
    verbs: Verbs

    def both(self, key: str, **values: object) -> WorkspaceText:
        """Return a text of the catalogue in both languages, by its key and values."""
        return WorkspaceText(self.catalogue.say(key, "en", **values), self.catalogue.say(key, "cy", **values))

    def line(self, word: str, *rest: str) -> WorkspaceText:
        """Return the command line of the verb `word` in both languages, with `rest` behind it."""
        verb = self.verbs.named(word)
        return WorkspaceText(
            " ".join(("/hwb", verb.word, *filter(None, rest))),
            " ".join(("/hwb", verb.welsh, *filter(None, rest))),
        )
