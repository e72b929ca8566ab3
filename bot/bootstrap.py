"""The one place where everything is built and handed on; nothing of it stands at module level."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from pathlib import Path

from bot.boards import Boards
from bot.settings import Settings
from diagnostics.complete import require_steps
from knowledge.keydates import Calendar, Local, read_local
from knowledge.loading import Knowledge, load_knowledge
from knowledge.search import Finder
from knowledge.texts import Catalogue, KnowledgeError
from provisioning.client import Client
from provisioning.clock import Clock, FixedClock, SystemClock
from provisioning.elsewhere import ClientAndExport
from provisioning.errors import KnownError
from provisioning.portal import COLUMNS, KINDS, STATUSES, Export
from provisioning.runs import Provisioning
from provisioning.sources.shelf import Shelf
from provisioning.store import running
from provisioning.store.database import Database

TEXTS = Path(__file__).parent / "texts"


@dataclass(frozen=True)
class Services:
    """What the three doors share: settings, and the house in which runs and diagnoses happen."""

    settings: Settings
    house: Provisioning
    boards: Boards = field(default_factory=Boards)

    @cached_property
    def finder(self) -> Finder:
        """Finds what somebody's own words mean; made when it is first asked."""
        return Finder(self.house.knowledge)

    @property
    def catalogue(self) -> Catalogue:
        """Every text in both languages."""
        return self.house.knowledge.catalogue

    @property
    def clock(self) -> Clock:
        """The clock in use."""
        return self.house.clock

    @property
    def database(self) -> Database:
        """The store."""
        return self.house.database


def knowledge() -> Knowledge:
    """The guide and the bot's own texts; a fault in a file is a known error with file and key."""
    try:
        known = load_knowledge(texts=[TEXTS])
        require_steps(known)
    except KnowledgeError as error:
        raise KnownError("knowledge", file=error.file, key=error.key, problem=error.problem) from None
    return known


def clock_for(settings: Settings) -> Clock:
    """The clock that the settings ask for: the time as it is, or standing at a chosen moment."""
    return FixedClock(settings.at) if settings.at else SystemClock()


def elsewhere_for(settings: Settings) -> ClientAndExport | None:
    """How schools are run whose accounts live in the portal; None where the accounts held here are theirs."""
    if settings.directory == "own":
        return None
    given = settings.export
    if not given.client or not given.client[0]:
        raise KnownError("client-not-set")
    return ClientAndExport(
        Client(given.client, timedelta(seconds=given.client_timeout_seconds)),
        Export(
            given.accounts,
            {**COLUMNS, **given.columns},
            {**KINDS, **given.kinds},
            {**STATUSES, **given.statuses},
        ),
    )


def local_dates_for(settings: Settings, published: Calendar) -> Local:
    """The installation's own key dates, where it has a file of them; a fault in it is a known error."""
    if settings.key_dates_file is None:
        return {}
    try:
        return read_local(settings.key_dates_file, published.years)
    except KnowledgeError as error:
        raise KnownError("key-dates-file", file=error.file, key=error.key, problem=error.problem) from None


@contextmanager
def services(
    settings: Settings, clock: Clock | None = None, known: Knowledge | None = None
) -> Iterator[Services]:
    """Everything built, the database made ready, and runs that another start left behind marked."""
    database = Database(settings.database_url)
    try:
        database.prepare()
        known = known or knowledge()
        house = Provisioning(
            database=database,
            shelf=Shelf(settings.extracts),
            clock=clock or clock_for(settings),
            knowledge=known,
            elsewhere=elsewhere_for(settings),
            local_dates=local_dates_for(settings, known.calendar),
        )
        with database.writing() as session:
            running.interrupted(session, house.clock.now())
        gc.freeze()  # what start-up has made stays; looking through it for garbage costs a long run a tenth
        if house.elsewhere is not None:
            house.elsewhere.refresh(house)
        yield Services(settings, house)
    finally:
        database.close()
