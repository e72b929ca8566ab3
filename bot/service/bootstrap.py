"""Builds the services from the settings; nothing is built when a module is imported."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.commands import Verbs
from bot.people import audit_chain
from bot.people.keys import audit_key, username_key
from bot.services import Services
from bot.settings import Settings
from bot.texts import TEXTS
from diagnostics.complete import require_steps
from knowledge.keydates import Calendar, Local, read_local
from knowledge.loading import Knowledge, load_knowledge
from knowledge.texts import KnowledgeError
from provisioning.clock import Clock, FixedClock, SystemClock
from provisioning.errors import KnownError
from provisioning.runs.dependencies import Provisioning
from provisioning.runs.heartbeat import heartbeat
from provisioning.runs.lease import THIS_PROCESS
from provisioning.sources.extract_folder import ExtractFolder
from provisioning.store import run_interruptions, stem_keys
from provisioning.store.database import Database

if TYPE_CHECKING:
    from provisioning.portal.external_directory import ClientAndExport

_OBJECTS_BETWEEN_COLLECTIONS = 200_000


def knowledge(*, check_templates: bool = True) -> Knowledge:
    """Load the guide and the bot's own texts; a fault in a file raises `KnownError` with file and key.

    `check_templates` reads every template; without it, one that can't be read is found when it is said.
    """
    try:
        known = load_knowledge(texts=TEXTS, check_templates=check_templates)
        require_steps(known)
    except KnowledgeError as error:
        raise KnownError("knowledge", file=error.file, key=error.key, problem=error.problem) from None
    return known


def clock_for(settings: Settings) -> Clock:
    """Return the clock of the settings: the system's, or a clock fixed at the moment `settings.at`."""
    return FixedClock(settings.at) if settings.at else SystemClock()


def external_directory_for(settings: Settings) -> "ClientAndExport | None":
    """Return the directory of accounts outside our database; None where our accounts are the schools' own."""
    if settings.directory == "own":
        return None
    given = settings.export
    if not given.client or not given.client[0]:
        raise KnownError("client-not-set")
    # Own accounts need none of these, and a command begins sooner without them.
    from provisioning.portal.client import Client
    from provisioning.portal.export import KINDS, STATUSES, PortalExport
    from provisioning.portal.export_rows import COLUMNS
    from provisioning.portal.external_directory import ClientAndExport

    return ClientAndExport(
        Client(given.client, timedelta(seconds=given.client_timeout_seconds), given.client_environment),
        PortalExport(
            given.accounts,
            {**COLUMNS, **given.columns},
            {**KINDS, **given.kinds},
            {**STATUSES, **given.statuses},
        ),
    )


def extract_folder_for(settings: Settings) -> ExtractFolder:
    """Return the folder of extracts, whose people get accounts so many days ahead as the settings say."""
    return ExtractFolder(settings.extracts, timedelta(days=settings.lead_days))


def local_dates_for(settings: Settings, published: Calendar) -> Local:
    """Read the installation's own key dates, if it has a file of them; a fault raises `KnownError`."""
    if settings.key_dates_file is None:
        return {}
    try:
        return read_local(settings.key_dates_file, published.years)
    except KnowledgeError as error:
        raise KnownError("key-dates-file", file=error.file, key=error.key, problem=error.problem) from None


def _verbs() -> Verbs:
    from bot.service.features import VERBS  # most commands of the command line need no feature

    return VERBS


def collect_rarely() -> None:
    """Leave what start-up has made out of garbage collection, and look for garbage rarely.

    A run makes many objects and no cycles: looking for some after every 700 costs it a fifth of its time.
    """
    gc.freeze()
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    gc.enable()  # off since the start of a command


@contextmanager
def services(
    settings: Settings, clock: Clock | None = None, known: Knowledge | None = None
) -> Iterator[Services]:
    """Build the services, prepare the database, and mark the runs of dead processes as interrupted.

    Without `known` the guide is loaded, its templates unread: a command says few of them.
    """
    if settings.node:
        THIS_PROCESS.node = settings.node
    database = Database(settings.database_url)
    try:
        database.session_info[audit_chain.KEY] = audit_key(settings)
        database.session_info[stem_keys.KEY] = username_key(settings)
        database.prepare()
        stem_keys.adopt(database)
        known = (known or knowledge(check_templates=False)).with_lead_days(settings.lead_days)
        provisioning = Provisioning(
            database=database,
            extract_folder=extract_folder_for(settings),
            clock=clock or clock_for(settings),
            knowledge=known,
            external_directory=external_directory_for(settings),
            local_dates=local_dates_for(settings, known.calendar),
            clients_at_once=settings.clients_at_once,
            limits=settings.safeguards.limits,
        )
        if not database.embedded:
            from bot.service.queueing import call_for_follow_ups  # an embedded database has no queue

            call_for_follow_ups(database, settings)
        run_interruptions.interrupt_lost(database, provisioning.clock.now())
        collect_rarely()
        if provisioning.external_directory is not None:
            provisioning.external_directory.refresh(provisioning)
        with heartbeat(database):
            yield Services(settings, provisioning, _verbs)
    finally:
        database.close()
