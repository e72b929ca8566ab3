"""The catalogue of texts in one language, in a reader's words, for screens; for Slack's markup escaped."""

from dataclasses import dataclass, replace
from typing import Any

from bot.people.permissions import Caller
from bot.people.reader import Reader, reader_of_several
from bot.slack.blocks import escape
from bot.slack.slack_words import in_slack
from knowledge.texts import Bilingual, Catalogue, Language, Text
from knowledge.visible import one_line
from provisioning.records.schools import School


@dataclass(frozen=True)
class Voice:
    """The texts of `catalogue` in `language`, in the words for `reader`, if an answer is about a school."""

    catalogue: Catalogue
    language: Language
    reader: Reader | None = None

    def to(self, caller: Caller, school: School, *previous: School | None) -> "Voice":
        """Return the voice that answers `caller` about `school`, and about the `previous` schools, if any."""
        there = (origin for origin in previous if origin)
        return replace(self, reader=Reader(caller.roles(school), caller.roles(*there)))

    def among(self, caller: Caller) -> "Voice":
        """Return the voice that tells `caller` of what is about no one school."""
        return replace(self, reader=reader_of_several(grant.role for grant in caller.grants))

    def plain(self, what: Text | str, **values: Any) -> str:
        """Return a text unescaped, for buttons, menus and notifications."""
        said = Text(what, values) if isinstance(what, str) else what
        worded = self.reader.worded(said, self.catalogue) if self.reader else said
        return self.catalogue.say(in_slack(worded, self.catalogue), self.language)

    def mrkdwn(self, what: Text | str, **values: Any) -> str:
        """Return a text escaped for mrkdwn, so that its values are not read as markup."""
        return escape(self.plain(what, **values))

    def authority(self, code: str) -> str:
        """Return a local authority's name, unescaped; its code where it is not one of the twenty-two."""
        key = f"authority.{code}"
        return self.plain(key) if key in self.catalogue else code

    def all_schools_of(self, code: str) -> str:
        """Return that all schools of the local authority with a `code` are meant, by its name if known."""
        name = self.authority(code)
        return self.plain("authority-schools", code=code, authority=name if name != code else "")

    def name(self, name: Bilingual) -> str:
        """Return a name escaped for mrkdwn."""
        return escape(one_line(name.in_(self.language)))
