"""Tells those who may decide that a run holds something: by direct message, once for what is held."""

import logging
from collections.abc import Callable

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot import access
from bot.access import Act
from bot.bootstrap import Services
from bot.people import People
from bot.presenters import runs as screens
from bot.presenters.fit import fit
from bot.presenters.voice import Voice
from provisioning.clock import today
from provisioning.records import School
from provisioning.store import running, schools
from provisioning.store.runs import Run

log = logging.getLogger(__name__)


def announce(services: Services, people: People, client: WebClient) -> None:
    """Announce every held run that nobody has been told of; counts only, examples open from there."""
    with services.database.writing() as session:
        # Marked before it is told: twice would be worse than a message that Slack does not take.
        held = running.to_announce(session, services.clock.now())
        told = [(run, schools.one(session, run.school)) for run in held]
        day = today(services.clock)
        deciding = {run.id: access.who_may(session, Act.DECIDE, school, day) for run, school in told}
    for run, school in told:
        for user in deciding[run.id]:
            _tell(services, people, client, user, run, school)


def announcer(services: Services, client: WebClient) -> Callable[[], None]:
    """A job that announces, for whoever wakes up now and then."""
    people = People(services.database)
    return lambda: announce(services, people, client)


def _tell(services: Services, people: People, client: WebClient, user: str, run: Run, school: School) -> None:
    voice = Voice(services.catalogue, people.language(client, user))
    screen = fit(screens.held(school, run, voice), voice.mrkdwn("answer.cut"))
    try:
        client.chat_postMessage(channel=user, text=screen.text, blocks=list(screen.blocks))
    except SlackApiError as error:
        log.warning("a held run could not be announced to %s: %s", user, error.response["error"])
