"""The modules that declare the tables of the store and of all features, and the metadata with all of them."""

from types import ModuleType

from bot.alerts import tables as alerts
from bot.api import tables as api
from bot.desk import tables as desk
from bot.feedback import tables as feedback
from bot.outbox import tables as outbox
from bot.people import tables as people
from bot.requests import tables as requests
from bot.slack import tables as slack
from bot.stages import tables as stages
from bot.watches import tables as watches
from provisioning.store import every_table

TABLES: tuple[ModuleType, ...] = (
    *every_table.TABLES,
    people,
    slack,
    outbox,
    stages,
    alerts,
    desk,
    requests,
    watches,
    feedback,
    api,
)
METADATA = every_table.METADATA
