"""Costs of a nation beside a county: before its rollover and after, as one process and its bot have them."""

import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

import click
from sqlalchemy import text

from benchmarks.living_bot import hour
from benchmarks.school_costs import SECONDARY, costs_of_a_school
from bot.alerts.known_facts import KnownFacts
from bot.alerts.monitor import AlertMonitor
from bot.people import permissions
from bot.people.asker import asker
from bot.people.permissions import Grant, Role
from bot.service.features import VERBS
from bot.services import Services
from bot.settings import Settings
from bot.stages.known_stages import stages_of
from bot.stages.stored_stages import StoredStages
from diagnostics.missing import missing
from provisioning.clock import uk_date
from provisioning.runs.dependencies import Provisioning
from provisioning.store.database import Database
from tests.bot.command_line import environment
from tests.bot.home.home_of_twenty import OF_THE_USER, WITH_TWENTY, give_twenty, home_of_twenty
from tests.costs import SEPTEMBER, Cost, Nation, cost, counted
from tests.diagnostics.nation_works import facts, run_what_is_due, staff_named
from tests.provisioning.manual.made_by_hand import keep_house, with_accounts

Measured = dict[str, dict[str, float]]


class Used(NamedTuple):
    """Processor seconds of this process, and what its database was given to do."""

    seconds: float
    cost: Cost


def used(database: Database, work: Callable[[], object]) -> Used:
    """Return what `work` takes, as it is begun."""
    with counted(database) as so_far:
        began = time.process_time()
        work()
        return Used(time.process_time() - began, so_far())


def before_the_rollover(county: Nation, large: Nation) -> tuple[Measured, dict[str, tuple[Cost, Cost]]]:
    """Return the figures of a nation whose schools have not run in September, and costs beside the county's.

    Schools that are due in July run first, and give users roles and accounts made by hand.
    """
    due = [_nothing_due(made) for made in (county, large)]
    for made in (county, large):
        give_twenty(made)
        with_accounts(made.database, made.numbers[:2], learners=0)
    home = _warm_home(large)
    houses = [cost(made.database, partial(_keep_house, made)) for made in (county, large)]
    names = [cost(made.database, partial(_look_up_a_name, made)) for made in (county, large)]
    school = large.numbers[SECONDARY]
    missing(large.in_september, school)
    asked = used(large.database, lambda: missing(large.in_september, school))
    figures: Measured = {
        "home": _seconds(home),
        "missing": _seconds(asked),
        "names": {"steps": names[1].steps},
        "house": {"steps": houses[1].steps, "growth": houses[1].steps / houses[0].steps},
        "due": {"statements": due[1], "more": due[1] - due[0]},
        "asking": {"statements": _who_asks(large)},
        **_rounds(large),
    }
    beside = {"keeping house": (houses[0], houses[1]), "the staff in a name": (names[0], names[1])}
    if county.size >= OF_THE_USER:  # else the user has fewer schools there
        beside["Home of 20 schools"] = _warm_home(county).cost, home.cost
    return figures, beside


def after_the_rollover(
    county: Nation, large: Nation, minutes: int
) -> tuple[Measured, dict[str, tuple[Cost, Cost]]]:
    """Let all schools run in September; return the figures of the nation, and costs beside the county's."""
    for made in (county, large):
        _run_all(made.in_september, made.size)
    log = Path(f"{large.database.file}-wal").stat().st_size
    few, many = costs_of_a_school(county), costs_of_a_school(large)
    _leave_nothing_to_tell(large.database)
    alive = hour(large, minutes)
    processor = max(minute.processor for minute in alive)
    statements = [minute.statements for minute in alive]
    figures: Measured = {
        "log": {"bytes": log},
        "idle-processor": {"percent": processor / 60 * 100, "seconds": processor},
        "idle-statements": {"least": min(statements), "most": max(statements)},
    }
    return figures, {name: (few[name], many[name]) for name in few}


def of_lists(made: Nation) -> Measured:
    """Return the figures of commands that list all runs and all accounts."""
    return {
        "list-of-runs": _peak(made, "runs", "--json", "--last", "1000000"),
        "list-of-accounts": _peak(made, "accounts", "--json"),
    }


def _seconds(taken: Used) -> dict[str, float]:
    return {"seconds": taken.seconds, "statements": taken.cost.statements}


def _nothing_due(made: Nation) -> int:
    """Let the schools that are due run; return the statements of a sweep after that."""
    _run_all(made.in_july, made.size)
    return used(made.database, lambda: run_what_is_due(made.in_july)).cost.statements


def _run_all(at: Provisioning, schools: int) -> None:
    """Let the schools run on schedule; refuse to go on where it was not all of them."""
    ran = run_what_is_due(at)
    if ran != schools:
        raise click.ClickException(f"{ran} schools ran, expected {schools}")


def _leave_nothing_to_tell(database: Database) -> None:
    """Let all letters have been sent, and take the roles away: a bot with users asks Slack about them."""
    with database.writing() as session:
        session.execute(text("UPDATE outbox SET sent_at = created_at"))
        session.execute(text("DELETE FROM grants"))


def _warm_home(made: Nation) -> Used:
    with home_of_twenty(made) as (database, home):
        home()
        return used(database, home)


def _keep_house(made: Nation) -> None:
    keep_house(made.in_september, made.numbers[:2])


def _look_up_a_name(made: Nation) -> None:
    staff_named(made, "Jones", "Neb")


def _who_asks(made: Nation) -> int:
    with made.database.asking() as session, counted(made.database) as so_far:
        asker(session, WITH_TWENTY, uk_date(SEPTEMBER), SEPTEMBER)
        return so_far().statements


def _rounds(made: Nation) -> Measured:
    """Return the figures of the first round of a process, and of what follows once all have been told.

    These are a quiet round, the first one of a new process, and an answer about the rollover of all schools.
    """
    champions = [Grant(f"U{number}", Role.DIGITAL_CHAMPION, number) for number in made.numbers]
    with made.database.writing() as session:
        permissions.add(session, champions, SEPTEMBER)
    first = used(made.database, lambda: facts(made))
    monitor = AlertMonitor(Services(Settings(), made.in_september, lambda: VERBS))
    monitor.evaluate()
    monitor.evaluate()
    quiet = used(made.database, monitor.evaluate)
    begun = used(made.database, lambda: facts(made, KnownFacts(stored=StoredStages())))
    answered = used(made.database, lambda: stages_of(made.in_september, made.numbers))
    return {
        "first-round": _seconds(first),
        "new-process": _seconds(begun),
        "rollover-answer": _seconds(answered),
        "quiet-round": {**_seconds(quiet), "alerts": _count(made.database, "alerts")},
    }


def _peak(made: Nation, listed: str, *words: str) -> dict[str, float]:
    """Return the peak of the process of an `hwb` command that lists a table, and the rows of the table."""
    command = [sys.executable, "-m", "benchmarks.peak", sys.executable, "-m", "bot", listed, *words]
    variables = environment(HWB_DATABASE_URL=made.database.url.render_as_string())
    done = subprocess.run(
        command, cwd=made.folder, env=variables, check=True, stdout=subprocess.PIPE, text=True
    )
    return {"megabytes": int(done.stdout) / 1e6, "rows": _count(made.database, listed)}


def _count(database: Database, table: str) -> int:
    with database.reading() as session:
        return int(session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())
