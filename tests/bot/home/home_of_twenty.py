"""App Home of a user with twenty schools of a nation."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bot.home.listeners import home_of
from bot.people import permissions
from bot.people.permissions import Act, Grant, Role
from bot.people.slack_user import SlackUser
from bot.service.bootstrap import services
from bot.service.features import FEATURES
from bot.settings_loading import load_settings
from bot.slack.context import Context
from bot.slack.voice import Voice
from provisioning.store.database import Database
from tests.costs import SEPTEMBER, Nation

WITH_TWENTY, OF_THE_USER = SlackUser("U20"), 20


def give_twenty(made: Nation) -> None:
    """Give the user a role at the first twenty schools."""
    grants = [Grant(WITH_TWENTY, Role.DIGITAL_CHAMPION, number) for number in made.numbers[:OF_THE_USER]]
    with made.database.writing() as session:
        permissions.add(session, grants, SEPTEMBER)


@contextmanager
def home_of_twenty(made: Nation) -> Iterator[tuple[Database, Callable[[], None]]]:
    """Give the database of a bot of its own on a nation, and the work of showing the user's Home."""
    given = {
        "database_url": made.database.url.render_as_string(),
        "extracts": made.folder / "september",
        "at": SEPTEMBER,
    }
    with services(load_settings(given)) as opened:

        def home() -> None:
            context = Context(opened, WITH_TWENTY, Voice(opened.catalogue, "en"), features=FEATURES)
            assert "Ysgol" not in str(home_of(context, context.schools(Act.DIAGNOSE)))

        yield opened.database, home
