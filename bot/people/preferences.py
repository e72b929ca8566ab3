"""Slack users' own choices: the language in which they are answered, and which digests they get."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.people.tables import PreferenceRow
from knowledge.texts import Language
from provisioning.store.upserts import put


@dataclass(frozen=True)
class DigestChoice:
    """Which digests a user gets: at which `hour` of the day in the UK, and what they tell.

    `hour`: None for when the office opens. `changed_only`: none is sent where nothing is new, not even at the
    beginning of a week. `late_only`: it tells only what is the user's own and late.
    """

    hour: int | None = None
    changed_only: bool = False
    late_only: bool = False


DigestChoices = Mapping[str, DigestChoice]
"""The choices of the users who have chosen."""


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


def digest_choice(session: Session, user: str) -> DigestChoice:
    """Return which digests `user` gets."""
    row = session.get(PreferenceRow, user)
    return DigestChoice() if row is None else _choice(row)


def digest_choices(session: Session) -> DigestChoices:
    """Return which digests users get who have chosen."""
    chosen = select(PreferenceRow).where(PreferenceRow.digest_hour.is_not(None))
    return {row.user: _choice(row) for row in session.scalars(chosen)}


def choose_digest(session: Session, user: str, choice: DigestChoice) -> None:
    """Keep which digests `user` gets."""
    chosen = {
        "digest_hour": choice.hour,
        "digest_changed_only": choice.changed_only,
        "digest_late_only": choice.late_only,
    }
    put(session, PreferenceRow, [{"user": user, **chosen}])


def _choice(row: PreferenceRow) -> DigestChoice:
    return DigestChoice(row.digest_hour, bool(row.digest_changed_only), bool(row.digest_late_only))
