"""What is done about all schools of a nation, and what is asked of all its accounts."""

from collections.abc import Sequence

from bot.alerts.alert import Fact
from bot.alerts.known_facts import KnownFacts
from bot.service.sweeping import run_due
from bot.services import Services
from bot.settings import Settings
from bot.settings_tables import ScheduleGroup
from provisioning.records.accounts import Account
from provisioning.runs.dependencies import Provisioning
from provisioning.store import accounts, schools
from tests.costs import Nation


def facts(nation: Nation, known: KnownFacts | None = None) -> Sequence[Fact]:
    """The facts of all schools in September, as a process finds them that knows nothing or what is known."""
    with nation.database.reading() as session:
        among = schools.every(session)
    return (known or KnownFacts()).of(nation.in_september, among, frozenset())


def run_what_is_due(at: Provisioning) -> int:
    """Run the schools that are due, all of them in one group; returns how many ran."""
    settings = Settings(groups=(ScheduleGroup(name="all"),))
    return len(run_due(Services(settings, at, dict)).runs)


def staff_named(nation: Nation, surname: str, forename: str) -> Sequence[Account]:
    """The accounts of staff of a name, at all schools."""
    with nation.database.reading() as session:
        return accounts.of_staff_named(session, surname, forename)
