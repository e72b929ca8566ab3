"""Slack users' own choice of the language in which they are answered."""

from sqlalchemy.orm import Session

from bot.people.tables import PreferenceRow
from knowledge.texts import Language
from provisioning.store.upserts import put


def chosen_language(session: Session, user: str) -> Language | None:
    """Return the language that `user` chose; None where the profile in Slack decides."""
    row = session.get(PreferenceRow, user)
    return as_language(row.language) if row is not None else None


def as_language(stored: str | None) -> Language | None:
    """Return the language of a choice as it is stored."""
    if stored is None:
        return None
    return "cy" if stored == "cy" else "en"


def choose_language(session: Session, user: str, language: Language) -> None:
    """Keep `language` as the choice of `user`."""
    put(session, PreferenceRow, [{"user": user, "language": language}])
