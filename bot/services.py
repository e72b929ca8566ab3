"""What Slack, the command line and the scheduler share; `bot.service.bootstrap` builds it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from bot.commands import Verbs
from bot.settings import Settings
from knowledge.texts import Catalogue
from provisioning.clock import Clock
from provisioning.runs.dependencies import Provisioning
from provisioning.store.database import Database

if TYPE_CHECKING:
    from knowledge.search import Finder

T = TypeVar("T")


@dataclass(frozen=True)
class Services:
    """Settings, the `provisioning` in which runs and diagnoses happen, and the verbs of all features.

    `load_verbs` imports the features: most commands of the command line need none of them.
    """

    settings: Settings
    provisioning: Provisioning
    load_verbs: Callable[[], Verbs]
    _kept: dict[type, Any] = field(default_factory=dict)

    def kept(self, kind: type[T]) -> T:
        """Return a feature's object that lives as long as the process, such as a cache."""
        return self._kept.setdefault(kind, kind())  # type: ignore[no-any-return]

    @cached_property
    def verbs(self) -> Verbs:
        """Every verb of `/hwb`."""
        return self.load_verbs()

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
