"""The Slack app: Bolt built from services and a token, for Slack and for the trial workspace."""

import os
from concurrent.futures import Executor

from slack_bolt import App
from slack_bolt.error import BoltError
from slack_sdk.http_retry import RetryHandler
from slack_sdk.http_retry.builtin_handlers import ConnectionErrorRetryHandler, RateLimitErrorRetryHandler

from bot.outbox import recall
from bot.outbox.sending import Sender
from bot.outbox.transports.external import Route
from bot.people.leavers import Leavers
from bot.people.profiles import Profiles
from bot.people.user_groups import UserGroups
from bot.service import several, uninstalling
from bot.service.features import FEATURES, LETTER_KINDS
from bot.service.listeners import register
from bot.services import Services
from bot.slack import unforeseen
from bot.slack.after_ack import AfterAck
from bot.slack.background import BackgroundWork
from bot.slack.client import LimitedClient
from bot.slack.contributors import Features
from bot.slack.installations import Installations, installations_of
from bot.slack.request import Bot
from bot.slack.workspace_client import EveryWorkspace
from bot.slack_errors import SLACK_TROUBLE, refuses
from provisioning.errors import KnownError


def build_app(
    services: Services,
    work: BackgroundWork,
    listeners: Executor,
    *,
    token: str,
    api_url: str,
    features: Features = FEATURES,
) -> App:
    """Build the app with all its listeners, whose work runs in the executor `listeners`.

    A refused token, or an unreachable Slack, raises `KnownError`.
    """
    installations = installations_of(services.settings, services.database)
    client = _client(installations, token, api_url)
    # The client has the token. Bolt would find the variable as well, and warn at every start.
    os.environ.pop("SLACK_BOT_TOKEN", None)
    try:
        # Acknowledge, then work in a lazy function: Bolt's default way polls for the acknowledgement.
        app = App(
            name="hwb",  # else Bolt reads the source of every caller to find one
            client=client,
            process_before_response=True,
            listener_executor=AfterAck(listeners),
            raise_error_for_unhandled_request=True,
            before_authorize=several.before_authorize if installations else None,
            authorize=several.authorizing(installations) if installations else None,
            user_facing_authorize_error_message=_not_installed(services) if installations else None,
        )
    except BoltError as error:
        if error.__context__ is not None and not refuses(error.__context__):
            raise KnownError("slack-unreachable", url=api_url) from None
        raise KnownError("slack-token", variable="SLACK_BOT_TOKEN", start="xoxb-") from None
    except SLACK_TROUBLE:
        raise KnownError("slack-unreachable", url=api_url) from None
    profiles, groups = Profiles(services.database), UserGroups(services.database)
    leavers = Leavers(services.database, services.clock, presence=profiles.presence, revoked=recall.put)

    def deliver() -> int:
        """Empty the outbox into Slack with a sender of its own, which waits for no other sender."""
        return Sender(services, client, LETTER_KINDS, profiles).deliver(Route.SLACK)

    if installations is not None and isinstance(client, EveryWorkspace):
        several.register(app, client)
        uninstalling.register(app, services, installations)
    bot = Bot(services, profiles, work, groups, leavers, features, deliver)
    register(app, bot)
    unforeseen.register(app, bot)
    return app


def _client(installations: Installations | None, token: str, api_url: str) -> LimitedClient:
    """Return the client of the one workspace whose `token` there is, or of every workspace."""
    retries: list[RetryHandler] = [
        ConnectionErrorRetryHandler(),
        RateLimitErrorRetryHandler(max_retry_count=2),
    ]
    if installations is None:
        return LimitedClient(token=token, base_url=api_url, retry_handlers=retries)
    return EveryWorkspace(installations, base_url=api_url, retry_handlers=retries)


def _not_installed(services: Services) -> str:
    """Return what users are told where the app is not installed, in both languages: theirs is not known."""
    return " / ".join(services.catalogue.say("several.not-installed", language) for language in ("en", "cy"))
