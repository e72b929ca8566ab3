"""What Slack, the command line and the scheduler share; `bot.service.bootstrap` builds it."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from bot.settings import Settings
from knowledge.texts import Catalogue
from provisioning.clock import Clock
from provisioning.runs.school_run import Provisioning
from provisioning.store.database import Database

if TYPE_CHECKING:
    from bot.rollover.boards import Boards
    from knowledge.search import Finder


@dataclass(frozen=True)
class Services:
    """The settings, and the provisioning in which runs and diagnoses happen, for every entry point."""

    settings: Settings
    provisioning: Provisioning

    @cached_property
    def boards(self) -> "Boards":
        """The boards of the last minutes; made when they are first asked for."""
        from bot.rollover.boards import Boards  # most commands need no board

        return Boards()

    @cached_property
    def finder(self) -> "Finder":
        """The search for what a question in plain words means; made when it is first asked for."""
        from knowledge.search import Finder  # most commands search nothing

        return Finder(self.provisioning.knowledge)

    @property
    def catalogue(self) -> Catalogue:
        """Every text in both languages."""
        return self.provisioning.knowledge.catalogue

    @property
    def clock(self) -> Clock:
        """The clock in use."""
        return self.provisioning.clock

    @property
    def database(self) -> Database:
        """The store."""
        return self.provisioning.database
