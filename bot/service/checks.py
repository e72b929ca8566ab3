"""What `hwb check` looks at: settings, knowledge files, database, extracts, machine, external services."""

import importlib.util
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import bot.service.every_table  # noqa: F401 - so that the rights to each are tried
from bot.cli.context import made_anew
from bot.outbox import letters
from bot.outbox.transports.hand_over import events_service, external_service
from bot.people.keys import audit_key, signing_secret, username_key
from bot.service.bootstrap import clock_for, external_directory_for, knowledge, local_dates_for
from bot.service.machine_checks import (
    clock_problems,
    disk_problems,
    few,
    proxy_problems,
    require_no_later_files,
    rights_problems,
)
from bot.service.secret_files import open_database, open_secrets
from bot.settings import Settings
from bot.settings_loading import load_settings
from knowledge.loading import load_knowledge
from knowledge.texts import Text
from provisioning.calendars import calendar
from provisioning.clock import today, uk_date
from provisioning.errors import KnownError
from provisioning.jobs.unserved import unserved, worker_for
from provisioning.manual.endings import ListHeldError
from provisioning.rules import is_stale
from provisioning.sources.extract_folder import ExtractFolder
from provisioning.sources.non_mis import stamp_of
from provisioning.store import accounts, condition, listings, schools, stem_keys
from provisioning.store.database import Database
from provisioning.store.rights import try_write


@dataclass(frozen=True)
class Checked:
    """The result of a check: the settings, as far as they could be read, and what is wrong or doubtful."""

    settings: Settings
    problems: tuple[KnownError, ...]
    warnings: tuple[KnownError, ...]
    made_anew: Text | None = None
    """What to say of a database that the check has made; None where there was one."""
    settings_read: bool = True
    """Whether the settings could be read; else `settings` are the defaults, and only texts were looked at."""


def check_installation(given: Mapping[str, Any]) -> Checked:
    """Return what is wrong with the installation whose settings are overridden by the `given` ones.

    Where the settings can't be read, only the knowledge files are looked at: what another database or
    folder has would mislead.
    """
    try:
        settings = load_settings(dict(given))
    except KnownError as error:
        defaults = Settings.model_construct()
        return Checked(defaults, (error, *_raised(_require_knowledge, defaults)), (), settings_read=False)
    problems: list[KnownError] = []
    made: list[Text] = []
    for part in (_require_knowledge, _require_key_dates, lambda using: made.extend(_try_database(using))):
        problems += _raised(part, settings)
    if not problems:  # else the database would be told of twice
        problems += [*_raised(_require_username_key, settings), *_clock_problems(settings)]
    warnings = () if problems else _warnings(settings)
    problems += _external_directory_problems(settings)
    problems += _raised(external_service, settings)
    problems += _raised(events_service, settings)
    problems += _raised(audit_key, settings)
    problems += _raised(signing_secret, settings)
    problems += open_secrets(settings)
    problems += [*disk_problems(settings), *rights_problems(settings), *proxy_problems()]
    return Checked(settings, tuple(problems), tuple(warnings), made[0] if made else None)


@contextmanager
def prepared_database(settings: Settings) -> Iterator[Database]:
    """Open the database of `settings` for a block; one that can't be used raises `KnownError`."""
    database = Database(settings.database_url)
    try:
        database.prepare()
        yield database
    finally:
        database.close()


def _raised(check: Callable[[Settings], object], settings: Settings) -> list[KnownError]:
    try:
        check(settings)
    except KnownError as error:
        return [error]
    return []


def _require_knowledge(_settings: Settings) -> None:
    knowledge()


def _require_key_dates(settings: Settings) -> None:
    local_dates_for(settings, load_knowledge(check_templates=False).calendar)


def _try_database(settings: Settings) -> list[Text]:
    """Write a row and take it back; return what to say where the database was made just now."""
    with prepared_database(settings) as database:
        if missing := condition.lacking(database):
            raise KnownError("schema-lacking", count=len(missing), names=few(missing))
        try_write(database)
        if not database.embedded and importlib.util.find_spec("procrastinate") is None:
            raise KnownError("queue-not-installed")
        return [made_anew(database)] if database.made_anew else []


def _require_username_key(settings: Settings) -> None:
    """Raise `KnownError` where the key of the usernames is too short, or another than they are kept under."""
    key = username_key(settings)
    with prepared_database(settings) as database:
        stem_keys.is_adopted(database, key)


def _clock_problems(settings: Settings) -> list[KnownError]:
    with prepared_database(settings) as database:
        return list(clock_problems(settings, database))


def _warnings(settings: Settings) -> list[KnownError]:
    """Return what is doubtful: old extracts, a wrong or open database, held lists, no workers, letters."""
    parts = (
        *(_require_current_extracts, require_no_later_files, _require_known_accounts),
        *(_require_workers, _require_letters_sent),
    )
    found = [problem for part in parts for problem in _raised(part, settings)]
    return [*found, *_held_lists(settings), *open_database(settings)]


def _held_lists(settings: Settings) -> list[KnownError]:
    """Return where the list of accounts made by hand is held; it is not read where these are the portal's."""
    if settings.directory == "export":
        return []
    with prepared_database(settings) as database, database.reading() as session:
        return list(map(ListHeldError, listings.held(session, stamp_of(settings.extracts))))


def _require_workers(settings: Settings) -> None:
    """Raise `KnownError` where runs wait on PostgreSQL, and no worker takes them."""
    with prepared_database(settings) as database:
        if database.embedded:
            return
        with database.reading() as session:
            sites = unserved(session)
    if sites:
        workers = ", ".join(f"`{worker_for(site)}`" for site in sites)
        raise KnownError("site-without-worker", workers=workers)


def _require_letters_sent(settings: Settings) -> None:
    """Raise `KnownError` where letters wait that Slack, or the service outside Slack, does not take."""
    with prepared_database(settings) as database, database.reading() as session:
        found = letters.held_up(session)
    if found is not None:
        count, since = found
        raise KnownError("letters-held-up", count=count, since=since)


def _require_known_accounts(settings: Settings) -> None:
    with prepared_database(settings) as database:
        require_accounts(database, ExtractFolder(settings.extracts))


def require_accounts(database: Database, folder: ExtractFolder) -> None:
    """Raise `KnownError` where `database` has no account, and `folder` has extracts of schools.

    Such a database may be the wrong one.
    """
    numbers = folder.numbers()
    with database.reading() as session:
        if not numbers or accounts.any_at_all(session):
            return
    raise KnownError(
        "accounts-none",
        database=str(database.file or database.shown),
        count=len(numbers),
        schools=few(numbers),
    )


def _require_current_extracts(settings: Settings) -> None:
    """Raise `KnownError` where the extracts of schools that are not closed are too old to be believed."""
    stale = _stale(settings)
    if stale:
        raise KnownError("extracts-stale", count=len(stale), schools=few(stale))


def _stale(settings: Settings) -> list[str]:
    """Return the numbers of schools with a too old extract, each with the day on which it was written.

    Files are judged by their times alone: what is in them is not read.
    """
    known, day, folder = (
        load_knowledge(check_templates=False),
        today(clock_for(settings)),
        ExtractFolder(settings.extracts),
    )
    local = local_dates_for(settings, known.calendar)
    found = []
    with prepared_database(settings) as database, database.reading() as session:
        for school in schools.every(session):
            written = folder.written_at(school.number)
            if written is None or school.is_closed(day):
                continue
            dates = calendar(known.calendar, local, session, school.local_authority).of(day.year)
            if is_stale(uk_date(written), day, dates.end_of_year_deadline):
                found.append(f"{school.number} ({uk_date(written).isoformat()})")
    return found


def _external_directory_problems(settings: Settings) -> Iterator[KnownError]:
    """Yield the problems of the Provisioning Client's command and of the portal's export."""
    try:
        found = external_directory_for(settings)
    except KnownError as error:
        yield error
        return
    if found is None:
        return
    program = found.client.command[0]
    if shutil.which(program) is None:
        yield KnownError("client-not-found", program=program)
    for number in _numbers(settings) if found.export.by_school else [""]:
        try:
            found.export.read(number)
        except KnownError as error:
            yield error


def _numbers(settings: Settings) -> list[str]:
    """Return the numbers of the installation's schools; none where its database can't be read."""
    try:
        with prepared_database(settings) as database, database.reading() as session:
            return [school.number for school in schools.every(session)]
    except KnownError:
        return []  # the check of the database has said why
