"""What Slack, the command line and the scheduler share; `bot.service.bootstrap` builds it."""

from dataclasses import dataclass, field
from functools import cached_property

from bot.rollover.boards import Boards
from bot.settings import Settings
from knowledge.search import Finder
from knowledge.texts import Catalogue
from provisioning.clock import Clock
from provisioning.runs.school_run import Provisioning
from provisioning.store.database import Database


@dataclass(frozen=True)
class Services:
    """What the three doors share: settings, and the house in which runs and diagnoses happen."""

    settings: Settings
    provisioning: Provisioning
    boards: Boards = field(default_factory=Boards)

    @cached_property
    def finder(self) -> Finder:
        """Finds what somebody's own words mean; made when it is first asked."""
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
