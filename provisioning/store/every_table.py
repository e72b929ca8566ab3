"""The modules that declare the store's tables, and the metadata with all of them.

Who looks through every table takes `METADATA` from here: that of `Base` knows the tables imported by then.
The bot's own are added by `bot/service/every_table.py`.
"""

from types import ModuleType

from provisioning.store import freezes, ticks
from provisioning.store.tables import accounts, decisions, files, reviews, runs, schools
from provisioning.store.tables.base import Base

TABLES: tuple[ModuleType, ...] = (schools, runs, accounts, decisions, files, reviews, freezes, ticks)
METADATA = Base.metadata
