"""What the features bring with them, listed by hand: a new feature is added here."""

from types import ModuleType
from typing import Any

from bot.alerts import letters as alerts_letters
from bot.alerts import tables as alerts_tables
from bot.desk import letters as desk_letters
from bot.desk import tables as desk_tables
from bot.outbox import tables as outbox_tables
from bot.outbox import trouble
from bot.outbox.kinds import LetterKind
from bot.people import tables as people_tables
from bot.requests import letters as requests_letters
from bot.requests import tables as requests_tables
from bot.runs import letters as runs_letters
from bot.watches import letters as watches_letters
from bot.watches import tables as watches_tables

LETTER_KINDS: tuple[LetterKind[Any], ...] = (
    *trouble.KINDS,
    *alerts_letters.KINDS,
    *runs_letters.KINDS,
    *desk_letters.KINDS,
    *requests_letters.KINDS,
    *watches_letters.KINDS,
)
TABLES: tuple[ModuleType, ...] = (
    people_tables,
    outbox_tables,
    alerts_tables,
    desk_tables,
    requests_tables,
    watches_tables,
)
"""Importing these modules puts their tables beside those of `provisioning.store`, in one metadata."""
