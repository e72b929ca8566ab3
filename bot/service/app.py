"""The Slack app: Bolt built from services and a token, the same for Slack and for the trial workspace."""

from concurrent.futures import Executor

from slack_bolt import App
from slack_bolt.error import BoltError
from slack_sdk import WebClient
from slack_sdk.http_retry.builtin_handlers import ConnectionErrorRetryHandler, RateLimitErrorRetryHandler

from bot.outbox.sending import Sender
from bot.people.profiles import Profiles
from bot.people.user_groups import Leavers, UserGroups
from bot.service.features import FEATURES, LETTER_KINDS
from bot.service.listeners import register
from bot.services import Services
from bot.slack.background import BackgroundWork
from bot.slack.contributors import Features
from bot.slack.request import Bot
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
    """The app with all its listeners, which do their work in `listeners`.

    A token that Slack doesn't take, or a Slack that can't be reached, raises `KnownError`.
    """
    client = WebClient(
        token=token,
        base_url=api_url,
        retry_handlers=[ConnectionErrorRetryHandler(), RateLimitErrorRetryHandler(max_retry_count=2)],
    )
    try:
        # Acknowledge, then work in a lazy function: Bolt's default way polls for the acknowledgement.
        app = App(client=client, process_before_response=True, listener_executor=listeners)
    except BoltError:
        raise KnownError("slack-token", variable="SLACK_BOT_TOKEN", start="xoxb-") from None
    except OSError:
        raise KnownError("slack-unreachable", url=api_url) from None
    people, groups = Profiles(services.database), UserGroups(services.database)

    def deliver() -> int:
        """Empty the outbox with a sender of this call, which waits for no other's."""
        return Sender(services, client, LETTER_KINDS, people).deliver()

    register(
        app,
        Bot(services, people, work, groups, Leavers(services.database, services.clock), features, deliver),
    )
    return app
