"""The features of the bot, listed in one place: what each declares is put together here."""

from types import ModuleType
from typing import Any

from bot.alerts import letters as alerts_letters
from bot.alerts import tables as alerts_tables
from bot.commands import Verbs
from bot.desk import answers as desk
from bot.desk import letters as desk_letters
from bot.desk import tables as desk_tables
from bot.diagnosis import answers as diagnosis
from bot.grants import answers as grants
from bot.home import answers as home
from bot.missing import answers as missing
from bot.outbox import tables as outbox_tables
from bot.outbox import trouble
from bot.outbox.kinds import LetterKind
from bot.people import tables as people_tables
from bot.questions import answers as questions
from bot.requests import letters as requests_letters
from bot.requests import tables as requests_tables
from bot.reviews import answers as reviews
from bot.rollover import answers as rollover
from bot.runs import answers as runs
from bot.runs import letters as runs_letters
from bot.watches import answers as watches
from bot.watches import letters as watches_letters
from bot.watches import tables as watches_tables

VERBS = Verbs(
    (
        *diagnosis.VERBS,
        *missing.VERBS,
        *runs.VERBS,
        *reviews.VERBS,
        *rollover.VERBS,
        *desk.VERBS,
        *grants.VERBS,
        *questions.VERBS,
        *watches.VERBS,
        *home.VERBS,
    )
)
"""Every verb of `/hwb`, in the order in which help lists them."""
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
