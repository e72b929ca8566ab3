"""What a Slack user chose for themselves: the language in which they are answered."""

from sqlalchemy.orm import Session

from bot.people.tables import PreferenceRow
from knowledge.texts import Language
from provisioning.store.upserts import put


def chosen_language(session: Session, user: str) -> Language | None:
    """The language that a user chose; None where Slack's own decides."""
    row = session.get(PreferenceRow, user)
    if row is None or row.language is None:
        return None
    return "cy" if row.language == "cy" else "en"


def choose_language(session: Session, user: str, language: Language) -> None:
    """Keep a user's choice."""
    put(session, PreferenceRow, [{"user": user, "language": language}])
